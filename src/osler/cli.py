"""`osler …`: what an operator runs. Errors are one sentence and an exit code.

Commands load what they need by name, so that `osler redflags` starts without a web server or a database.
"""

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from osler.core.settings import Settings

app = typer.Typer(
    name="osler",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Email = Annotated[str, typer.Option(prompt="E-mail", help="The address to sign in with.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Refusal(Exception):
    """Why a command could not do what it was asked; one sentence."""


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def get_settings() -> "Settings":
    settings: Settings = import_module("osler.core.settings").get_settings()
    return settings


def database(settings: "Settings") -> AbstractContextManager[Any]:
    """Make a database available for the block: the external one, checked, or the embedded one, started or joined.

    Child processes find it in `OSLER_DATABASE_URL`.
    """
    postgres = import_module("osler.core.postgres")
    if settings.database_url is not None:
        run(postgres.check_external(settings.database_url))
        return nullcontext()
    server = postgres.start(settings.data_dir / "postgres", bin_dir=settings.postgres_bin, on_progress=say)
    os.environ["OSLER_DATABASE_URL"] = server.connection.url
    import_module("osler.core.settings").get_settings.cache_clear()
    started: AbstractContextManager[Any] = server
    return started


def say(sentence: str) -> None:
    """Tell the operator what is going on, beside the output."""
    typer.echo(sentence, err=True)


@app.callback()
def _before(_context: typer.Context) -> None:
    """A self-hosted front desk for a medical practice."""
    sys.excepthook = _say_unexpected  # Here, because typer puts its own in place when it is called.


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


async def _migrate(settings: "Settings") -> str:
    db, migrations = import_module("osler.core.db"), import_module("osler.core.migrations")
    engine = db.create_engine(settings.database_url)
    try:
        await migrations.upgrade(engine)
        revision: str = await import_module("osler.core.revisions").current(engine)
    finally:
        await engine.dispose()
    return revision


@app.command()
def demo(
    is_reset: Annotated[bool, typer.Option("--reset", help="Forget the demo's data and stop.")] = False,
) -> None:
    """Serve everything on this machine with a synthetic practice."""
    demos = import_module("osler.ops.demo")
    if not is_reset:
        demos.run(get_settings(), say=say, show=typer.echo)
    elif demos.reset(get_settings()):
        say("The demo's data are gone; the next start makes new ones.")
    else:
        say("There was no demo to forget.")


@app.command()
def dev() -> None:
    """Serve like `demo`, start again when the code changes, and serve the pages through Vite."""
    import_module("osler.ops.demo").run(get_settings(), say=say, show=typer.echo, is_dev=True)


@app.command(hidden=True)
def prepare_demo() -> None:
    """Migrate and make the synthetic practice; run by `demo`."""
    settings = get_settings()
    import_module("osler.core.log").configure("warning", as_json=False)
    say("Bringing the database to the current revision …")
    run(_migrate(settings))
    import_module("osler.wiring")
    run(_connected(settings, import_module("osler.ops.demo_practice").prepare(settings, say=say)))


async def _connected(settings: "Settings", work: Coroutine[Any, Any, Any]) -> Any:
    """Await `work` with this process connected to the database."""
    db = import_module("osler.core.db")
    db.init(settings.database_url, pool_size=2)
    try:
        return await work
    finally:
        await db.dispose()


@app.command()
def create_admin(
    email: Email,
    name: Annotated[str, typer.Option(prompt="Name", help="The name that colleagues see.")],
    language: Annotated[str, typer.Option(help="fr or en.")] = "fr",
) -> None:
    """Make an administrator. The password is asked for, or read as one line from a pipe; never an argument."""
    password = _new_password()
    with database(get_settings()):
        settings = get_settings()
        run(_migrate(settings))
        import_module("osler.wiring")
        accounts = import_module("osler.ops.first_accounts")
        run(
            _connected(
                settings,
                accounts.add_admin(settings, email=email, name=name, password=password, language=language),
            )
        )
    say("The administrator can sign in now.")


def _new_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise Refusal("The two passwords differ.")
    return password


@app.command()
def set_practice(
    name: Annotated[str, typer.Option(prompt="Name", help="What patients call the practice.")],
    country: Annotated[str, typer.Option(prompt="Country", help="Two letters (ISO 3166-1), such as FR.")],
    timezone: Annotated[str, typer.Option(prompt="Time zone", help="An IANA name, such as Europe/Paris.")],
    phone: Annotated[str | None, typer.Option(help="The telephone number that patients see.")] = None,
    language: Annotated[str, typer.Option(help="The first language of the practice: fr or en.")] = "fr",
) -> None:
    """Say which practice this installation serves, or change it."""
    with database(get_settings()):
        settings = get_settings()
        run(_migrate(settings))
        accounts = import_module("osler.ops.first_accounts")
        work = accounts.set_practice(
            settings, name=name, country=country, tzid=timezone, phone=phone, language=language
        )
        run(_connected(settings, work))
    say("The practice is set.")


@app.command()
def doctor(is_json: AsJson = False) -> None:
    """Look at this installation and say what is wrong with it and what to do; exit code 1 when something fails."""
    import_module("osler.core.log").configure("error")
    checks = import_module("osler.ops.doctor")
    findings = run(checks.examine(get_settings()))
    typer.echo(checks.as_json(findings) if is_json else checks.as_text(findings))
    if any(finding.level == "fail" for finding in findings):
        raise typer.Exit(1)


@app.command()
def redflags() -> None:
    """Decide red flags: JSON lines {"id","text","lang"?,"age"?,"sex"?,"context"?} in, JSON lines out."""
    _engine("osler.triage.redflags").run(sys.stdin, sys.stdout)


@app.command()
def par() -> None:
    """Compute reports: JSON lines {"id","lang"?,"age"?,"sex"?,"turns":[{"role","text"}]} in, JSON lines out."""
    _engine("osler.triage.par_jsonl").run(sys.stdin, sys.stdout)


def _engine(name: str) -> ModuleType:
    """Load a pure part of triage without the rest of it.

    The package's face brings the database and the web framework along, a second that these commands do not need.
    """
    spec = find_spec("osler.triage")
    if spec is not None:
        sys.modules.setdefault("osler.triage", module_from_spec(spec))
    return import_module(name)


@app.command()
def openapi(out: Annotated[Path | None, typer.Option(help="Write here instead of printing.")] = None) -> None:
    """Print the OpenAPI document."""
    build = import_module("osler.app").build
    settings = import_module("osler.core.settings").Settings(database_url="postgresql://localhost/osler")
    document = build(settings).openapi()
    _write(import_module("json").dumps(document, indent=2, ensure_ascii=False) + "\n", out)


@app.command()
def settings_reference(
    out: Annotated[Path | None, typer.Option(help="Write here instead of printing.")] = None,
) -> None:
    """Print the reference of all settings (docs/reference/settings.md)."""
    _write(import_module("osler.ops.settings_reference").render(), out)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        out.write_text(text, encoding="utf-8")


def main() -> NoReturn:
    """Run a command; turn what it cannot do into one sentence on stderr and exit code 1 (2 for a wrong call)."""
    signal.signal(signal.SIGTERM, _terminate)
    if "OSLER_PARENT_PID" in os.environ:
        import_module("osler.ops.lifeline").follow_parent()
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except _expected() as error:
        say(f"osler: {_sentence(error)}")
        raise SystemExit(1) from None
    raise SystemExit(0)


# Raised by what a command loads; each carries one sentence for the operator.
_NAMED = (
    ("osler.core.postgres_errors", "EmbeddedPostgresError"),
    ("osler.core.postgres_errors", "DatabaseUnusable"),
    ("osler.core.crypto", "CryptoError"),
    ("osler.core.errors", "Problem"),
    ("osler.ops.demo", "DemoRefused"),
    ("osler.ops.demo_practice", "NotTheDemo"),
    ("sqlalchemy.exc", "SQLAlchemyError"),
    ("asyncpg", "PostgresError"),
    ("asyncpg", "InterfaceError"),
    ("alembic.util", "CommandError"),
)


def _expected() -> tuple[type[BaseException], ...]:
    """Return the errors with a sentence; what was never loaded cannot have been raised."""
    loaded = [getattr(sys.modules[module], name) for module, name in _NAMED if module in sys.modules]
    return (Refusal, RuntimeError, OSError, ValueError, *loaded)


def _sentence(error: BaseException) -> str:
    if type(error).__name__ == "ValidationError":
        invalid: Any = error  # pydantic's, which is not loaded for every command
        wrong = invalid.errors(include_input=False, include_url=False)[0]
        place = "__".join(str(part) for part in wrong["loc"]).upper()
        return f"{'OSLER_' if invalid.title == 'Settings' else ''}{place}: {wrong['msg']}."
    if type(error).__module__.startswith(("sqlalchemy", "asyncpg")):
        return f"the database does not answer as it should ({type(error).__name__}); `osler doctor` says more"
    return str(error) or type(error).__name__


def _terminate(_number: int, _frame: FrameType | None) -> None:
    """End through the `with` blocks, so that an embedded database is not left running."""
    raise SystemExit(143)


def _say_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say that this is a bug and where it was, without the text of the error, which may quote a patient."""
    if os.environ.get("OSLER_LOG_LEVEL") == "debug":
        sys.__excepthook__(kind, error, trace)
        return
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" in {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    say(f"osler: an unexpected {kind.__name__}{place}; with OSLER_LOG_LEVEL=debug the whole trace is shown")


if __name__ == "__main__":
    main()
