"""Facts that a lower domain announces and higher ones hear: one job per subscriber, in the announcer's transaction."""

import dataclasses
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar, get_type_hints

from osler.core.db import Session
from osler.core.jobs import SCALARS, Scalar, Task, enqueue, name_of, task

E = TypeVar("E", bound="Event")


class Event:
    """Base of every event: `@dataclass(frozen=True, slots=True)`, past tense, ids and codes only (str, int, bool)."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]  # Any: as in the standard library's own stubs.


_subscribers: dict[type[Event], list[Task]] = {}
_fields: dict[type[Event], tuple[str, ...]] = {}


def subscribe(event_type: type[E]) -> Callable[[Callable[[Session, E], Awaitable[None]]], Task]:
    """Run the decorated `async def handler(session, event)` for each published `event_type`, as a job of its own.

    Raises `TypeError` when the event type breaks the rules of `Event`.
    """
    _check(event_type)

    def register(handler: Callable[[Session, E], Awaitable[None]]) -> Task:
        if len(inspect.signature(handler).parameters) != 2:
            raise TypeError(f"{name_of(handler)}: a subscriber takes the session and the event")

        async def deliver(session: Session, **fields: Scalar) -> None:
            await handler(session, event_type(**fields))

        deliver.__signature__ = _signature_of(event_type)  # type: ignore[attr-defined]  # read by inspect.signature
        registered = task(f"{name_of(handler)}.{event_type.__name__}")(deliver)
        _subscribers.setdefault(event_type, []).append(registered)
        return registered

    return register


async def publish(session: Session, event: Event) -> None:
    """Insert one job per subscriber of the event's exact type; roll back, and it was never said."""
    event_type = type(event)
    if event_type not in _fields:
        _check(event_type)
    fields = {name: getattr(event, name) for name in _fields[event_type]}
    for subscriber in _subscribers.get(event_type, ()):
        await enqueue(session, subscriber, **fields)


def subscribers(event_type: type[Event]) -> tuple[Task, ...]:
    """Return the tasks that run when `event_type` is published."""
    return tuple(_subscribers.get(event_type, ()))


def _check(event_type: type[Event]) -> None:
    name = event_type.__name__
    if not (inspect.isclass(event_type) and issubclass(event_type, Event) and event_type is not Event):
        raise TypeError(f"{name} is not an Event")
    parameters = event_type.__dict__.get("__dataclass_params__")
    if parameters is None or not parameters.frozen or "__slots__" not in event_type.__dict__:
        raise TypeError(f"{name} must be a frozen, slotted dataclass")
    hints = get_type_hints(event_type)
    for field in event_type.__dataclass_fields__:
        if hints[field] not in SCALARS:
            raise TypeError(f"{name}.{field} must be str, int or bool")
    _fields[event_type] = tuple(event_type.__dataclass_fields__)


def _signature_of(event_type: type[Event]) -> inspect.Signature:
    hints = get_type_hints(event_type)
    session = inspect.Parameter("session", inspect.Parameter.POSITIONAL_ONLY, annotation=Session)
    fields = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=hints[name]) for name in _fields[event_type]
    ]
    return inspect.Signature([session, *fields])
