"""Names that people choose to be called by."""

import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

MAX_LENGTH: Final = 120
# Controls, invisible formatting (which can turn the reading direction around), private use, unassigned, line ends.
_REFUSED: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Zero-width joiner and non-joiner are letters' business in several scripts.
_ALLOWED: Final = frozenset("\u200c\u200d")


def check_display_name(name: str) -> str:
    """Return the name in NFC with single spaces. Raises a pydantic error without the name."""
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not any(unicodedata.category(character).startswith("L") for character in clean):
        raise PydanticCustomError("name_without_letters", "a name needs a letter")
    if any(unicodedata.category(character) in _REFUSED and character not in _ALLOWED for character in name.strip()):
        raise PydanticCustomError("name_with_controls", "a name has no control characters")
    return clean


DisplayName = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH), AfterValidator(check_display_name)]
