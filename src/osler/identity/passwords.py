"""Passwords: which ones are accepted, and argon2id behind a bounded waiting line."""

import asyncio
import base64
import os
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from osler.core.errors import Busy, Problem
from osler.identity.common_passwords import is_common

MIN_LENGTH: Final = 12
MAX_BYTES: Final = 1_024
# OWASP Password Storage Cheat Sheet, minimum for Argon2id (2024): m = 19456 KiB, t = 2, p = 1.
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# What must remain of a password once the person's own names and the practice's are taken out.
MIN_IMPERSONAL_LENGTH: Final = 8

T = TypeVar("T")


class WeakPassword(Problem):
    """Base of the reasons to refuse a new password; each has a type of its own, for screens to translate."""

    status = 400
    title = "This password cannot be used"


class PasswordTooShort(WeakPassword):
    status = 400
    title = "The password needs at least 12 characters"


class PasswordTooLong(WeakPassword):
    status = 400
    title = "The password is too long"


class PasswordTooCommon(WeakPassword):
    status = 400
    title = "This password is easy to guess"


class PasswordTooPersonal(WeakPassword):
    status = 400
    title = "The password is too close to a name or an e-mail address"


def check_password(password: str, *, personal: Iterable[str]) -> None:
    """Refuse a new password that is short, huge, widely used, or made of the words in `personal`.

    There is no rule about kinds of characters. Raises `PasswordTooShort`, `PasswordTooLong`, `PasswordTooCommon`,
    `PasswordTooPersonal`.
    """
    clean = normalise(password)
    if len(clean.encode()) > MAX_BYTES:
        raise PasswordTooLong(maximum_bytes=MAX_BYTES)
    if len(clean) < MIN_LENGTH:
        raise PasswordTooShort(minimum_length=MIN_LENGTH)
    if is_common(clean):
        raise PasswordTooCommon
    if len(_without(personal, clean)) < MIN_IMPERSONAL_LENGTH:
        raise PasswordTooPersonal


def normalise(password: str) -> str:
    """Return the one form that is hashed, so that two keyboards that compose accents differently agree."""
    return unicodedata.normalize("NFC", password)


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _without(personal: Iterable[str], password: str) -> str:
    rest = _bare(password)
    words = {word for text in personal for word in _words(_bare(text)) if len(word) >= 3}
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest


def _words(text: str) -> list[str]:
    local_part = text.partition("@")[0]
    separated = "".join(character if character.isalnum() else " " for character in local_part)
    return [*separated.split(), separated.replace(" ", "")]


class _HashingLine:
    """At most two hashes per core at a time, and a waiting line that ends: 19 MiB each add up."""

    def __init__(self) -> None:
        self.width = 2 * (os.cpu_count() or 1)
        self.longest = 16 * self.width
        self.inside = 0
        self._threads = ThreadPoolExecutor(self.width, thread_name_prefix="argon2")

    async def run(self, work: Callable[..., T], *arguments: str) -> T:
        if self.inside >= self.longest:
            raise Busy
        self.inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self.inside -= 1


_line = _HashingLine()


async def hash_password(password: str) -> str:
    """Return the PHC string of a password. Raises `Busy`."""
    return await _line.run(HASHER.hash, normalise(password))


async def verify_password(phc: str | None, password: str) -> bool:
    """Say whether the password is right; without `phc` (no such account) do the same work and say no.

    Raises `Busy`.
    """
    return await _line.run(_verify, phc or _DUMMY, normalise(password)) and phc is not None


def _verify(phc: str, password: str) -> bool:
    try:
        return HASHER.verify(phc, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(phc: str) -> bool:
    """Say whether a stored hash is weaker than what new ones get."""
    return HASHER.check_needs_rehash(phc)


def _dummy() -> str:
    """Return a PHC string of today's parameters that no password fits, without spending the time to hash one."""
    salt, tag = (base64.b64encode(secrets.token_bytes(n)).rstrip(b"=").decode() for n in (16, 32))
    return f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}${salt}${tag}"


_DUMMY: Final = _dummy()
