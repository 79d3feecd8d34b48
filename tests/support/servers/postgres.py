"""One real PostgreSQL a worker; each test that commits finds its databases empty.

Workers share no server: a transaction of one would hold back what the other may read of its change logs.

Databases are migrated once and emptied for each test. The server does not sync to disk: it is gone when the run ends.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import pytest
from psycopg import sql

from deploy.local.postgres.server import PostgresServer
from tests.support.servers.database_roles import ROLE_PASSWORD
from tests.support.upstream.ingestion import Installation
from warehouse.postgres import roles
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.migrate import create_database, migrate
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map

SHARDS = 4
_FOLDER = "OPENPOLICY_TEST_SERVERS"
_PREFIX = "openpolicy-tests-"
_DATABASES = ["test_catalog", *(f"test_shard_{number}" for number in range(SHARDS))]
_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    """Choose the run's folder, before workers inherit the environment; the server starts when a test first asks."""
    if not hasattr(config, "workerinput"):
        _remove_abandoned()
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
        Path(os.environ[_FOLDER]).chmod(0o711)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server and delete its files."""
    folder = os.environ.get(_FOLDER)
    if folder and not hasattr(config, "workerinput"):
        _remove(Path(folder))
        del os.environ[_FOLDER]


def _remove_abandoned() -> None:
    """Clear up after runs that were killed: their folders carry their pid."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)) and os.access(folder, os.W_OK):
            _remove(folder)


def _remove(folder: Path) -> None:
    for home in folder.glob("*/postgres"):
        PostgresServer(home).remove()
    shutil.rmtree(folder, ignore_errors=True)


def _own_folder() -> Path:
    """Where this worker's server lives."""
    folder = Path(os.environ[_FOLDER]) / os.environ.get("PYTEST_XDIST_WORKER", "alone")
    folder.mkdir(mode=0o711, exist_ok=True)
    return folder


def in_database(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of the maintenance database of a running server."""
    server = PostgresServer(_own_folder() / "postgres", durable=False)
    server.start()
    return server.url("postgres")


def _execute(url: str, *statements: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """A database of this test alone, with nothing in it."""
    name = _new_name("empty")
    create_database(in_database(postgres_url, name))
    yield in_database(postgres_url, name)
    _execute(postgres_url, _drop(name))


@pytest.fixture
def own_database_urls(postgres_url: str) -> Iterator[list[str]]:
    """A migrated catalog and four migrated shards of this test alone, for one that changes their tables."""
    names = [_new_name(name) for name in _DATABASES]
    urls = [in_database(postgres_url, name) for name in names]
    for url in urls:
        create_database(url)
    migrate(urls[0], urls[1:])
    yield urls
    _execute(postgres_url, *(_drop(name) for name in names))


@pytest.fixture(scope="session")
def worker_urls(postgres_url: str) -> Iterator[list[str]]:
    """A migrated catalog and four migrated shards of this worker, in this order."""
    urls = [in_database(postgres_url, name) for name in _DATABASES]
    for url in urls:
        create_database(url)
    migrate(urls[0], urls[1:])
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        roles.set_passwords(connection, dict.fromkeys(roles.ROLES, ROLE_PASSWORD))
    yield urls
    for url in urls:
        if url in _emptiers:
            _emptiers.pop(url).close()


@pytest.fixture
def database_urls(worker_urls: list[str]) -> list[str]:
    """A catalog and four shards with nothing in them but the shard map, in this order."""
    empty(worker_urls)
    return worker_urls


def empty(urls: list[str]) -> None:
    """Leave nothing in a catalog and its shards but the shard map.

    Each database has one connection for this, which stays: a new one would have to read the catalogs of PostgreSQL
    first, 10 ms for every database of every test.
    """
    for url in urls:
        try:
            _emptier(url).execute(_EMPTY)
        except psycopg.OperationalError:  # a test has ended it
            _emptiers.pop(url).close()
            _emptier(url).execute(_EMPTY)


_emptiers: dict[str, psycopg.Connection] = {}


def _emptier(url: str) -> psycopg.Connection:
    if url not in _emptiers:
        _emptiers[url] = psycopg.connect(url, autocommit=True, application_name="openpolicy tests")
    return _emptiers[url]


@pytest.fixture
def empty_again(database_urls: list[str]) -> Callable[[], None]:
    """Empties this test's catalog and shards once more."""
    return lambda: empty(database_urls)


_EMPTY = """
do $$
declare
    each regclass;
    is_filled boolean;
    filled text;
begin
    -- Truncating makes every file of a table anew: of the 40 tables of a catalog, a test fills a few.
    for each in
        select format('%I.%I', schemaname, tablename)::regclass from pg_tables
        where schemaname = 'public' and tablename not in ('schema_migrations', 'shard_map')
    loop
        execute format('select exists (select from %s)', each) into is_filled;
        if is_filled then
            filled := concat_ws(', ', filled, each::text);
        end if;
    end loop;
    if filled is not null then
        execute 'truncate ' || filled || ' cascade';
    end if;
    for each in
        select format('%I.%I', schemaname, sequencename)::regclass from pg_sequences
        where schemaname = 'public' and last_value is not null
    loop
        execute format('alter sequence %s restart', each);
    end loop;
end $$
"""


def _new_name(kind: str) -> str:
    return f"{kind}_{os.getpid()}_{next(_numbers)}"


def _drop(name: str) -> sql.Composed:
    return sql.SQL("drop database {} with (force)").format(sql.Identifier(name))


@pytest.fixture
def catalog(database_urls: list[str]) -> Iterator[Database]:
    """The catalog of this test."""
    database = Database(database_urls[0])
    yield database
    database.close()


@pytest.fixture
def shards(database_urls: list[str]) -> Iterator[Shards]:
    """The four shards of this test, behind the map that a new installation gets."""
    found = Shards([Database(url) for url in database_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    yield found
    found.close()


@pytest.fixture
def installation(database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path) -> Installation:
    """An empty installation: databases and archive of this test."""
    return Installation(database_urls, catalog, shards, tmp_path / "archive")
