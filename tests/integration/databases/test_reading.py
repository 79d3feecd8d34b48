"""Reading connections: as many as allowed, usable after errors and cancelled callers, replaced when they die."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from warehouse.postgres.connections import pools
from warehouse.postgres.connections.pools import AsyncDatabase
from warehouse.runtime import deadlines
from warehouse.runtime.errors import StoreUnavailable

pytestmark = pytest.mark.postgres


def reading(url: str, work: Callable[[AsyncDatabase], Awaitable[Any]], size: int = 2) -> Any:
    """Run something with a pool of two."""

    async def run() -> Any:
        database = AsyncDatabase(url, size=size)
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def test_values_come_the_same_by_position_and_by_name(empty_database_url: str) -> None:
    values: dict[str, Any] = {"a": 40_000, "b": uuid.UUID(int=7), "c": None, "d": "100 % “été”"}

    async def work(database: AsyncDatabase) -> Any:
        named = "select %(a)s::int, %(b)s::uuid, %(c)s::text, %(d)s::text"
        placed = "select %s::int, %s::uuid, %s::text, %s::text"
        by_position = [await database.fetch(placed, tuple(values.values())) for _ in range(3)]
        return [await database.fetch(named, values), *by_position]

    assert reading(empty_database_url, work) == [[tuple(values.values())]] * 4


def test_numbers_of_any_size_fit_one_statement(empty_database_url: str) -> None:
    async def work(database: AsyncDatabase) -> Any:
        return [(await database.fetch("select %s::numeric", (number,)))[0][0] for number in (1, 2**20, 2**40, 3)]

    assert reading(empty_database_url, work) == [1, 2**20, 2**40, 3]


def test_no_more_connections_than_allowed(empty_database_url: str) -> None:
    async def work(database: AsyncDatabase) -> Any:
        await asyncio.gather(*(database.fetch("select pg_sleep(%s)", (0.01,)) for _ in range(20)))
        return (await database.fetch("select count(*) from pg_stat_activity where datname = current_database()"))[0][0]

    assert reading(empty_database_url, work) == 2


@pytest.mark.parametrize("parameters", [(1,), {"a": 1}])
def test_an_error_leaves_the_connection_usable(empty_database_url: str, parameters: Any) -> None:
    failing = "select 1 / (%s - 1)" if isinstance(parameters, tuple) else "select 1 / (%(a)s - 1)"

    async def work(database: AsyncDatabase) -> Any:
        for _ in range(5):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await database.fetch(failing, parameters)
        return await database.fetch("select pg_backend_pid()") == await database.fetch("select pg_backend_pid()")

    assert reading(empty_database_url, work, size=1)


@pytest.mark.parametrize("parameters", [(20,), {"a": 20}])
def test_a_caller_who_goes_away_takes_nothing_along(empty_database_url: str, parameters: Any) -> None:
    sleeping = "select pg_sleep(%s)" if isinstance(parameters, tuple) else "select pg_sleep(%(a)s)"

    async def work(database: AsyncDatabase) -> Any:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(database.fetch(sleeping, parameters), 0.1)
        return await database.fetch("select %s::int", (5,))

    assert reading(empty_database_url, work, size=1) == [(5,)]


def test_a_query_that_takes_too_long_is_unavailable(empty_database_url: str) -> None:
    async def work(database: AsyncDatabase) -> Any:
        with (
            deadlines.within(deadlines.Deadline(1.0)),
            pytest.raises(StoreUnavailable, match="statement timeout"),
        ):
            await database.fetch("select pg_sleep(%s)", (20,))
        return await database.fetch("select %s::int, current_setting('statement_timeout')", (5,))

    assert reading(empty_database_url, work, size=1) == [(5, f"{pools._BACKGROUND_S * 0.9:.0f}s")]


def test_a_query_that_is_cancelled_leaves_no_connection_that_waits(empty_database_url: str) -> None:
    """psycopg would wait for what the server says to the cancellation."""

    async def work(database: AsyncDatabase) -> Any:
        first = await database.fetch("select pg_backend_pid(), %s::int", (5,))
        sleeping = asyncio.create_task(database.fetch("select pg_sleep(%s)", (20,)))
        await asyncio.sleep(0.2)
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
        return first, await database.fetch("select pg_backend_pid(), %s::int", (5,))

    (before,), (after,) = reading(empty_database_url, work, size=1)
    assert (before[1], after[1]) == (5, 5)
    assert before[0] != after[0]


def test_connections_that_died_are_replaced(empty_database_url: str) -> None:
    async def work(database: AsyncDatabase) -> Any:
        await asyncio.gather(*(database.fetch("select pg_sleep(%s)", (0.01,)) for _ in range(2)))
        with psycopg.connect(empty_database_url, autocommit=True) as other:
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        return await database.fetch("select %s::int", (5,))

    assert reading(empty_database_url, work) == [(5,)]


def test_a_database_that_is_not_there_is_unavailable(empty_database_url: str) -> None:
    async def work(database: AsyncDatabase) -> Any:
        with pytest.raises(StoreUnavailable):
            await database.fetch("select 1")

    reading(empty_database_url + "_nowhere", work)
