import httpx
import pytest
from identity_people import PASSWORD, log_in, make_user, register
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError
from starlette.requests import HTTPConnection

from osler import identity
from osler.core import db
from osler.core.auth import Role
from osler.core.edge import Edge
from osler.identity.display_names import check_display_name
from osler.identity.emails import Email, canonical, check_email


async def test_the_command_line_makes_an_administrator_who_can_sign_in(client: httpx.AsyncClient) -> None:
    async with db.transaction() as session:
        await identity.create_admin(session, email="root@exemple.fr", password=PASSWORD, display_name="Dominique Roy")
    assert (await log_in(client, "root@exemple.fr")).json()["session"]["actor"]["roles"] == ["admin"]


async def test_an_address_has_one_account(app: Edge) -> None:
    await make_user("nour@exemple.fr", Role.NURSE)
    with pytest.raises(identity.EmailTaken):
        await make_user("NOUR@exemple.fr", Role.ADMIN)


async def test_a_weak_password_is_refused_on_the_command_line_too(app: Edge) -> None:
    with pytest.raises(identity.WeakPassword):
        await make_user("nour@exemple.fr", Role.NURSE, password="motdepasse2024")


async def test_visitors_have_no_summary(app: Edge) -> None:
    scope = {"type": "http", "headers": [], "client": None, "app": app.app}
    async with db.transaction() as session:
        actor, _ = await identity.start_visitor_session(session, HTTPConnection(scope))
        assert actor.id is not None
        assert await identity.summaries(session, [actor.id]) == {}
        assert await identity.summaries(session, []) == {}


async def test_an_account_reads_no_other_account(client: httpx.AsyncClient) -> None:
    await make_user("nour@exemple.fr", Role.NURSE, display_name="Nour Petit")
    await register(client)
    assert "Nour" not in (await client.get("/api/me")).text


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ann@Exemple.FR ", "Ann@exemple.fr"),
        ("élo@exemple.fr", "élo@exemple.fr"),
        ("ａnn@exemple.fr", "ann@exemple.fr"),
    ],
)
def test_addresses_are_stored_as_typed_and_compared_without_case(typed: str, stored: str) -> None:
    assert check_email(typed) == stored
    assert canonical(typed) == canonical(stored) == canonical(stored.upper())


@pytest.mark.parametrize(
    "typed", ["", "a", "a@b", "a b@c.fr", "a@b@c.fr", "<a@b.fr>", "a@b.fr\nbcc: x@y.fr", "a@clinic.local"]
)
def test_what_cannot_receive_a_letter_is_refused_without_repeating_it(typed: str) -> None:
    class Form(BaseModel):
        email: Email

    with pytest.raises(ValidationError) as refused:
        Form(email=typed)
    assert refused.value.errors()[0]["type"] == "email"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Anne-Lise   d’Aubigné ", "Anne-Lise d’Aubigné"),
        ("李明", "李明"),
        ("Zoe\u0308", "Zoë"),
        ("O'Neil 3rd", "O'Neil 3rd"),
    ],
)
def test_names_keep_their_letters(typed: str, stored: str) -> None:
    assert check_display_name(typed) == stored


@pytest.mark.parametrize("typed", ["", "  ", "123", "a\u0000b", "a\u202eb", "a\u2028b", "\ud800a"])
def test_names_have_letters_and_no_controls(typed: str) -> None:
    with pytest.raises(PydanticCustomError):
        check_display_name(typed)
