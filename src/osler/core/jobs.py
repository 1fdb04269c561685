"""Work after the answer: a job is a row in the caller's transaction, run later by a worker in one of its own.

Delivery is at least once. The row disappears in the same transaction as the handler's changes, so what a handler does
to the database happens once; what it does elsewhere (an e-mail) may happen again and needs a key of its own.
"""

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from osler.core.db import Session
from osler.core.job_schema import install_sql, uninstall_sql

__all__ = ["Task", "cron", "enqueue", "every", "install_sql", "periodic", "task", "tasks", "uninstall_sql"]

Scalar = str | int | bool
# A handler takes the session, then its payload by name; Callable cannot spell "any keywords".
Handler = Callable[..., Awaitable[None]]

SCALARS = frozenset({str, int, bool})
PAYLOAD_MAX_BYTES = 4096
_RESERVED = frozenset({"session", "task", "dedupe_key", "run_after"})

# Through SQLAlchemy and not on its raw asyncpg connection: SQLAlchemy begins the transaction at its own first
# statement, and what is sent to the raw connection before that is committed at once, whatever the caller does later.
#
# DO UPDATE and not DO NOTHING: it holds the pending row until the caller commits. Otherwise the pending job could run,
# miss the caller's uncommitted change, and nothing would run after the commit.
_ENQUEUE = """
INSERT INTO job (entrypoint, priority, payload, dedupe_key, execute_after)
VALUES ($1, $2, $3, $4, now() + $5::interval)
ON CONFLICT (dedupe_key) WHERE dedupe_key IS NOT NULL
DO UPDATE SET execute_after = least(job.execute_after, excluded.execute_after)
"""
_NO_DELAY = timedelta(0)


@dataclass(frozen=True, slots=True)
class Task:
    """A registered handler; calling it runs the handler at once, in the given session."""

    name: str
    handler: Handler
    queue: str
    max_attempts: int
    priority: int
    parameters: Mapping[str, type]
    required: frozenset[str]

    async def __call__(self, session: Session, **payload: Scalar) -> None:
        await self.handler(session, **payload)

    def encode(self, payload: Mapping[str, Scalar]) -> bytes:
        """Return `payload` as it is stored. Raises `TypeError` or `ValueError` when the handler could not take it."""
        if not self.required <= payload.keys() <= self.parameters.keys():
            raise TypeError(f"{self.name} takes {sorted(self.parameters)}, not {sorted(payload)}")
        for key, value in payload.items():
            if type(value) is not self.parameters[key]:
                raise TypeError(f"{self.name}: {key} must be {self.parameters[key].__name__}")
        encoded = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        if len(encoded) > PAYLOAD_MAX_BYTES:
            raise ValueError(f"{self.name}: the payload exceeds {PAYLOAD_MAX_BYTES} bytes; send ids")
        return encoded

    def decode(self, encoded: bytes) -> dict[str, Scalar]:
        payload: dict[str, Scalar] = json.loads(encoded)
        return payload


_tasks: dict[str, Task] = {}
_periodic: dict[str, str] = {}


def tasks() -> Mapping[str, Task]:
    """Return every registered task by name."""
    return _tasks


def periodic() -> Mapping[str, str]:
    """Return the cron expression of every periodic task, by task name."""
    return _periodic


def task(name: str, *, queue: str = "default", max_attempts: int = 8, priority: int = 0) -> Callable[[Handler], Task]:
    """Register an `async def handler(session, *, …: str | int | bool)` under a name that stays, since rows hold it.

    Jobs of higher priority start first. A job that failed `max_attempts` times waits for a person.
    """

    def register(handler: Handler) -> Task:
        parameters, required = _payload_of(name, handler)
        if name in _tasks:
            raise ValueError(f"two tasks are called {name}")
        registered = Task(name, handler, queue, max_attempts, priority, parameters, required)
        _tasks[name] = registered
        return registered

    return register


def _payload_of(name: str, handler: Handler) -> tuple[dict[str, type], frozenset[str]]:
    if not inspect.iscoroutinefunction(handler):
        raise TypeError(f"{name}: a task is an async function")
    session, *rest = inspect.signature(handler, eval_str=True).parameters.values()
    if session.kind is inspect.Parameter.KEYWORD_ONLY:
        raise TypeError(f"{name}: the session comes first")
    parameters: dict[str, type] = {}
    for parameter in rest:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY or parameter.name in _RESERVED:
            raise TypeError(f"{name}: {parameter.name} cannot be part of a payload")
        if parameter.annotation not in SCALARS:
            raise TypeError(f"{name}: {parameter.name} must be str, int or bool")
        parameters[parameter.name] = parameter.annotation
    return parameters, frozenset(each.name for each in rest if each.default is inspect.Parameter.empty)


async def enqueue(
    session: Session,
    task: Task,
    *,
    dedupe_key: str | None = None,
    run_after: timedelta | None = None,
    **payload: Scalar,
) -> None:
    """Insert one job of `task` in the caller's transaction: it exists if, and only if, the caller commits.

    While a job of this task with the same `dedupe_key` is waiting for its first start, no second one is made, and the
    earlier of the two times counts. A job that has started no longer stands in the way: what is committed while it
    runs causes another run, perhaps beside it, so a handler locks what it changes.

    Raises `TypeError` or `ValueError` when the handler could not take the payload.
    """
    key = None if dedupe_key is None else f"{task.name}:{dedupe_key}"
    row = (task.name, task.priority, task.encode(payload), key, run_after or _NO_DELAY)
    await (await session.connection()).exec_driver_sql(_ENQUEUE, row)


def cron(expression: str) -> Callable[[Handler | Task], Task]:
    """Run a task at the times of a cron expression of five fields, in UTC, once over all workers.

    Stands above `@task`, or alone for the name `package.module.function` and three attempts. A tick that finds the
    last one still waiting adds nothing; ticks missed while no worker ran are made up for by one.
    """
    return _schedule(expression)


def every(interval: timedelta) -> Callable[[Handler | Task], Task]:
    """Like `cron`, at a fixed interval that divides a minute, an hour or a day evenly (5 s, 1 min, 6 h …).

    A tick may come up to a second late. Raises `ValueError` for other intervals.
    """
    seconds = int(interval.total_seconds())
    if interval == timedelta(seconds=seconds) and seconds > 0:
        if 60 % seconds == 0 and seconds < 60:
            return _schedule(f"* * * * * */{seconds}")
        if seconds % 60 == 0 and 3600 % seconds == 0 and seconds < 3600:
            return _schedule(f"*/{seconds // 60} * * * *")
        if seconds % 3600 == 0 and 86400 % seconds == 0:
            return _schedule(f"0 */{seconds // 3600} * * *" if seconds < 86400 else "0 0 * * *")
    raise ValueError(f"{interval} does not divide a minute, an hour or a day evenly")


def _schedule(expression: str) -> Callable[[Handler | Task], Task]:
    def register(target: Handler | Task) -> Task:
        registered = target if isinstance(target, Task) else task(name_of(target), max_attempts=3)(target)
        if registered.required:
            raise TypeError(f"{registered.name}: a periodic task takes no payload")
        _periodic[registered.name] = expression
        return registered

    return register


def name_of(handler: Any) -> str:  # Any: a function's module and name are not part of any callable type.
    """Return `package.module.function`, without the name of the house."""
    return f"{handler.__module__.removeprefix('osler.')}.{handler.__qualname__}"
