"""E-mail addresses: checked on the way in, compared by one canonical form, found by a keyed fingerprint."""

import unicodedata
from typing import Annotated, Final

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from osler.core import crypto

MAX_LENGTH: Final = 254


def canonical(email: str) -> str:
    """Return the form under which two spellings are one account: NFKC, stripped, casefolded."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def email_index(email: str) -> bytes:
    """Return the fingerprint by which an account is found."""
    return crypto.blind_index("identity_user.email", canonical(email))


def check_email(email: str) -> str:
    """Return a deliverable-looking address as it will be stored. Raises a pydantic error without the address."""
    try:
        found = validate_email(unicodedata.normalize("NFKC", email).strip(), check_deliverability=False)
    except EmailNotValidError:
        raise PydanticCustomError("email", "not an e-mail address") from None
    return found.normalized


Email = Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(check_email)]
