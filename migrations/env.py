"""Alembic's environment: runs on the connection that `osler.core.migrations` hands over."""

from alembic import context

from osler import wiring  # noqa: F401 - so that every table is known
from osler.core.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=context.config.attributes["include_object"],
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
