"""Handing over what an anonymous visitor owned, in the transaction that identifies them.

An event would arrive seconds later, and the patient would find an empty list; so higher domains register here from
their `tasks.py`: names go up, imports go down.
"""

import inspect
from collections.abc import Awaitable, Callable

from osler.core.db import Session
from osler.core.events import publish
from osler.identity.events import VisitorIdentified

Heir = Callable[[Session, VisitorIdentified], Awaitable[None]]

_heirs: list[Heir] = []


def on_identified(heir: Heir) -> Heir:
    """Register `async def heir(session, event)`, run when a visitor signs in as a patient or registers.

    It shares the transaction of the sign-in: what it raises undoes the sign-in. Raises `TypeError` for anything
    else than such a function.
    """
    if not inspect.iscoroutinefunction(heir) or len(inspect.signature(heir).parameters) != 2:
        raise TypeError("on_identified takes an async function of a session and a VisitorIdentified")
    if heir not in _heirs:
        _heirs.append(heir)
    return heir


async def hand_over(session: Session, event: VisitorIdentified) -> None:
    """Let every registered domain move its rows from the visitor to the user, then announce it."""
    for heir in _heirs:
        await heir(session, event)
    await publish(session, event)
