"""Field encryption: key file → practice key → one data key per patient → AES-256-GCM bound to its row.

A value is stored as `0x01 | key id (16) | nonce (12) | ciphertext and tag`. The associated data names the table,
the column, the row and the key, so a value that was moved elsewhere does not open. Whoever destroys a data key
makes every copy of its values unreadable, in backups too.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, insert, select, text, update

from osler.core import clock
from osler.core.db import Session
from osler.core.ids import new_id
from osler.core.tables import DataKey as DataKeyRow
from osler.core.tables import PracticeKey as PracticeKeyRow

FORMAT: Final = b"\x01"
NONCE_BYTES: Final = 12
HEADER_BYTES: Final = 1 + 16 + NONCE_BYTES
CACHED_KEYS: Final = 5_000
CACHE_TTL_S: Final = 60.0

Row = tuple[str, str, UUID | str]
"""Table, column and row id that a value belongs to."""


class CryptoError(Exception):
    """A key is missing or a value does not open. One sentence, without the value."""


class Key:
    """One AES-256-GCM key with its id."""

    __slots__ = ("_aead", "id", "material")

    def __init__(self, key_id: UUID, material: bytes) -> None:
        self.id = key_id
        self.material = material
        self._aead = AESGCM(material)

    def encrypt(self, value: str | bytes, row: Row) -> bytes:
        """Seal `value` for `row`."""
        plain = value.encode() if isinstance(value, str) else value
        nonce = os.urandom(NONCE_BYTES)
        return FORMAT + self.id.bytes + nonce + self._aead.encrypt(nonce, plain, self._aad(row))

    def decrypt(self, sealed: bytes, row: Row) -> bytes:
        """Open what `encrypt` sealed for the same `row`. Raises `CryptoError`."""
        if key_id_of(sealed) != self.id:
            raise CryptoError("the value was sealed with another key")
        try:
            return self._aead.decrypt(sealed[17:HEADER_BYTES], sealed[HEADER_BYTES:], self._aad(row))
        except InvalidTag as error:
            raise CryptoError(f"a value in {row[0]}.{row[1]} was altered or moved") from error

    def decrypt_text(self, sealed: bytes, row: Row) -> str:
        return self.decrypt(sealed, row).decode()

    def _aad(self, row: Row) -> bytes:
        return f"{row[0]}|{row[1]}|{row[2]}|{self.id}".encode()


def key_id_of(sealed: bytes) -> UUID:
    """Return the id of the key that a stored value needs. Raises `CryptoError` on an unknown format."""
    if len(sealed) < HEADER_BYTES + 16 or sealed[:1] != FORMAT:
        raise CryptoError("a stored value has an unknown format")
    return UUID(bytes=sealed[1:17])


class _Keyring:
    """The keys of this process. Practice keys live as long as it; data keys are forgotten after a minute."""

    def __init__(self) -> None:
        self.practice: dict[UUID, Key] = {}
        self.active: dict[str, UUID] = {}
        self.index_subkeys: dict[str, bytes] = {}
        self.data: OrderedDict[UUID, tuple[float, Key]] = OrderedDict()

    def forget(self) -> None:
        self.practice.clear()
        self.active.clear()
        self.index_subkeys.clear()
        self.data.clear()


_keyring = _Keyring()


def load_key_file(path: Path, *, create: bool) -> tuple[str, dict[str, bytes]]:
    """Return the active key-encryption key's id and all keys of the file, created with mode 0600 when asked.

    Raises `CryptoError` when the file is missing, readable by others, or malformed.
    """
    if create and not path.exists():
        _create_key_file(path)
    try:
        mode = path.stat().st_mode & 0o077
        raw = json.loads(path.read_text())
        keys = {key_id: base64.b64decode(value, validate=True) for key_id, value in raw["keys"].items()}
        active = str(raw["active"])
    except FileNotFoundError as error:
        raise CryptoError(f"the key file {path} is missing; restore it from its backup") from error
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise CryptoError(f"the key file {path} cannot be read") from error
    if mode:
        raise CryptoError(f"the key file {path} is readable by others; run chmod 600 on it")
    if active not in keys or any(len(value) != 32 for value in keys.values()):
        raise CryptoError(f"the key file {path} is malformed")
    return active, keys


def _create_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key_id = "kek-" + secrets.token_hex(4)
    content = {"active": key_id, "keys": {key_id: base64.b64encode(secrets.token_bytes(32)).decode()}}
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # Fails if another process was first: its key wins.
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


async def init(session: Session, key_file: Path) -> None:
    """Load the practice's keys, making them on the first start. Raises `CryptoError`.

    A database that already holds keys never gets a new key file: its values would stay closed for ever.
    """
    await session.execute(text("select pg_advisory_xact_lock(hashtext('osler.crypto.init'))"))
    rows = (await session.scalars(select(PracticeKeyRow))).all()
    active_kek, keks = load_key_file(key_file, create=not rows)
    _keyring.forget()
    for row in rows:
        if row.kek_id not in keks:
            raise CryptoError(f"the key file {key_file} lacks the key {row.kek_id} that this database needs")
        _add_practice_key(row.id, row.purpose, _unwrap(keks[row.kek_id], row.id, row.wrapped), row.is_active)
    for purpose in ("data", "index", "audit", "session"):
        if purpose not in _keyring.active:
            key_id, material = new_id(), secrets.token_bytes(32)
            session.add(
                PracticeKeyRow(
                    id=key_id,
                    purpose=purpose,
                    kek_id=active_kek,
                    wrapped=_wrap(keks[active_kek], key_id, material),
                    is_active=True,
                    created_at=clock.now(),
                )
            )
            _add_practice_key(key_id, purpose, material, True)
    await session.flush()


def _add_practice_key(key_id: UUID, purpose: str, material: bytes, is_active: bool) -> None:
    _keyring.practice[key_id] = Key(key_id, material)
    if is_active:
        _keyring.active[purpose] = key_id


def _wrap(kek: bytes, key_id: UUID, material: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(kek).encrypt(nonce, material, key_id.bytes)


def _unwrap(kek: bytes, key_id: UUID, wrapped: bytes) -> bytes:
    try:
        return AESGCM(kek).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.bytes)
    except InvalidTag as error:
        raise CryptoError(f"the key {key_id} does not open with this key file") from error


def _practice(purpose: str) -> Key:
    try:
        return _keyring.practice[_keyring.active[purpose]]
    except KeyError as error:
        raise CryptoError("the practice's keys are not loaded") from error


def practice_key(sealed: bytes | None = None) -> Key:
    """Return the practice's own data key, for rows that belong to no patient; with `sealed`, the one that opens it."""
    if sealed is None:
        return _practice("data")
    try:
        return _keyring.practice[key_id_of(sealed)]
    except KeyError as error:
        raise CryptoError("the value needs a practice key that is not loaded") from error


