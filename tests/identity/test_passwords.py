import asyncio
import contextlib
import unicodedata

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from osler.core.errors import Busy
from osler.identity import common_passwords, passwords
from osler.identity.passwords import (
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooPersonal,
    PasswordTooShort,
    check_password,
    hash_password,
    needs_rehash,
    verify_password,
)

PERSONAL = ["marie.dupont@exemple.fr", "Marie Dupont", "Cabinet des Tilleuls"]


@pytest.mark.parametrize(
    "password",
    [
        "Password12345!",
        "P@ssw0rd12345",
        "motdepasse2024",
        "MotDePasse!2024",
        "Azertyuiop123",
        "1q2w3e4r5t6y",
        "coucou123456789",
        "Inf1rmi3re2025!",
        "infirmière 2025",
        "Élodie123456789",
        "bonjourbonjour",
        "aaaaaaaaaaaa",
        "abcabcabcabcabc",
        "abcdefghijklm",
        "987654321098",
    ],
)
def test_what_guessing_starts_with_is_refused_under_its_disguises(password: str) -> None:
    with pytest.raises(PasswordTooCommon):
        check_password(password, personal=PERSONAL)


@pytest.mark.parametrize("password", ["marie.dupont2024", "MARIEDUPONT!!", "Tilleuls-Cabinet", "dupontmarie-99"])
def test_a_password_made_of_names_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooPersonal):
        check_password(password, personal=PERSONAL)


@pytest.mark.parametrize(
    "password",
    [
        "lampe cuivre verger",
        "tr0ub4dor-and-3-hats",
        "marie aime le théâtre",
        "пароль-на-бумаге",
        "🦊🐙🪵🧂🫖🧭🪢🪡🧵🪣🪟🪞",
    ],
)
def test_long_ordinary_phrases_are_accepted_whatever_their_characters(password: str) -> None:
    check_password(password, personal=PERSONAL)


def test_eleven_characters_are_too_few_and_two_thousand_bytes_too_many() -> None:
    with pytest.raises(PasswordTooShort) as short:
        check_password("xkqzvwyjpt7", personal=[])
    assert short.value.to_dict()["minimum_length"] == 12
    with pytest.raises(PasswordTooLong):
        check_password("é" * 513, personal=[])


@given(st.text(max_size=80))
def test_any_text_is_judged_without_an_error_of_ours(password: str) -> None:
    with contextlib.suppress(PasswordTooCommon, PasswordTooLong, PasswordTooPersonal, PasswordTooShort):
        check_password(password, personal=PERSONAL)


def test_the_packaged_set_is_what_the_generator_makes() -> None:
    content = common_passwords.encode()
    assert content == (common_passwords.Path(common_passwords.__file__).with_name("common_passwords.bin")).read_bytes()
    assert len(content) // common_passwords.DIGEST_BYTES > 50_000


async def test_both_ways_to_compose_an_accent_are_one_password() -> None:
    stored = await hash_password(unicodedata.normalize("NFC", "théâtre-du-châtelet"))
    assert await verify_password(stored, unicodedata.normalize("NFD", "théâtre-du-châtelet"))
    assert not await verify_password(stored, "theatre-du-chatelet")


async def test_the_last_character_of_a_long_password_counts() -> None:
    stored = await hash_password("x" * 1000 + "a")
    assert not await verify_password(stored, "x" * 1000 + "b")


async def test_without_an_account_the_answer_is_no_after_the_same_work() -> None:
    assert await verify_password(None, "cuivre-lampe-verger-41") is False
    assert passwords.HASHER.check_needs_rehash(passwords._DUMMY) is False


def test_weaker_parameters_are_noticed() -> None:
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("x"))
    assert not needs_rehash(passwords.HASHER.hash("x"))


async def test_a_full_waiting_line_answers_busy_instead_of_growing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords._line, "longest", 4)
    results = await asyncio.gather(*(verify_password(None, "x") for _ in range(12)), return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in results) == 8
    assert await verify_password(None, "x") is False
