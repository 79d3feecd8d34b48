"""Stores that go away and come back: what is kept is served and says how old it is, the rest is a 503 problem."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from serving.core.site import health
from tests.api import sample
from tests.api.conftest import Client, Parliament, everything
from tests.api.history.test_freshness import seconds_until
from tests.support.patience import LONG_S
from tests.support.servers.postgres import in_database
from warehouse.postgres.connections.pools import AsyncDatabase
from warehouse.postgres.shards.shard_map import ShardMap, initial_map
from warehouse.runtime.settings import Settings

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("impatient")]
BILL, OTHER = "/api/v1/bills/45-1/C-6", "/api/v1/bills/45-1/C-7"


@pytest.fixture
def client(parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]) -> Client:
    """The API over the small Parliament, whose databases this test takes away."""
    parliament.claim("recorded")
    parliament.store(*everything())
    return open_client(settings)


@contextmanager
def away(url: str) -> Iterator[None]:
    """A database that accepts no connection and has ended those it had."""
    name = url.rpartition("/")[2]
    with psycopg.connect(in_database(url, "postgres"), autocommit=True) as connection:
        database = sql.Identifier(name)
        connection.execute(sql.SQL("alter database {} allow_connections false").format(database))
        end_connections(connection, name)
        try:
            yield
        finally:
            connection.execute(sql.SQL("alter database {} allow_connections true").format(database))


def end_connections(connection: psycopg.Connection, name: str) -> None:
    """End every connection to a database, as a restart does."""
    connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))


def test_a_shard_that_is_away_costs_only_what_is_not_kept(
    client: Client, parliament: Parliament, database_urls: list[str]
) -> None:
    shard = ShardMap(initial_map(4), 4).shard_of("45-1/C-6")
    same_shard = next(
        bill.key
        for bill in (sample.bill("44-1", f"C-{number}") for number in range(2, 17))
        if ShardMap(initial_map(4), 4).shard_of(bill.key) == shard
    )
    kept = client.get(BILL)
    list_before = client.get("/api/v1/bills").json()
    with away(database_urls[1 + shard]):
        seconds_until(lambda: "x-openpolicy-stale" in client.get(BILL).headers)
        stale = client.get(BILL)
        assert stale.json() == kept.json()
        assert int(stale.headers["x-openpolicy-stale"]) >= 2
        began = time.monotonic()
        lost = client.get(f"/api/v1/bills/{same_shard}")
        assert time.monotonic() - began < LONG_S / 2, "it is known, and no connection is waited for"
        assert (lost.status_code, lost.json()["code"]) == (503, "store_unavailable")
        assert lost.headers["retry-after"] == "5"
        assert "127.0.0.1" not in lost.text
        assert client.get("/api/v1/bills").json() == list_before
        assert "x-openpolicy-stale" not in client.get("/api/v1/bills").headers
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["stale"]) == (200, True)
        states = {each["name"]: each["state"] for each in ready.json()["dependencies"]}
        assert states[f"shard_{shard}"] == "down"
    seconds_until(lambda: client.get(f"/api/v1/bills/{same_shard}").status_code == 200)
    seconds_until(lambda: "x-openpolicy-stale" not in client.get(BILL).headers)


def test_without_the_catalog_it_is_ready_only_for_a_while(
    client: Client, database_urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_AWAY_TOO_LONG_S", 600.0)
    first = client.get("/api/v1/votes").json()
    with away(database_urls[0]):
        seconds_until(lambda: "x-openpolicy-stale" in client.get("/api/v1/votes").headers)
        assert client.get("/api/v1/votes").json() == first
        assert client.get("/ready").status_code == 200
        assert client.get("/api/v1/votes?limit=7").status_code == 503
        monkeypatch.setattr(health, "_AWAY_TOO_LONG_S", 4.0)
        seconds_until(lambda: client.get("/ready").status_code == 503)
        assert client.get("/ready").json()["why"] == "The catalog is unavailable."
        assert client.get("/health").status_code == 200
    seconds_until(lambda: client.get("/ready").status_code == 200)


def test_a_restart_of_the_server_is_not_noticed(client: Client, database_urls: list[str]) -> None:
    for url in database_urls:
        with psycopg.connect(in_database(url, "postgres"), autocommit=True) as connection:
            end_connections(connection, url.rpartition("/")[2])
    statuses = {client.get(f"/api/v1/bills/45-1/C-{number}").status_code for number in range(2, 17)}
    statuses |= {client.get(f"/api/v1/votes?limit={limit}").status_code for limit in range(1, 5)}
    assert statuses == {200}


def test_it_starts_before_its_databases(
    settings: Settings, database_urls: list[str], parliament: Parliament, open_client: Callable[[Settings], Client]
) -> None:
    with away(database_urls[0]):
        client = open_client(settings)
        assert client.get("/health").status_code == 200
        assert client.get("/ready").status_code == 503
        answer = client.get("/api/v1/bills")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
        assert client.get(BILL).status_code == 503
    seconds_until(lambda: client.get("/ready").status_code == 200)
    parliament.store(sample.bill("45-1", "C-6", 5))
    seconds_until(lambda: client.get(BILL).status_code == 200)


def test_databases_that_are_not_migrated_are_not_ready(
    settings: Settings, empty_database_url: str, open_client: Callable[[Settings], Client]
) -> None:
    client = open_client(
        Settings(catalog_url=empty_database_url, shard_urls=settings.shard_urls, log_level="ERROR", cursor_secret="x")
    )
    assert client.get("/ready").status_code == 503
    assert client.get("/api/v1/bills").status_code == 503


def test_readers_cannot_write(settings: Settings) -> None:
    async def write() -> None:
        database = AsyncDatabase(settings.catalog_url)
        await database.open()
        try:
            await database.fetch("delete from sessions")
        finally:
            await database.close()

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        asyncio.run(write())
