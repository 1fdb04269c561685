"""What is asked of an operator's own PostgreSQL, tried on a real one."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from osler.core import postgres
from osler.core.postgres_check import require_version


@pytest.fixture(scope="module")
def external() -> Iterator[postgres.Connection]:
    """A cluster that stands for the operator's own."""
    name = Path(tempfile.mkdtemp(prefix="osler-check-"))
    with postgres.start_for_tests(name) as server:
        yield server.connection
    shutil.rmtree(name)


async def refusal(url: str, *names: str) -> str:
    with pytest.raises(postgres.DatabaseUnusable) as caught:
        await postgres.check_external(url, names or postgres.REQUIRED_EXTENSIONS)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


async def execute(dsn: str, *commands: str) -> None:
    connection = await asyncpg.connect(dsn)
    for command in commands:
        await connection.execute(command)
    await connection.close()


def renamed(dsn: str, database: str) -> str:
    return re.sub(r"(@[^/]*)/\w+", rf"\1/{database}", dsn)


async def test_a_ready_database_is_accepted_in_both_spellings(external: postgres.Connection) -> None:
    await postgres.check_external(external.url)
    await postgres.check_external(external.dsn)
    await postgres.check_external(external.tcp_dsn)


async def test_extensions_the_role_may_create_are_accepted_and_not_created(external: postgres.Connection) -> None:
    await execute(external.dsn, "CREATE DATABASE bare TEMPLATE template0")
    bare = renamed(external.dsn, "bare")
    trusted = ("btree_gist", "pg_trgm", "unaccent")
    await postgres.check_external(bare, trusted)
    connection = await asyncpg.connect(bare)
    assert await connection.fetchval("SELECT count(*) FROM pg_extension WHERE extname = 'unaccent'") == 0
    await postgres.ensure_extensions(connection, trusted)
    await postgres.ensure_extensions(connection, trusted)
    assert await connection.fetchval("SELECT unaccent('é')") == "e"
    with pytest.raises(postgres.EmbeddedPostgresError, match="may not create the extension vector"):
        await postgres.ensure_extensions(connection)
    await connection.close()


async def test_extensions_the_role_may_not_create_are_named(external: postgres.Connection) -> None:
    await execute(external.superuser_dsn, "CREATE DATABASE guarded")
    guarded = renamed(external.dsn, "guarded")
    message = await refusal(guarded, "vector", "unaccent")
    assert "may not create the extensions vector, unaccent" in message
    await execute(renamed(external.superuser_dsn, "guarded"), "CREATE EXTENSION vector", "CREATE EXTENSION unaccent")
    await postgres.check_external(guarded, ("vector", "unaccent"))


async def test_an_extension_the_server_lacks_is_named(external: postgres.Connection) -> None:
    message = await refusal(external.dsn, "vector", "no_such_extension")
    assert "lacks the extension no_such_extension: install it" in message
    connection = await asyncpg.connect(external.superuser_dsn)
    with pytest.raises(postgres.EmbeddedPostgresError, match="has no extension no_such_extension"):
        await postgres.ensure_extensions(connection, ("no_such_extension",))
    await connection.close()


async def test_an_unreachable_or_mistaken_address_is_explained_without_its_password(
    external: postgres.Connection,
) -> None:
    password = external.tcp_dsn.split(":")[2].split("@")[0]
    cases = {
        external.tcp_dsn.replace(password, "wrong"): "is refused",
        renamed(external.tcp_dsn, "nowhere"): "does not exist",
        f"postgresql://osler:{password}@127.0.0.1:1/osler": "No PostgreSQL answers",
        f"postgresql://osler:{password}@/osler?host={os.sep}nonexistent": "No PostgreSQL answers",
        f"mysql://osler:{password}@127.0.0.1/osler": "is not an address of the form",
        f"postgresql://osler:{password}@127.0.0.1:port/osler": "is not an address of the form",
        "": "is not an address of the form",
    }
    for url, expected in cases.items():
        message = await refusal(url)
        assert expected in message
        assert password not in message


@pytest.mark.parametrize("major", [9, 13, 15])
def test_an_old_server_is_refused(major: int) -> None:
    with pytest.raises(postgres.DatabaseUnusable, match=f"is PostgreSQL {major}, but Osler needs 16 or later"):
        require_version(major)


@pytest.mark.parametrize("major", [16, 18, 21])
def test_a_recent_server_is_accepted(major: int) -> None:
    require_version(major)
