"""`osler …`: what an operator runs. Errors are one sentence and an exit code.

Commands load what they need by name, so that `osler redflags` starts without a web server or a database.
"""

import asyncio
import os
import sys
from collections.abc import Coroutine
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from osler.core import log
from osler.core.settings import Settings, get_settings

app = typer.Typer(
    name="osler",
    help="A self-hosted front desk for a medical practice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Refusal(Exception):
    """Why a command could not do what it was asked; one sentence."""


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def database(settings: Settings) -> AbstractContextManager[Any]:
    """Make a database available for the block: the external one, checked, or the embedded one, started or joined.

    Child processes find it in `OSLER_DATABASE_URL`.
    """
    postgres = import_module("osler.core.postgres")
    if settings.database_url is not None:
        run(postgres.check_external(settings.database_url))
        return nullcontext()
    server = postgres.start(settings.data_dir / "postgres", bin_dir=settings.postgres_bin, on_progress=say)
    os.environ["OSLER_DATABASE_URL"] = server.connection.url
    get_settings.cache_clear()
    started: AbstractContextManager[Any] = server
    return started


def say(sentence: str) -> None:
    """Tell the operator what is going on, beside the output."""
    typer.echo(sentence, err=True)


@app.command()
def serve(
    migrate: Annotated[bool, typer.Option(help="Bring the database to the current revision first.")] = True,
    workers: Annotated[int, typer.Option(min=1, max=64, help="API processes.")] = 1,
) -> None:
    """Serve the API and the web application."""
    with database(get_settings()):
        settings = get_settings()
        if migrate:
            run(_migrate(settings))
        import_module("osler.server").serve(settings, workers=workers)


@app.command()
def worker() -> None:
    """Run jobs until stopped."""
    with database(get_settings()):
        run(import_module("osler.worker").main())


@app.command()
def migrate() -> None:
    """Bring the database to the current revision."""
    with database(get_settings()):
        say(f"The database is at revision {run(_migrate(get_settings()))}.")


async def _migrate(settings: Settings) -> str:
    db, migrations = import_module("osler.core.db"), import_module("osler.core.migrations")
    engine = db.create_engine(settings.database_url)
    try:
        await migrations.upgrade(engine)
        revision: str = await migrations.current(engine)
    finally:
        await engine.dispose()
    return revision


@app.command()
def redflags() -> None:
    """Decide red flags: JSON lines {"id","text","lang"?,"age"?,"sex"?,"context"?} in, JSON lines out."""
    import_module("osler.triage.redflags").run(sys.stdin, sys.stdout)


@app.command()
def par() -> None:
    """Compute reports: JSON lines {"id","lang"?,"age"?,"sex"?,"turns":[{"role","text"}]} in, JSON lines out."""
    import_module("osler.triage.par_jsonl").run(sys.stdin, sys.stdout)


@app.command()
def openapi(out: Annotated[Path | None, typer.Option(help="Write here instead of printing.")] = None) -> None:
    """Print the OpenAPI document."""
    build = import_module("osler.app").build
    document = build(Settings(database_url="postgresql://localhost/osler")).openapi()
    text = import_module("json").dumps(document, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text)


def main() -> None:
    """Run a command; turn what it cannot do into one sentence on stderr and exit code 1."""
    try:
        log.configure(os.environ.get("OSLER_LOG_LEVEL", "info"), as_json=not sys.stderr.isatty())
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except EXPECTED as error:
        typer.echo(f"osler: {error}", err=True)
        raise SystemExit(1) from None


# Raised by the parts a command starts; each carries one sentence for the operator.
EXPECTED: tuple[type[Exception], ...] = (Refusal, RuntimeError, OSError)
