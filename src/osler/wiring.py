"""Import every domain's tables, tasks and routes, so that all processes know all tables, jobs and subscribers."""

from fastapi import APIRouter

from osler.core import tables as core_tables
from osler.identity import authenticate
from osler.identity import tables as identity_tables
from osler.identity import tasks as identity_tasks
from osler.identity.routes import routers as identity_routers
from osler.patients import tables as patients_tables
from osler.patients.routes import router as patients_router

__all__ = ["authenticate", "core_tables", "identity_tables", "identity_tasks", "patients_tables", "routers"]

routers: tuple[APIRouter, ...] = (*identity_routers, patients_router)
