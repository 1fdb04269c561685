"""Who the patients are, how to reach them, and what they agreed to."""

from osler.patients.consents import (
    Consent,
    agreed_by_self,
    has_consent,
    list_consents,
    record_consent,
    withdraw_consent,
)
from osler.patients.registry import (
    IdentifierTaken,
    Identity,
    PatientNotFound,
    PatientSummary,
    create_provisional,
    data_key_id,
    find_by_user,
    get_summary,
    identify,
    link_user,
    summaries,
)
from osler.patients.search import ids_by_name

__all__ = [
    "Consent",
    "IdentifierTaken",
    "Identity",
    "PatientNotFound",
    "PatientSummary",
    "agreed_by_self",
    "create_provisional",
    "data_key_id",
    "find_by_user",
    "get_summary",
    "has_consent",
    "identify",
    "ids_by_name",
    "link_user",
    "list_consents",
    "record_consent",
    "summaries",
    "withdraw_consent",
]
