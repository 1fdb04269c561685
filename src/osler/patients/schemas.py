"""What goes over HTTP about patients."""

from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, EmailStr, Field, StringConstraints

from osler.core import clock
from osler.patients.consents import Consent
from osler.patients.registry import PatientSummary

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]
Sex = Literal["female", "male", "other", "unknown"]


def _in_a_lifetime(day: date) -> date:
    # One day ahead of UTC there are places where it is already tomorrow.
    if not date(1900, 1, 1) <= day <= clock.now().date() + timedelta(days=1):
        raise ValueError("not a birth date of a living person")
    return day


BirthDate = Annotated[date, AfterValidator(_in_a_lifetime)]


class PatientIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    birth_date: BirthDate | None = None
    sex: Sex | None = None
    phone: Phone | None = None
    email: EmailStr | None = None
    language: Literal["fr", "en"] = "fr"
    ins: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z ]{13,25}$")] | None = Field(
        None, description="French national health identifier (matricule INS)."
    )


class PatientPatch(BaseModel):
    """`version` is the one that was read; a later change by somebody else answers 409."""

    model_config = ConfigDict(extra="forbid")

    version: int
    name: Name
    birth_date: BirthDate | None = None
    sex: Sex | None = None
    phone: Phone | None = None
    email: EmailStr | None = None


class PatientOut(BaseModel):
    id: UUID
    status: str
    language: str
    name: str | None
    birth_date: date | None
    sex: str | None
    phone: str | None
    email: str | None
    version: int

    @classmethod
    def of(cls, patient: PatientSummary) -> "PatientOut":
        return cls(
            id=patient.id,
            status=patient.status,
            language=patient.language,
            name=patient.display_name,
            birth_date=patient.birth_date,
            sex=patient.sex,
            phone=patient.phone,
            email=patient.email,
            version=patient.version,
        )


class ConsentOut(BaseModel):
    id: UUID
    purpose: str
    text_version: str
    language: str
    given_by: str
    given_at: AwareDatetime
    withdrawn_at: AwareDatetime | None

    @classmethod
    def of(cls, consent: Consent) -> "ConsentOut":
        return cls(
            id=consent.id,
            purpose=consent.purpose,
            text_version=consent.text_version,
            language=consent.language,
            given_by=consent.given_by,
            given_at=consent.given_at,
            withdrawn_at=consent.withdrawn_at,
        )
