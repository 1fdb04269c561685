"""Import every domain's tables, tasks and routes, so that all processes know all tables, jobs and subscribers."""

from fastapi import APIRouter
from starlette.requests import HTTPConnection

from osler.core import tables as core_tables
from osler.core.auth import ANONYMOUS, Actor

__all__ = ["authenticate", "core_tables", "routers"]

routers: tuple[APIRouter, ...] = ()


async def authenticate(connection: HTTPConnection) -> Actor:
    return ANONYMOUS
