"""Who acts, and what they may do: one pure function over role, relation and consent."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Kind(StrEnum):
    ANONYMOUS = "anonymous"
    VISITOR = "visitor"
    PATIENT = "patient"
    STAFF = "staff"
    SYSTEM = "system"


class Role(StrEnum):
    PATIENT = "patient"
    NURSE = "nurse"
    SECRETARY = "secretary"
    PRACTITIONER = "practitioner"
    ADMIN = "admin"


class Relation(StrEnum):
    """How an actor stands to a record: it is about them, or their practice keeps it."""

    SELF = "self"
    PRACTICE = "practice"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts. Built by the server from a session, never from what a client says."""

    id: UUID | None
    kind: Kind
    roles: frozenset[Role] = frozenset()
    session_id: UUID | None = None
    aal: int = 0
    needs_totp: bool = False
    on_behalf_of: UUID | None = None
    address: str | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.kind in (Kind.PATIENT, Kind.STAFF)


ANONYMOUS: Final = Actor(id=None, kind=Kind.ANONYMOUS)
SYSTEM: Final = Actor(id=None, kind=Kind.SYSTEM)

CLINICAL: Final = frozenset({Role.NURSE, Role.PRACTITIONER})
STAFF: Final = frozenset({Role.NURSE, Role.PRACTITIONER, Role.SECRETARY, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Rule:
    """Which staff roles may do something, and whether the person it is about may (patients and visitors)."""

    roles: frozenset[Role] = frozenset()
    by_self: bool = False
    without_totp: bool = False
    needs_consent: bool = False


# The administrator of the system is not a reader of records: `admin` stands only where no patient data is shown.
RULES: Final[dict[str, Rule]] = {
    "account:read": Rule(roles=STAFF, by_self=True, without_totp=True),
    "account:write": Rule(roles=STAFF, by_self=True, without_totp=True),
    "user:read": Rule(roles=frozenset({Role.ADMIN})),
    "user:write": Rule(roles=frozenset({Role.ADMIN})),
    "patient:read": Rule(roles=CLINICAL | {Role.SECRETARY}, by_self=True),
    "patient:search": Rule(roles=CLINICAL | {Role.SECRETARY}),
    "patient:write": Rule(roles=CLINICAL | {Role.SECRETARY}),
    "consent:read": Rule(roles=CLINICAL, by_self=True),
    "conversation:read": Rule(roles=CLINICAL, by_self=True),
    "conversation:write": Rule(by_self=True, needs_consent=True),
    "conversation:join": Rule(roles=CLINICAL, by_self=True),
    "report:submit": Rule(by_self=True, needs_consent=True),
    "report:read_own": Rule(by_self=True),
    "report:read": Rule(roles=CLINICAL),
    "report:review": Rule(roles=frozenset({Role.NURSE})),
    "alert:read": Rule(roles=STAFF),
    "alert:acknowledge": Rule(roles=CLINICAL | {Role.SECRETARY}),
    "figures:read": Rule(roles=STAFF),
    "health:read": Rule(roles=frozenset({Role.ADMIN})),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, and why (a code for the audit trail)."""

    is_allowed: bool
    reason: str


def decide(actor: Actor, action: str, *, relation: Relation | None = None, has_consent: bool | None = None) -> Decision:
    """Decide whether `actor` may do `action`.

    Without `relation` this answers for the route ("could this actor do this to any record?"); with it, for one
    record. Consent that could not be established (`None`) passes only the question about the route.
    Raises `KeyError` for an action nobody declared.
    """
    rule = RULES[action]
    if actor.kind is Kind.SYSTEM:
        return Decision(True, "system")
    if actor.kind is Kind.ANONYMOUS:
        return Decision(False, "not_signed_in")
    if actor.kind is Kind.STAFF:
        return _decide_for_staff(actor, rule, relation)
    if not rule.by_self:
        return Decision(False, "not_for_patients")
    if relation not in (None, Relation.SELF):
        return Decision(False, "not_own_record")
    if rule.needs_consent and relation is not None and has_consent is not True:
        return Decision(False, "no_consent")
    return Decision(True, "self")


def _decide_for_staff(actor: Actor, rule: Rule, relation: Relation | None) -> Decision:
    if actor.needs_totp and not rule.without_totp:
        return Decision(False, "second_factor_missing")
    if not actor.roles & rule.roles:
        return Decision(False, "role_missing")
    if relation is Relation.NONE:
        return Decision(False, "no_relation")
    return Decision(True, "role")
