"""The connections of API processes: never more than their share, waited for where the server has none left."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.support.servers.postgres import in_database
from warehouse.postgres.connections import budget
from warehouse.postgres.connections.budget import Budget
from warehouse.postgres.connections.pools import AsyncDatabase
from warehouse.postgres.connections.reader import Reader

pytestmark = pytest.mark.postgres
_OPEN = "select count(*) from pg_stat_activity where datname = any(%s) and application_name = 'openpolicy'"


@pytest.mark.parametrize("total", [1, 2, 5, 9])
def test_databases_of_a_server_hold_no_more_than_their_budget_together(
    database_urls: list[str], monkeypatch: pytest.MonkeyPatch, total: int
) -> None:
    """Counted where connections are opened and closed: a server takes a moment to see that one has gone."""
    count = Count()
    connect, close = Reader.connect, Reader.close

    async def connected(*arguments: Any, **named: Any) -> Reader:
        count.add(1)
        return await connect(*arguments, **named)

    async def closed(reader: Reader) -> None:
        await close(reader)
        count.add(-1)

    monkeypatch.setattr(Reader, "connect", connected)
    monkeypatch.setattr(Reader, "close", closed)

    async def work() -> None:
        shared = Budget(total=total + budget.WRITERS)
        databases = [AsyncDatabase(url, budget=shared) for url in database_urls]
        for database in databases:
            await database.open()
        await asyncio.gather(*(database.fetch("select pg_sleep(%s)", (0.02,)) for database in databases * 8))
        assert count.open <= total
        for database in databases:
            await database.close()

    asyncio.run(work())
    assert (count.open, count.most) == (0, total)


class Count:
    """How many connections are open, and how many were at most."""

    def __init__(self) -> None:
        self.open = self.most = 0

    def add(self, change: int) -> None:
        self.open += change
        self.most = max(self.most, self.open)


@pytest.fixture
def full_url(empty_database_url: str) -> Iterator[str]:
    """A database whose account may hold two connections."""
    with psycopg.connect(in_database(empty_database_url, "postgres"), autocommit=True) as connection:
        connection.execute("drop role if exists few_connections")
        connection.execute("create role few_connections login password 'few' connection limit 2")
        name = empty_database_url.rpartition("/")[2]
        connection.execute(sql.SQL("grant connect on database {} to few_connections").format(sql.Identifier(name)))
        host = empty_database_url.rpartition("@")[2]
        yield f"postgresql://few_connections:few@{host}"
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'few_connections'")
        connection.execute(sql.SQL("revoke connect on database {} from few_connections").format(sql.Identifier(name)))
        connection.execute("drop role few_connections")


def test_where_the_server_has_no_connection_left_one_is_waited_for(full_url: str) -> None:
    async def work() -> list[tuple[int]]:
        database = AsyncDatabase(full_url, size=1)
        await database.open()
        with ExitStack() as others:
            for _ in range(2):
                others.enter_context(psycopg.connect(full_url))
            asked = asyncio.create_task(database.fetch("select 1"))
            await asyncio.sleep(0.3)
            assert not asked.done()
        rows = await asked
        await database.close()
        return rows

    assert asyncio.run(work()) == [(1,)]


def test_connections_that_nobody_uses_are_closed(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "IDLE_S", 0.2)
    monkeypatch.setattr(budget, "_SWEEP_EVERY_S", 0.1)
    name = empty_database_url.rpartition("/")[2]

    async def work() -> None:
        database = AsyncDatabase(empty_database_url, size=4)
        await database.open()
        await asyncio.gather(*(database.fetch("select pg_sleep(%s)", (0.1,)) for _ in range(4)))
        until = time.monotonic() + 60
        while (await database.fetch(_OPEN, ([name],)))[0][0] != 1:  # it asks all the time, as the polls do
            assert time.monotonic() < until, "they stay open"
            await asyncio.sleep(0.1)
        await database.close()

    asyncio.run(work())


def test_polls_go_before_those_who_wait(empty_database_url: str) -> None:
    async def work() -> list[str]:
        database, order = AsyncDatabase(empty_database_url, size=1), []
        await database.open()

        async def ask(name: str, *, first: bool = False) -> None:
            await database.fetch("select pg_sleep(%s)", (0.01,), first=first)
            order.append(name)

        reads = [asyncio.create_task(ask(f"read {number}")) for number in range(5)]
        await asyncio.sleep(0)
        await asyncio.gather(*reads, ask("poll", first=True))
        await database.close()
        return order

    assert asyncio.run(work())[:2] == ["read 0", "poll"]
