"""Every command of `osler`, run as an operator runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner

from osler.cli import app
from osler.core import crypto, db
from osler.core.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "serve worker migrate demo dev create-admin set-practice doctor redflags par openapi settings-reference".split()
)


def osler(
    *words: str, stdin: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OSLER_")}
    return subprocess.run(
        (sys.executable, "-m", "osler.cli", *words),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env=kept | dict(environment or {}),
        check=False,
    )


def of(settings: Settings) -> dict[str, str]:
    assert settings.database_url
    return {"OSLER_DATABASE_URL": settings.database_url, "OSLER_DATA_DIR": str(settings.data_dir)}


def assert_one_sentence(done: subprocess.CompletedProcess[str], *, code: int) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(("osler: ", "Error: ")), done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) >= 5


def test_list_of_commands_is_complete() -> None:
    done = osler("--help")
    listed = [line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == COMMANDS


@pytest.mark.parametrize("words", [("nonsense",), ("serve", "--workers", "many"), ("serve", "--workers", "0")])
def test_wrong_call_is_one_sentence_and_exit_code_2(words: tuple[str, ...]) -> None:
    assert_one_sentence(osler(*words), code=2)


@pytest.mark.parametrize(
    ("command", "environment"),
    [
        ("migrate", {"OSLER_DATABASE_URL": "nonsense"}),
        ("worker", {"OSLER_DATABASE_URL": "postgresql://127.0.0.1:1/osler"}),
        ("serve", {"OSLER_PORT": "many"}),
        ("serve", {"OSLER_PORT": "65536"}),
        ("serve", {"OSLER_DATA_DIR": "/proc/nowhere"}),
        ("demo", {"OSLER_DATA_DIR": "/proc/nowhere"}),
        ("migrate", {"OSLER_POSTGRES_BIN": "/nowhere", "OSLER_DATA_DIR": "/proc/nowhere"}),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(command: str, environment: dict[str, str]) -> None:
    assert_one_sentence(osler(command, environment=environment), code=1)


def test_value_of_a_wrong_setting_is_not_repeated() -> None:
    done = osler("doctor", environment={"OSLER_METRICS_TOKEN": "short-secret"})
    assert_one_sentence(done, code=1)
    assert "short-secret" not in done.stderr


def test_redflags_answers_each_line_and_goes_on_after_a_broken_one() -> None:
    lines = [json.dumps({"id": "a", "text": "douleur dans la poitrine qui va dans le bras gauche"}), "broken"]
    done = osler("redflags", stdin="\n".join([*lines, json.dumps({"id": "b", "text": "I need a prescription"})]))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert answers[0]["level"] == "emergency"
    assert "error" in answers[1]
    assert answers[2]["id"] == "b"


def test_par_answers_each_line() -> None:
    turns = [{"role": "patient", "text": "I have had a headache since yesterday"}]
    done = osler("par", stdin=json.dumps({"id": "a", "turns": turns}) + "\nbroken\n")
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["id"] == "a"
    assert first["urgency"] in ("emergency", "urgent", "soon", "routine", "self_care")
    assert "error" in second


def test_engines_load_neither_database_nor_web_framework() -> None:
    code = (
        "import sys; sys.argv = ['osler', 'redflags']; sys.stdin = open('/dev/null')\n"
        "from osler import cli\n"
        "try: cli.main()\n"
        "except SystemExit: print([name for name in ('sqlalchemy', 'fastapi', 'asyncpg') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"


def test_application_loads_no_heavy_learning_library() -> None:
    code = "import sys, osler.app; print([n for n in ('torch', 'sklearn', 'scipy', 'numpy') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_openapi_document_in_the_repository_is_the_application_s() -> None:
    assert osler("openapi").stdout == (ROOT / "web" / "openapi.json").read_text(), "run `make types`"


def test_settings_reference_in_the_repository_is_made_from_the_settings() -> None:
    page = ROOT / "docs" / "reference" / "settings.md"
    assert osler("settings-reference").stdout == page.read_text(), (
        "run `osler settings-reference --out docs/reference/settings.md`"
    )


def test_documents_can_be_written_to_a_file(tmp_path: Path) -> None:
    page = tmp_path / "settings.md"
    assert osler("settings-reference", "--out", str(page)).returncode == 0
    assert page.read_text().startswith("# Settings")
    assert_one_sentence(osler("settings-reference", "--out", str(tmp_path / "no" / "page.md")), code=1)


async def test_migrate_says_where_the_database_is(settings: Settings) -> None:
    done = osler("migrate", environment=of(settings))
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("The database is at revision ")


async def test_administrator_is_made_from_a_pipe_and_can_be_found(settings: Settings) -> None:
    words = ("create-admin", "--email", "Ada@example.org", "--name", "Ada Novak")
    done = osler(*words, stdin="un mot de passe assez long\n", environment=of(settings))
    assert done.returncode == 0, done.stderr
    assert "un mot de passe" not in done.stdout + done.stderr
    assert settings.database_url
    connection = await asyncpg.connect(settings.database_url)
    try:
        assert await connection.fetchval("select count(*) from identity_role where role = 'admin'") == 1
        assert await connection.fetchval("select count(*) from audit_event where action = 'user:create_admin'") == 1
    finally:
        await connection.close()
    again = osler(*words, stdin="un mot de passe assez long\n", environment=of(settings))
    assert_one_sentence(again, code=1)
    assert "exists already" in again.stderr


@pytest.mark.parametrize(
    ("words", "password"),
    [
        (("--email", "ada@example.org", "--name", "Ada"), "short"),
        (("--email", "ada@example.org", "--name", "Ada"), ""),
        (("--email", "no address", "--name", "Ada"), "un mot de passe assez long"),
        (("--email", "ada@example.org", "--name", "Ada", "--language", "de"), "un mot de passe assez long"),
    ],
)
async def test_administrator_with_bad_details_is_refused(
    settings: Settings, words: tuple[str, ...], password: str
) -> None:
    done = osler("create-admin", *words, stdin=password + "\n", environment=of(settings))
    assert_one_sentence(done, code=1)
    assert not password or password not in done.stderr


async def test_password_is_never_an_argument(settings: Settings) -> None:
    done = osler("create-admin", "--password", "un mot de passe assez long", environment=of(settings))
    assert_one_sentence(done, code=2)


async def test_practice_is_set_and_changed(settings: Settings) -> None:
    words = ("set-practice", "--country", "be", "--timezone", "Europe/Brussels", "--phone", "+32 2 555 12 12")
    assert osler(*words, "--name", "Cabinet A", environment=of(settings)).returncode == 0
    assert osler(*words, "--name", "Cabinet B", environment=of(settings)).returncode == 0
    assert settings.database_url
    connection = await asyncpg.connect(settings.database_url)
    try:
        rows = await connection.fetch("select name, country, tzid from practice")
    finally:
        await connection.close()
    assert [tuple(row) for row in rows] == [("Cabinet B", "BE", "Europe/Brussels")]


@pytest.mark.parametrize(
    "words",
    [
        ("--name", "A", "--country", "FRA", "--timezone", "Europe/Paris"),
        ("--name", "A", "--country", "FR", "--timezone", "Paris"),
        ("--name", " ", "--country", "FR", "--timezone", "Europe/Paris"),
        ("--name", "A", "--country", "FR", "--timezone", "Europe/Paris", "--language", "de"),
    ],
)
async def test_practice_that_cannot_be_is_refused(settings: Settings, words: tuple[str, ...]) -> None:
    assert_one_sentence(osler("set-practice", *words, environment=of(settings)), code=1)


async def test_doctor_finds_a_fresh_installation_usable(settings: Settings) -> None:
    db.init(settings.database_url or "")
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
    await db.dispose()
    done = osler("doctor", "--json", environment=of(settings))
    levels = {finding["name"]: finding["level"] for finding in json.loads(done.stdout)}
    assert {levels[name] for name in ("python", "settings", "database", "extensions", "revision", "keys")} == {"ok"}
    assert levels["workers"] == "warn"
    assert levels["e-mail"] == "warn"


async def test_doctor_says_what_to_do_when_the_key_file_is_gone(settings: Settings) -> None:
    db.init(settings.database_url or "")
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
    await db.dispose()
    settings.keys_path.unlink()
    done = osler("doctor", environment=of(settings))
    assert done.returncode == 1
    assert "Put back the key file" in done.stdout
    assert not settings.keys_path.exists()


async def test_doctor_names_a_misspelt_setting_and_a_readable_key_file(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.keys_path.write_text("{}")
    settings.keys_path.chmod(0o644)
    done = osler("doctor", environment=of(settings) | {"OSLER_PROT": "8001"})
    assert "unknown: OSLER_PROT" in done.stdout
    assert "fail  key file" in done.stdout
    assert done.returncode == 1


def test_doctor_reports_a_database_that_does_not_answer() -> None:
    done = osler("doctor", "--json", environment={"OSLER_DATABASE_URL": "postgresql://127.0.0.1:1/osler"})
    assert done.returncode == 1
    assert "postgresql://" not in done.stdout
    finding = next(item for item in json.loads(done.stdout) if item["name"] == "database")
    assert finding["level"] == "fail"
