"""The audit trail: who did what to which record, written in the transaction of the act itself.

If the row cannot be written, the act fails with it. Rows carry a MAC under a key of their own; a later sealer
numbers and chains them, so the format leaves room for it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import insert
from structlog.contextvars import get_contextvars

from osler.core import clock, crypto
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.tables import AuditEvent

Scalar = str | int | bool | None
Outcome = Literal["success", "denied", "failed"]

_INSERT = insert(AuditEvent)


async def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    resource: tuple[str, UUID | str | None],
    patient_id: UUID | None = None,
    outcome: Outcome = "success",
    reason: str | None = None,
    details: dict[str, Scalar] | None = None,
) -> None:
    """Add one row to the trail, in the caller's transaction.

    `details` holds ids, counts and codes, never what a person said. Any failure raises and must not be caught.
    """
    row = _row(actor, action, resource, patient_id, outcome, reason, details)
    await session.execute(_INSERT.values(**row))


async def record_each(
    session: Session, *, actor: Actor, action: str, resource_type: str, patient_of: Mapping[UUID, UUID | None]
) -> None:
    """Add one row per resource (its id mapped to its patient's) with a single statement; for lists that were shown."""
    rows = [
        _row(actor, action, (resource_type, resource_id), patient_id) for resource_id, patient_id in patient_of.items()
    ]
    if rows:
        await session.execute(_INSERT, rows)


def _row(
    actor: Actor,
    action: str,
    resource: tuple[str, UUID | str | None],
    patient_id: UUID | None,
    outcome: Outcome = "success",
    reason: str | None = None,
    details: dict[str, Scalar] | None = None,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "at": clock.now(),
        "actor_id": actor.id,
        "actor_kind": actor.kind.value,
        "on_behalf_of": actor.on_behalf_of,
        "session_id": actor.session_id,
        "address": actor.address,
        "request_id": get_contextvars().get("request_id"),
        "action": action,
        "patient_id": patient_id,
        "resource_type": resource[0],
        "resource_id": None if resource[1] is None else str(resource[1]),
        "outcome": outcome,
        "reason": reason,
        "details": details or {},
    }
    row["key_id"], row["mac"] = crypto.mac("audit", canonical(row))
    return row


def canonical(row: dict[str, Any]) -> bytes:
    """Return the bytes that the MAC covers: JSON with sorted keys, times in UTC with microseconds."""
    return orjson.dumps(
        {key: _plain(value) for key, value in row.items()}, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


COVERED = (
    "at actor_id actor_kind on_behalf_of session_id address request_id action patient_id resource_type resource_id "
    "outcome reason details"
).split()


def is_intact(event: AuditEvent) -> bool:
    """Say whether a stored row is what was written."""
    content = canonical({column: getattr(event, column) for column in COVERED})
    return crypto.verify_mac(event.key_id, content, event.mac)
