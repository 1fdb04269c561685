"""Import every domain's tables, tasks and routes, so that all processes know all tables, jobs and subscribers."""

from fastapi import APIRouter

from osler.analytics.routes import router as analytics_router
from osler.assistant import tasks as assistant_tasks
from osler.assistant.routes import router as assistant_router
from osler.conversations import tables as conversations_tables
from osler.core import tables as core_tables
from osler.identity import authenticate
from osler.identity import tables as identity_tables
from osler.identity import tasks as identity_tasks
from osler.identity.routes import routers as identity_routers
from osler.notifications import tables as notifications_tables
from osler.notifications import tasks as notifications_tasks
from osler.ops.routes import router as ops_router
from osler.patients import tables as patients_tables
from osler.patients.routes import router as patients_router
from osler.triage import tables as triage_tables
from osler.triage import tasks as triage_tasks
from osler.triage.routes import router as triage_router

__all__ = [
    "assistant_tasks",
    "authenticate",
    "conversations_tables",
    "core_tables",
    "identity_tables",
    "identity_tasks",
    "notifications_tables",
    "notifications_tasks",
    "patients_tables",
    "routers",
    "triage_tables",
    "triage_tasks",
]

# FastAPI tries routes in this order, at a cost each: what patients and nurses call all day comes first.
routers: tuple[APIRouter, ...] = (
    assistant_router,
    triage_router,
    *identity_routers,
    patients_router,
    analytics_router,
    ops_router,
)
