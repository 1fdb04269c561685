"""What Osler asks of any PostgreSQL, its own or the operator's: a version and four extensions."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from osler.core.postgres_errors import DatabaseUnusable, EmbeddedPostgresError
from osler.core.postgres_programs import MIN_MAJOR

REQUIRED_EXTENSIONS = ("vector", "btree_gist", "pg_trgm", "unaccent")

_CONNECT_TIMEOUT_S = 10.0
_NO_ADDRESS = "OSLER_DATABASE_URL is not an address of the form postgresql://user:password@host:port/database."


async def ensure_extensions(connection: asyncpg.Connection, names: Sequence[str] = REQUIRED_EXTENSIONS) -> None:
    """Create what is missing in the connected database; the role must be allowed to.

    Raises: `EmbeddedPostgresError`.
    """
    for name in names:
        try:
            quoted = name.replace('"', '""')
            await connection.execute(f'CREATE EXTENSION IF NOT EXISTS "{quoted}" WITH SCHEMA public')
        except (asyncpg.FeatureNotSupportedError, asyncpg.UndefinedFileError) as error:
            raise EmbeddedPostgresError(
                f"This PostgreSQL has no extension {name}: add it to the installation that OSLER_POSTGRES_BIN names, "
                "or unset that setting."
            ) from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise EmbeddedPostgresError(
                f"The role may not create the extension {name}: create it as a superuser."
            ) from error


async def check_external(url: str, names: Sequence[str] = REQUIRED_EXTENSIONS) -> None:
    """Connect once and look; changes nothing. Extensions may be installed already or merely creatable by this role.

    Raises: `DatabaseUnusable`.
    """
    connection = await _connect(url)
    try:
        require_version(connection.get_server_version().major)
        await _require_extensions(connection, names)
    except (asyncpg.PostgresError, OSError) as error:
        raise DatabaseUnusable(f"The database at OSLER_DATABASE_URL cannot be examined: {error}.") from error
    finally:
        await connection.close()


def require_version(major: int) -> None:
    if major < MIN_MAJOR:
        raise DatabaseUnusable(
            f"The database at OSLER_DATABASE_URL is PostgreSQL {major}, but Osler needs {MIN_MAJOR} or later: "
            "upgrade that server."
        )


async def _connect(url: str) -> asyncpg.Connection:
    dsn = url.replace("postgresql+asyncpg://", "postgresql://", 1)
    if not dsn.startswith(("postgresql://", "postgres://")):
        raise DatabaseUnusable(_NO_ADDRESS)
    try:
        return await asyncpg.connect(dsn, timeout=_CONNECT_TIMEOUT_S)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise DatabaseUnusable("The user or the password in OSLER_DATABASE_URL is refused: correct it.") from error
    except asyncpg.InvalidCatalogNameError as error:
        raise DatabaseUnusable("The database named in OSLER_DATABASE_URL does not exist: create it.") from error
    except (TimeoutError, OSError) as error:
        raise DatabaseUnusable(
            "No PostgreSQL answers at OSLER_DATABASE_URL: check host, port and that the server runs."
        ) from error
    except (ValueError, asyncpg.InterfaceError) as error:
        raise DatabaseUnusable(_NO_ADDRESS) from error
    except asyncpg.PostgresError as error:
        raise DatabaseUnusable(f"The database at OSLER_DATABASE_URL refuses the connection: {error}.") from error


async def _require_extensions(connection: asyncpg.Connection, names: Sequence[str]) -> None:
    rows = await connection.fetch(
        """
        SELECT wanted.name,
               installed.oid IS NOT NULL AS is_installed,
               bool_or(available.name IS NOT NULL) AS is_available,
               bool_or(rolsuper OR (available.trusted AND has_database_privilege(current_database(), 'CREATE')))
                   AS may_create
          FROM unnest($1::text[]) AS wanted (name)
          JOIN pg_roles ON rolname = current_user
          LEFT JOIN pg_extension AS installed ON installed.extname = wanted.name
          LEFT JOIN pg_available_extension_versions AS available ON available.name = wanted.name
         GROUP BY wanted.name, installed.oid
        """,
        list(names),
    )
    found = {row["name"]: row for row in rows if not row["is_installed"]}
    absent = [name for name in names if name in found and not found[name]["is_available"]]
    if absent:
        raise DatabaseUnusable(
            f"The PostgreSQL at OSLER_DATABASE_URL lacks {_listed(absent)}: install it on that server."
        )
    forbidden = [name for name in names if name in found and not found[name]["may_create"]]
    if forbidden:
        raise DatabaseUnusable(
            f"The role in OSLER_DATABASE_URL may not create {_listed(forbidden)}: "
            "run CREATE EXTENSION there once as a superuser."
        )


def _listed(names: Sequence[str]) -> str:
    return f"the extension{'s' if len(names) > 1 else ''} {', '.join(names)}"
