"""The one spelling of a name, a phone number or an address by which a blind index finds it again."""

import unicodedata

import phonenumbers

from osler.core.errors import Problem


class InvalidPhone(Problem):
    status = 422
    title = "This is not a telephone number we can call"


def normal_name(name: str) -> str:
    """Return `name` without accents, case, punctuation and word order: “Élodie  Le-Gall” is “gall le elodie”'s twin."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in folded).split()))


def normal_email(email: str) -> str:
    """Return an address as it is compared: NFKC, case-folded, without surrounding space."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def normal_phone(phone: str, country: str) -> str:
    """Return a number in E.164 (“+33612345678”), reading national numbers as of `country`. Raises `InvalidPhone`."""
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone from error
    if not phonenumbers.is_possible_number(number):
        raise InvalidPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
