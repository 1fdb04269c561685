"""Text as rules read it: lower case, without accents, with plain apostrophes and single spaces."""

import re
import unicodedata
from typing import Final

_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "œ": "oe", "æ": "ae"})
_SENTENCE: Final = re.compile(r"[^.!?…\n]*[.!?…\n]*")


def plain(text: str) -> str:
    """Return `text` folded for matching; not for showing, since positions move."""
    folded = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).lower())
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


def sentences(text: str) -> list[str]:
    """Split at sentence ends; a decimal point or a dotted number does not end one."""
    protected = re.sub(r"(?<=\d)\.(?=\d)", "\x00", text)
    found = (match.group().replace("\x00", ".").strip() for match in _SENTENCE.finditer(protected))
    return [sentence for sentence in found if sentence]
