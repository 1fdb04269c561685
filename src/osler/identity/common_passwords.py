"""The passwords that guessing starts with, as a packaged set of fingerprints made by this very module.

`python -m osler.identity.common_passwords` writes the set anew from `common_words.txt`: words, first names, keyboard
walks and phrases with the endings people add. A test fails when the two disagree.
"""

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise, product
from pathlib import Path
from typing import Final, overload

# Shorter ones are refused for their length.
MIN_LENGTH: Final = 12
DIGEST_BYTES: Final = 6
ENDINGS: Final = (
    "",
    *("1234567890"[:n] for n in range(1, 11)),
    *("0 00 000 007 01 10 11 12321 13 22 33 69 77 88 99 100 101 111 321 420 666 777 888 999 987654321 54321".split()),
    *(str(year) for year in range(1930, 2041)),
)
PAIRED: Final = (
    "password motdepasse secret welcome bienvenue bonjour hello admin administrator test love amour jetaime princesse "
    "princess dragon monkey shadow football soleil sunshine docteur medecin infirmiere cabinet clinique hopital sante "
    "patient doctor nurse hospital clinic medical azerty qwerty"
).split()
_LEET: Final = str.maketrans({"@": "a", "$": "s", "€": "e", "!": "i", "|": "l", "+": "t"})
_LEET_DIGITS: Final = ("013457", "oieast"), ("013457", "oleast"), ("013458", "oleasb")
_NOT_WORDLY: Final = re.compile(r"[^a-z0-9]")
_TAIL: Final = re.compile(r"[^a-z]*$")


def is_common(password: str) -> bool:
    """Say whether a password is one that guessing starts with, under the usual disguises.

    Case, accents, separators, trailing punctuation and letters written as digits or signs do not hide it; neither
    does repetition of a short block.
    """
    plain = _plain(password)
    return _is_monotonous(plain) or any(_digest(form) in _known() for form in _undisguised(plain))


def _plain(password: str) -> str:
    decomposed = unicodedata.normalize("NFKD", password.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _undisguised(plain: str) -> set[str]:
    head = _TAIL.sub("", plain)
    tail = plain[len(head) :]
    forms = {plain, head.translate(_LEET) + tail}
    for digits, letters in _LEET_DIGITS:
        table = str.maketrans(digits, letters)
        forms |= {head.translate(_LEET).translate(table) + tail, plain.translate(_LEET).translate(table)}
    return {_NOT_WORDLY.sub("", form) for form in forms}


def _is_monotonous(plain: str) -> bool:
    """Say whether the text repeats a block of up to four characters, or counts up or down."""
    if any(plain == (plain[:n] * len(plain))[: len(plain)] for n in range(1, 5)):
        return True
    # The modulus lets digits run over: …8, 9, 0, 1…
    modulus = 10 if plain.isascii() and plain.isdigit() else 0x110000
    return {(ord(after) - ord(before)) % modulus for before, after in pairwise(plain)} in ({1}, {modulus - 1})


def _digest(plain: str) -> bytes:
    return hashlib.sha256(plain.encode()).digest()[:DIGEST_BYTES]


class _Digests(Sequence[bytes]):
    """Sorted digests without an object for each."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __len__(self) -> int:
        return len(self._content) // DIGEST_BYTES

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> "_Digests": ...
    def __getitem__(self, index: int | slice) -> "bytes | _Digests":
        if isinstance(index, slice):
            raise TypeError("digests are read one by one")
        return self._content[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES]

    def __contains__(self, digest: object) -> bool:
        if not isinstance(digest, bytes):
            return False
        position = bisect_left(self, digest)
        return position < len(self) and self[position] == digest


@lru_cache(maxsize=1)
def _known() -> _Digests:
    return _Digests(files("osler.identity").joinpath("common_passwords.bin").read_bytes())


def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    current: list[str] = []
    for line in files("osler.identity").joinpath("common_words.txt").read_text().splitlines():
        if line.startswith("["):
            current = lists.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            current.extend(line.split())
    return lists


def generate() -> Iterator[str]:
    """Yield every plain form of the set, some more than once."""
    lists = _lists()
    for stem, ending in product((*lists["words"], *lists["names"], *lists["phrases"]), ENDINGS):
        yield stem + ending
    for first, second, ending in product(PAIRED, PAIRED, ("", "1", "12", "123", "1234", "2024", "2025", "2026")):
        yield first + second + ending
    for walk in lists["walks"]:
        yield from (walk[:n] for n in range(MIN_LENGTH, len(walk) + 1))
        yield from (walk + ending for ending in ENDINGS)
        yield from (first + second for first, second in product((walk, walk[::-1]), (walk, walk[::-1])))
    for name, word in product(lists["names"], ("jetaime", "iloveyou", "amour", "love", "forever", "princesse")):
        yield from (name + word, word + name)


def encode() -> bytes:
    """Return the content of the packaged file."""
    return b"".join(sorted({_digest(plain) for plain in generate() if len(plain) >= MIN_LENGTH}))


if __name__ == "__main__":
    Path(__file__).with_name("common_passwords.bin").write_bytes(encode())
