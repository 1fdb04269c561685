"""The one source of the current time, in UTC, so that tests can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` (aware) in this context and the tasks started from it; for tests."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)


def advance(by: timedelta) -> None:
    """Move a frozen clock forward. Raises `RuntimeError` when the clock runs by itself."""
    at = _frozen.get()
    if at is None:
        raise RuntimeError("the clock is not frozen")
    _frozen.set(at + by)
