"""Values open only where they belong, with keys that outlive the process and die when asked to."""

import os
import stat
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.core import crypto, db
from osler.core.crypto import CryptoError, Key
from osler.core.ids import new_id
from osler.core.settings import Settings

ROW = ("patient", "name_enc", UUID(int=7))


@given(st.binary(max_size=10_000))
def test_any_value_comes_back(value: bytes) -> None:
    key = Key(UUID(int=1), os.urandom(32))
    assert key.decrypt(key.encrypt(value, ROW), ROW) == value


@pytest.mark.parametrize(
    "row",
    [("patient", "name_enc", UUID(int=8)), ("patient", "phone_enc", UUID(int=7)), ("consent", "name_enc", ROW[2])],
)
def test_value_moved_to_another_place_does_not_open(row: crypto.Row) -> None:
    key = Key(UUID(int=1), os.urandom(32))
    with pytest.raises(CryptoError, match="altered or moved"):
        key.decrypt(key.encrypt("Élodie", ROW), row)


@given(st.integers(min_value=0, max_value=60))
def test_one_flipped_bit_anywhere_is_noticed(position: int) -> None:
    key = Key(UUID(int=1), b"k" * 32)
    sealed = bytearray(key.encrypt("a name of some length, forty characters", ROW))
    sealed[position] ^= 1
    with pytest.raises(CryptoError):
        key.decrypt(bytes(sealed), ROW)


def test_same_value_is_never_sealed_alike() -> None:
    key = Key(UUID(int=1), os.urandom(32))
    assert key.encrypt("same", ROW) != key.encrypt("same", ROW)


async def test_key_file_is_readable_by_its_owner_only(database: Settings) -> None:
    assert stat.S_IMODE(database.keys_path.stat().st_mode) == 0o600


async def test_keys_are_the_same_after_a_restart(database: Settings) -> None:
    async with db.transaction() as session:
        key = await crypto.new_data_key(session, new_id())
    sealed, index = key.encrypt("kept", ROW), crypto.blind_index("patient.name", "kept")
    async with db.transaction() as session:
        await crypto.init(session, database.keys_path)
        again = await crypto.data_key(session, key.id)
    assert again.decrypt_text(sealed, ROW) == "kept"
    assert crypto.blind_index("patient.name", "kept") == index


async def test_lost_key_file_is_said_and_never_replaced(database: Settings) -> None:
    database.keys_path.unlink()
    with pytest.raises(CryptoError, match="missing; restore it"):
        async with db.transaction() as session:
            await crypto.init(session, database.keys_path)
    assert not database.keys_path.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"active": "a", "keys": {}}', '{"active": "a", "keys": {"a": "AA=="}}'])
def test_malformed_key_file_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.touch(mode=0o600)
    path.write_text(content)
    with pytest.raises(CryptoError, match="key file"):
        crypto.load_key_file(path, create=True)


def test_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    crypto.load_key_file(path, create=True)
    path.chmod(0o644)
    with pytest.raises(CryptoError, match="readable by others"):
        crypto.load_key_file(path, create=False)


async def test_erasing_a_patient_closes_every_value(database: Settings) -> None:
    subject = new_id()
    async with db.transaction() as session:
        key = await crypto.new_data_key(session, subject)
        second = await crypto.new_data_key(session, subject)
    async with db.transaction() as session:
        assert await crypto.destroy_data_keys(session, subject) == 2
    for key_id in (key.id, second.id):
        async with db.transaction() as session:
            with pytest.raises(CryptoError, match="does not exist any more"):
                await crypto.data_key(session, key_id)


async def test_indexes_of_two_columns_do_not_match(database: Settings) -> None:
    assert crypto.blind_index("patient.name", "x") != crypto.blind_index("patient.phone", "x")
