"""Connections. Every one speaks UTC, so that a row turned to JSON reads the same wherever it is made."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, LiteralString

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, ConnectionPool, PoolClosed, PoolTimeout

from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import mask_url

Connection = psycopg.Connection[TupleRow]

_PATIENCE_S = 3.0
"""How long a reader waits for a connection."""
_OPTIONS = "-c timezone=UTC -c statement_timeout={statement_timeout_ms}"


def _keywords(statement_timeout_ms: int) -> dict[str, Any]:
    return {
        "options": _OPTIONS.format(statement_timeout_ms=statement_timeout_ms),
        "connect_timeout": 5,
        "application_name": "openpolicy",
    }


def unavailable(url: str, error: Exception) -> StoreUnavailable:
    """The error a person can act on, with the password masked."""
    cause = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return StoreUnavailable(
        f"The database {mask_url(url)} is not reachable: {cause}.",
        fix="Start it, or correct OPENPOLICY_CATALOG_URL or OPENPOLICY_SHARD_URLS.",
    )


class Database:
    """One database for loaders: a small pool of blocking connections, opened at first use."""

    def __init__(self, url: str, *, size: int = 4, statement_timeout_ms: int = 600_000) -> None:
        self.url = url
        self._pool = ConnectionPool(
            url,
            min_size=0,
            max_size=size,
            open=False,
            timeout=6,
            kwargs=_keywords(statement_timeout_ms),
            check=ConnectionPool.check_connection,
            reconnect_timeout=4,
            num_workers=1,
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in one transaction: committed at the end of the block, rolled back when it raises.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        try:
            if self._pool.closed:
                psycopg.connect(self.url, connect_timeout=5).close()  # fails at once, where a pool would wait and retry
                self._pool.open()
            connection = self._pool.getconn()
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise unavailable(self.url, self._last_error() or error) from error
        try:
            with connection.transaction():
                yield connection
        except psycopg.OperationalError as error:
            raise unavailable(self.url, error) from error
        finally:
            self._pool.putconn(connection)

    def _last_error(self) -> Exception | None:
        """Why connecting fails: a pool's time-out does not say."""
        try:
            psycopg.connect(self.url, connect_timeout=3).close()
        except psycopg.OperationalError as error:
            return error
        return None

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _ReadingConnection(psycopg.AsyncConnection[TupleRow]):
    """A connection with one cursor for all of its queries: making one costs a third of a read by key."""

    @cached_property
    def reader(self) -> psycopg.AsyncCursor[TupleRow]:
        """The cursor; its last result stays in memory until the next query."""
        return self.cursor()


class AsyncDatabase:
    """One database for readers: a pool of read-only connections, statements prepared after five uses."""

    def __init__(self, url: str, *, size: int = 8, statement_timeout_ms: int = 10_000) -> None:
        self.url = url
        keywords = _keywords(statement_timeout_ms)
        keywords["options"] += " -c default_transaction_read_only=on"
        self._turns = asyncio.Semaphore(size)
        self._pool = AsyncConnectionPool(
            url,
            connection_class=_ReadingConnection,
            min_size=1,
            max_size=size,
            open=False,
            timeout=_PATIENCE_S,
            reconnect_timeout=2,
            kwargs=keywords | {"autocommit": True},
        )

    async def open(self) -> None:
        """Open the pool; connecting goes on in the background, so a database that is away does not stop the start."""
        await self._pool.open()

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def fetch(self, query: LiteralString, parameters: Any = None) -> list[TupleRow]:
        """All rows of one query. Connections that died in the pool, as when the server restarts, are replaced once.

        Raises:
            StoreUnavailable: no connection could be had within three seconds, the query took too long, or the tables
                are not there yet.
        """
        try:
            try:
                return await self._fetch(query, parameters)
            except psycopg.OperationalError as error:
                if not _connection_lost(error):
                    raise
                await self._pool.check()
                return await self._fetch(query, parameters)
        except (PoolTimeout, PoolClosed, psycopg.OperationalError, psycopg.errors.UndefinedTable) as error:
            raise unavailable(self.url, error) from error

    async def _fetch(self, query: LiteralString, parameters: Any) -> list[TupleRow]:
        await self._take_turn()
        try:
            connection = await self._pool.getconn()
            try:
                await connection.reader.execute(query, parameters)
                return await connection.reader.fetchall()
            finally:
                await self._pool.putconn(connection)
        finally:
            self._turns.release()

    async def _take_turn(self) -> None:
        """Wait here while every connection is in use: waiting in the pool costs as much as a query."""
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._turns.acquire()
        except TimeoutError as error:
            raise PoolTimeout(f"every connection was in use for {_PATIENCE_S:.0f} s") from error


def _connection_lost(error: psycopg.OperationalError) -> bool:
    """Whether the server ended the connection, rather than refused or cut short the statement."""
    return error.sqlstate is None or error.sqlstate.startswith("57P")
