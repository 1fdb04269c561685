"""Import every domain's tables and tasks, so that all processes know all tables, jobs and subscribers."""

from osler.core import tables as core_tables

__all__ = ["core_tables"]
