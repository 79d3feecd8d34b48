"""The API over real databases with a small Parliament in them."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from litestar.testing import TestClient

from serving.app import create_app
from serving.core.http.layers import HttpShell
from tests.api import sample
from tests.support.servers.database_roles import as_role
from tests.support.servers.postgres import SHARDS, empty
from warehouse.model.entities import Bill, Member, Session, Vote
from warehouse.postgres.aggregates.store import (
    BILLS,
    MEMBERS,
    SESSIONS,
    VOTES,
    Incoming,
    store,
    store_sharded,
)
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.roles import API
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.runtime import logging
from warehouse.runtime.settings import Settings
from warehouse.workers.stream.apply import catch_up_lists

Client = TestClient[HttpShell]
logging.configure(level="ERROR")


@pytest.fixture(scope="module", autouse=True)
def _patient(patient: object) -> None:
    """No limit of time that the product keeps for its callers' sake fails a test, but where an outage is tested."""


class Parliament:
    """Writes to the store as a load does, and lets the projection follow."""

    def __init__(self, catalog: Database, shards: Shards) -> None:
        self.catalog = catalog
        self.shards = shards

    def store(self, *roots: Bill | Vote | Member | Session) -> None:
        """Store entities of any kind and project them."""
        found: dict[type, list[Any]] = {}
        for root in roots:
            name = type(root).__name__.lower()
            found.setdefault(type(root), []).append(Incoming(root, sample.provenance(f"{name}s")))
        store_sharded(self.shards, BILLS, found.get(Bill, []))
        store_sharded(self.shards, VOTES, found.get(Vote, []))
        store(self.catalog, MEMBERS, found.get(Member, []))
        store(self.catalog, SESSIONS, found.get(Session, []))
        catch_up_lists(self.catalog, self.shards)

    def settle(self) -> None:
        """Wait until all that is stored may be read: transactions of other tests on the same server hold it back."""
        query = "select count(*) from change_log where xid >= pg_snapshot_xmin(pg_current_snapshot())"
        for database in (self.catalog, *self.shards.databases):
            until = time.monotonic() + 60
            while True:
                with database.connection() as connection:
                    row = connection.execute(query).fetchone()
                if row == (0,):
                    break
                assert time.monotonic() < until, "A transaction elsewhere does not end."
                time.sleep(0.05)

    def claim(self, kind: str) -> None:
        """Say what kind of data this is."""
        with self.catalog.connection() as connection:
            connection.execute("insert into dataset (kind) values (%s)", (kind,))


def bills() -> list[Bill]:
    """Forty bills in two sessions."""
    numbers = [f"C-{number}" for number in range(2, 17)] + [f"S-{number}" for number in range(201, 206)]
    return [
        sample.bill(session, number, position + 20 * (session == "44-1"))
        for session in ("45-1", "44-1")
        for position, number in enumerate(numbers, start=1)
    ]


def everything() -> Sequence[Bill | Vote | Member | Session]:
    """The whole small Parliament."""
    votes = [sample.vote("45-1", number) for number in range(1, 31)]
    members = [sample.member(position) for position in range(1, 31)]
    return [*bills(), *votes, *members, sample.session(45, 1), sample.session(44, 1)]


@pytest.fixture
def parliament(catalog: Database, shards: Shards) -> Parliament:
    """A migrated store, empty."""
    return Parliament(catalog, shards)


@pytest.fixture
def settings(database_urls: list[str]) -> Settings:
    """Settings that name the test's databases and no Redis."""
    return settings_for(database_urls)


def settings_for(urls: list[str]) -> Settings:
    """Settings that name these databases, as the API reaches them, and no Redis."""
    catalog_url, *shard_urls = as_role(API, urls)
    return Settings(
        catalog_url=catalog_url,
        shard_urls=tuple(shard_urls),
        cursor_secret="a test's own",
        cache_mb=8,
        log_level="ERROR",
        deadline_ms=30_000,  # a busy machine takes seconds for what takes milliseconds
    )


@pytest.fixture
def open_client() -> Iterator[Callable[[Settings], Client]]:
    """Starts applications and stops them at the end of the test."""
    clients: list[Client] = []

    def start(settings: Settings) -> Client:
        client = TestClient(create_app(settings))
        clients.append(client)
        client.__enter__()
        client.follow_redirects = False
        return client

    yield start
    for client in clients:
        client.__exit__()


@pytest.fixture(scope="module")
def api(worker_urls: list[str]) -> Iterator[Client]:
    """The API over the small Parliament, for the tests of one module that only read."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    parliament = Parliament(catalog, shards)
    parliament.claim("recorded")
    parliament.store(*everything())
    parliament.settle()
    with TestClient(create_app(settings_for(worker_urls))) as client:
        client.follow_redirects = False
        yield client
    shards.close()
    catalog.close()
