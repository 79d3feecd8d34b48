"""The embedded PostgreSQL: it keeps its data, finds its port, and touches no folder that is not its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local.dagster_home import sqlalchemy_url, write_home
from deploy.local.postgres import homes
from deploy.local.postgres.server import PostgresServer
from deploy.local.system import processes
from warehouse.runtime.errors import DataFolderUnusable, StoreUnavailable

pytestmark = pytest.mark.postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a space in its name that every account can reach."""
    with tempfile.TemporaryDirectory(prefix="openpolicy server ") as name:
        Path(name).chmod(0o711)
        yield Path(name) / "données"


@pytest.fixture
def server(folder: Path) -> Iterator[PostgresServer]:
    """A server that is gone after the test."""
    made = PostgresServer(folder)
    yield made
    made.remove()


def _one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    return row[0]


def test_it_keeps_data_port_and_password(server: PostgresServer, folder: Path) -> None:
    started = server.start()
    assert server.start() == started, "one that runs is taken as it is"
    url = server.url("postgres")
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 'Sénat' as word")
    server.stop()
    assert server.process() is None
    assert not processes.is_alive(started)
    server.start()
    assert server.url("postgres") == url
    assert _one(url, "select word from kept") == "Sénat"
    assert (folder / "server.json").stat().st_mode & 0o777 == 0o600


def test_it_is_utf8_listens_on_loopback_only_and_wants_its_password(server: PostgresServer) -> None:
    server.start()
    url = server.url("postgres")
    assert _one(url, "select pg_encoding_to_char(encoding) from pg_database where datname = 'postgres'") == "UTF8"
    assert _one(url, "select 'ÉTÉ' ilike 'été'") is True
    assert _one(url, "show listen_addresses") == "127.0.0.1"
    assert _one(url, "show unix_socket_directories") == ""
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace("@", "wrong@"), connect_timeout=60)


def test_a_taken_port_is_left_to_its_owner(server: PostgresServer) -> None:
    server.start()
    former = server.url("postgres")
    server.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(former.rpartition(":")[2].partition("/")[0])))
        taken.listen()
        server.start()
    assert server.url("postgres") != former
    assert _one(server.url("postgres"), "select 1") == 1


def test_a_killed_server_starts_again(server: PostgresServer) -> None:
    killed = server.start()
    with psycopg.connect(server.url("postgres")) as connection:
        connection.execute("create table kept (word text)")
    os.kill(killed.pid, signal.SIGKILL)
    os.waitpid(killed.pid, 0)
    assert server.process() is None
    assert server.start() != killed
    assert _one(server.url("postgres"), "select count(*) from kept") == 0


def test_a_pid_file_whose_pid_is_a_strangers_is_no_server(server: PostgresServer, folder: Path) -> None:
    server.start()
    server.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    try:
        pid_file = folder / "data" / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{folder / 'data'}\n{int(time.time())}\n5432\n")
        assert server.process() is None
        server.start()
        server.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_files_of_another_version_are_refused(server: PostgresServer, folder: Path) -> None:
    server.start()
    server.stop()
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(DataFolderUnusable, match="PostgreSQL 17"):
        server.start()


def test_what_it_says_when_it_does_not_start_is_told(server: PostgresServer, folder: Path) -> None:
    server.start()
    server.stop()
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    with pytest.raises(StoreUnavailable, match="contains errors"):
        server.start()


def test_a_moved_folder_goes_on(server: PostgresServer, folder: Path) -> None:
    server.start()
    server.stop()
    folder.rename(folder.with_name("moved"))
    moved = PostgresServer(folder.with_name("moved"))
    moved.start()
    assert _one(moved.url("postgres"), "select 1") == 1
    moved.remove()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_below_a_closed_folder_of_root_nothing_is_opened() -> None:
    with tempfile.TemporaryDirectory() as closed:
        Path(closed).chmod(0o700)
        server = PostgresServer(Path(closed) / "postgres")
        try:
            server.start()
            assert _one(server.url("postgres"), "select 1") == 1
            assert Path(closed).stat().st_mode & 0o777 == 0o700
            place = Path(str(_one(server.url("postgres"), "show data_directory")))
            assert not place.is_relative_to(closed)
            assert place.parent.with_suffix(".folder").read_text() == str(server.folder)
        finally:
            server.remove()
        assert not place.parent.exists()
        assert not place.parent.with_suffix(".folder").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_data_of_a_folder_that_is_away_stays_until_it_is_removed_by_name() -> None:
    """A folder that is not there may have been moved, or its disk is not mounted: its data is nobody's to delete. One
    made meanwhile in the same place gets a home of its own."""
    with tempfile.TemporaryDirectory() as closed:
        place, away = Path(closed) / "postgres", Path(closed) / "away"
        server = PostgresServer(place)
        server.start()
        with psycopg.connect(server.url("postgres")) as connection:
            connection.execute("create table kept as select 'Sénat' as word")
        home = _home(server)
        server.stop()
        place.rename(away)
        os.utime(home.with_suffix(".folder"), (0, 0))
        other = PostgresServer(place)
        try:
            other.start()
            assert _home(other) != home
            assert [each.is_orphaned for each in homes.list_homes() if each.name == home.name] == [True]
            assert [each.is_orphaned for each in homes.list_homes() if each.name == _home(other).name] == [False]
            with pytest.raises(DataFolderUnusable, match="in use by"):
                homes.remove_by_name(_home(other).name)
            moved = PostgresServer(away)
            moved.start()
            assert _one(moved.url("postgres"), "select word from kept") == "Sénat"
            assert [each.folder for each in homes.list_homes() if each.name == home.name] == [str(away)], "its new path"
            moved.stop()
            away.rename(Path(closed) / "deleted")
            removed = homes.remove_by_name(home.name)
            assert (removed.folder, removed.size > 10_000_000) == (str(away), True)
            assert not home.exists()
            assert not home.with_suffix(".folder").exists()
            with pytest.raises(DataFolderUnusable, match="no home"):
                homes.remove_by_name(home.name)
        finally:
            other.remove()


def _home(server: PostgresServer) -> Path:
    return Path(str(_one(server.url("postgres"), "show data_directory"))).parent


def test_data_without_its_note_is_not_taken_for_a_killed_start(server: PostgresServer, folder: Path) -> None:
    server.start()
    server.stop()
    note = (folder / "server.json").read_bytes()
    (folder / "server.json").unlink()
    with pytest.raises(DataFolderUnusable, match="is missing"):
        server.start()
    (folder / "server.json").write_bytes(note)
    server.start()
    assert _one(server.url("postgres"), "select 1") == 1


def test_what_a_killed_initdb_left_is_made_anew(server: PostgresServer, folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("18\n")
    (folder / "unfinished").touch()
    server.start()
    assert _one(server.url("postgres"), "select 1") == 1
    assert not (folder / "unfinished").exists()


def test_dagster_is_told_the_driver_its_queries_work_with(tmp_path: Path) -> None:
    url = "postgresql://me:secret@127.0.0.1:5432/dagster"
    assert sqlalchemy_url(url) == "postgresql+psycopg2://me:secret@127.0.0.1:5432/dagster"
    write_home(tmp_path / "home", url)
    written = (tmp_path / "home" / "dagster.yaml").read_text()
    assert "postgresql+psycopg2://" in written
    assert "postgresql://" not in written
    assert "enabled: false" in written
    assert (tmp_path / "home" / "dagster.yaml").stat().st_mode & 0o777 == 0o600
