"""What identity sends and receives over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from osler.core.auth import Kind, Role
from osler.identity.accounts import Account
from osler.identity.display_names import DisplayName
from osler.identity.emails import MAX_LENGTH, Email
from osler.identity.passwords import MAX_BYTES
from osler.identity.tables import UserStatus

Language = Literal["fr", "en"]
StaffRole = Literal[Role.NURSE, Role.SECRETARY, Role.PRACTITIONER, Role.ADMIN]
# Whether a new password is good is answered by problems that can be translated, so only its size is bounded here.
Password = Annotated[str, Field(min_length=1, max_length=MAX_BYTES, repr=False)]
Code = Annotated[str, Field(min_length=1, max_length=64, repr=False)]
Token = Annotated[str, Field(min_length=1, max_length=128, repr=False)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Out(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class LoginIn(In):
    """The e-mail may be malformed: that is a failed login like any other."""

    email: Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)]
    password: Password


class CodeIn(In):
    code: Code


class RegisterIn(In):
    email: Email
    password: Password
    display_name: DisplayName
    language: Language


class ActorOut(Out):
    """Who the browser is; `display_name` and `language` are null for visitors."""

    id: UUID
    kind: Kind
    roles: list[Role]
    display_name: str | None
    language: Language | None
    aal: int


class SessionOut(Out):
    """`totp_required`: a member of staff who may only set up a second factor."""

    actor: ActorOut | None
    csrf_token: str | None
    totp_required: bool


class LoginOut(Out):
    """`totp_required`: the password was right, now send the code to `/api/login/totp`; `session` is null until then."""

    totp_required: bool
    session: SessionOut | None


class MeOut(Out):
    id: UUID
    email: str
    display_name: str
    language: Language
    roles: list[Role]
    totp_enabled: bool
    recovery_codes_left: int
    created_at: AwareDatetime


class MePatch(In):
    display_name: DisplayName | None = None
    language: Language | None = None


class PasswordChangeIn(In):
    current_password: Password
    new_password: Password


class PasswordIn(In):
    password: Password


class DeviceSessionOut(Out):
    id: UUID
    device: str | None
    created_at: AwareDatetime
    last_seen_at: AwareDatetime
    is_current: bool


class EnrolmentOut(Out):
    """`qr_svg` is an SVG document, to be shown as an image."""

    secret: str
    uri: str
    qr_svg: str


class RecoveryCodesOut(Out):
    recovery_codes: list[str]


class UserOut(Out):
    id: UUID
    email: str
    display_name: str
    roles: list[Role]
    language: Language
    status: UserStatus
    totp_enabled: bool
    created_at: AwareDatetime
    last_login_at: AwareDatetime | None


class UserPageOut(Out):
    items: list[UserOut]
    next_after: UUID | None


class UserPatch(In):
    """`roles` replaces all staff roles of the user."""

    roles: Annotated[list[StaffRole], Field(min_length=1, max_length=4)] | None = None
    status: UserStatus | None = None


class InvitationIn(In):
    email: Email
    roles: Annotated[list[StaffRole], Field(min_length=1, max_length=4)]
    language: Language


class InvitationOut(Out):
    id: UUID
    email: str
    roles: list[Role]
    language: Language
    created_at: AwareDatetime
    expires_at: AwareDatetime


class NewInvitationOut(Out):
    """`accept_url` is shown once; the server keeps only a hash of its token."""

    invitation: InvitationOut
    accept_url: str


class TokenIn(In):
    token: Token


class OfferOut(Out):
    email: str
    roles: list[Role]
    language: Language
    practice_name: str
    expires_at: AwareDatetime


class InvitationAcceptIn(In):
    token: Token
    display_name: DisplayName
    password: Password
    language: Language | None = None


def me_out(account: Account) -> MeOut:
    return MeOut.model_validate(
        {
            "id": account.id,
            "email": account.email,
            "display_name": account.display_name,
            "language": account.language,
            "roles": sorted(account.roles),
            "totp_enabled": account.has_totp,
            "recovery_codes_left": account.recovery_codes_left,
            "created_at": account.created_at,
        }
    )


def user_out(account: Account) -> UserOut:
    return UserOut.model_validate(
        {
            "id": account.id,
            "email": account.email,
            "display_name": account.display_name,
            "roles": sorted(account.roles),
            "language": account.language,
            "status": account.status,
            "totp_enabled": account.has_totp,
            "created_at": account.created_at,
            "last_login_at": account.last_login_at,
        }
    )