def mac(purpose: str, content: bytes) -> tuple[UUID, bytes]:
    """Return the id of the active key for `purpose` and the HMAC-SHA256 of `content` under it."""
    key = _practice(purpose)
    return key.id, hmac.digest(key.material, content, "sha256")


def verify_mac(key_id: UUID, content: bytes, expected: bytes) -> bool:
    """Say whether `expected` is the MAC of `content` under the practice key `key_id`."""
    key = _keyring.practice.get(key_id)
    return key is not None and hmac.compare_digest(hmac.digest(key.material, content, "sha256"), expected)


def blind_index(column: str, normalised: str) -> bytes:
    """Return a 16-byte keyed fingerprint for exact search, under a key of its own per `column`."""
    subkey = _keyring.index_subkeys.get(column)
    if subkey is None:
        subkey = _keyring.index_subkeys[column] = hmac.digest(_practice("index").material, column.encode(), "sha256")
    return hmac.digest(subkey, normalised.encode(), "sha256")[:16]


def token_hash(token: str) -> bytes:
    """Return what the database keeps of a random token of at least 128 bits."""
    return hashlib.sha256(token.encode()).digest()


async def new_data_key(session: Session, subject_id: UUID) -> Key:
    """Make the next data key of a patient and return it."""
    version = 1 + (
        await session.scalar(
            select(func.coalesce(func.max(DataKeyRow.version), 0)).where(DataKeyRow.subject_id == subject_id)
        )
        or 0
    )
    key, wrapping = Key(new_id(), secrets.token_bytes(32)), _practice("data")
    await session.execute(
        insert(DataKeyRow).values(
            id=key.id,
            subject_id=subject_id,
            version=version,
            practice_key_id=wrapping.id,
            wrapped=_wrap(wrapping.material, key.id, key.material),
            created_at=clock.now(),
        )
    )
    return key


async def data_key(session: Session, key_id: UUID) -> Key:
    """Return a patient's data key, from memory for up to a minute. Raises `CryptoError` when it was destroyed."""
    if not _is_cached(key_id):
        await load_data_keys(session, [key_id])
    if key_id not in _keyring.data:
        raise CryptoError("this patient's key does not exist any more")
    return _keyring.data[key_id][1]


async def load_data_keys(session: Session, key_ids: Collection[UUID]) -> None:
    """Read many patients' keys with one query, before `data_key` is asked for each; destroyed ones stay absent."""
    missing = [key_id for key_id in key_ids if not _is_cached(key_id)]
    if not missing:
        return
    rows = await session.execute(
        select(DataKeyRow.id, DataKeyRow.wrapped, DataKeyRow.practice_key_id).where(
            DataKeyRow.id.in_(missing), DataKeyRow.wrapped.is_not(None)
        )
    )
    for key_id in missing:
        _keyring.data.pop(key_id, None)
    for row in rows:
        wrapping = _keyring.practice.get(row.practice_key_id)
        if wrapping is None:
            raise CryptoError("this patient's key needs a practice key that is not loaded")
        _keyring.data[row.id] = (time.monotonic(), Key(row.id, _unwrap(wrapping.material, row.id, row.wrapped)))
    while len(_keyring.data) > CACHED_KEYS:
        _keyring.data.popitem(last=False)


def _is_cached(key_id: UUID) -> bool:
    cached = _keyring.data.get(key_id)
    return cached is not None and time.monotonic() - cached[0] < CACHE_TTL_S


async def destroy_data_keys(session: Session, subject_id: UUID) -> int:
    """Erase every data key of a patient and return how many; other processes forget them within a minute."""
    erased = (
        await session.scalars(
            update(DataKeyRow)
            .where(DataKeyRow.subject_id == subject_id, DataKeyRow.wrapped.is_not(None))
            .values(wrapped=None, destroyed_at=clock.now())
            .returning(DataKeyRow.id)
        )
    ).all()
    for key_id in erased:
        _keyring.data.pop(key_id, None)
    return len(erased)
