"""The audit trail: who did what to which record, written in the transaction of the act itself.

If the row cannot be written, the act fails with it. Rows carry a MAC under a key of their own; a later sealer
numbers and chains them, so the format leaves room for it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from structlog.contextvars import get_contextvars

from osler.core import clock, crypto
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.tables import AuditEvent

Scalar = str | int | bool | None
Outcome = Literal["success", "denied", "failed"]

COVERED = (
    "at actor_id actor_kind on_behalf_of session_id address request_id action patient_id resource_type resource_id "
    "outcome reason details"
).split()
# Plain SQL, because this runs in every request that touches a record: a quarter of the CPU of a built statement.
_INSERT = (
    f"insert into audit_event ({', '.join(COVERED)}, key_id, mac) "  # noqa: S608 - our own column names
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::jsonb, $15, $16)"
)


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
    await (await session.connection()).exec_driver_sql(_INSERT, row)


async def record_each(
    session: Session, *, actor: Actor, action: str, resource_type: str, patient_of: Mapping[UUID, UUID | None]
) -> None:
    """Add one row per resource (its id mapped to its patient's) with a single statement; for lists that were shown."""
    rows = [
        _row(actor, action, (resource_type, resource_id), patient_id) for resource_id, patient_id in patient_of.items()
    ]
    if rows:
        await (await session.connection()).exec_driver_sql(_INSERT, rows)


def _row(
    actor: Actor,
    action: str,
    resource: tuple[str, UUID | str | None],
    patient_id: UUID | None,
    outcome: Outcome = "success",
    reason: str | None = None,
    details: dict[str, Scalar] | None = None,
) -> tuple[Any, ...]:
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
    key_id, mac = crypto.mac("audit", canonical(row))
    row["details"] = orjson.dumps(row["details"]).decode()
    return (*row.values(), key_id, mac)


def canonical(row: dict[str, Any]) -> bytes:
    """Return the bytes that the MAC covers: JSON with sorted keys, times in UTC with microseconds."""
    return orjson.dumps(
        {key: _plain(value) for key, value in row.items()}, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


def is_intact(event: AuditEvent) -> bool:
    """Say whether a stored row is what was written."""
    content = canonical({column: getattr(event, column) for column in COVERED})
    return crypto.verify_mac(event.key_id, content, event.mac)
