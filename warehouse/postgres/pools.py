"""Connections. Every one speaks UTC, so that a row turned to JSON reads the same wherever it is made."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from warehouse.model.past import PastStates
from warehouse.postgres.reading import Reader, connection_lost
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import mask_url

Connection = psycopg.Connection[TupleRow]

_PATIENCE_S = 3.0
"""How long a reader waits for a connection."""
_OPTIONS = "-c timezone=UTC -c statement_timeout={statement_timeout_ms}"


def application_name(shards: int | None) -> str:
    """How a session introduces itself: with how many shards its process knows, where that matters."""
    return "openpolicy" if shards is None else f"openpolicy with {shards} shards"


def _keywords(statement_timeout_ms: int, shards: int | None) -> dict[str, Any]:
    return {
        "options": _OPTIONS.format(statement_timeout_ms=statement_timeout_ms),
        "connect_timeout": 5,
        "application_name": application_name(shards),
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

    def __init__(
        self,
        url: str,
        *,
        size: int = 4,
        statement_timeout_ms: int = 600_000,
        shards: int | None = None,
        past: PastStates | None = None,
    ) -> None:
        """`shards`: of the catalog, how many shards this process knows; `openpolicy shards move` looks at it.
        `past` holds the states of changes that were archived out of its log."""
        self.url = url
        self.past = past
        self._pool = ConnectionPool(
            url,
            min_size=0,
            max_size=size,
            open=False,
            timeout=6,
            kwargs=_keywords(statement_timeout_ms, shards),
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


class AsyncDatabase:
    """One database for readers: read-only connections, opened when they are needed and kept, each for one query at a
    time. `psycopg_pool` would do more than reading needs: it costs a quarter of a read by key."""

    def __init__(
        self, url: str, *, size: int = 8, statement_timeout_ms: int = 10_000, shards: int | None = None
    ) -> None:
        """`shards`: of the catalog, how many shards this process knows; `openpolicy shards move` looks at it."""
        self.url = url
        self._keywords = _keywords(statement_timeout_ms, shards)
        self._keywords["options"] += " -c default_transaction_read_only=on"
        self._turns = asyncio.Semaphore(size)
        self._idle: list[Reader] = []
        self._closed = True

    async def open(self) -> None:
        """Take queries from now on. Connecting is left to the first of them, so a database may be away at the start."""
        self._closed = False

    async def close(self) -> None:
        """Close every connection; one in use when its query ends."""
        self._closed = True
        await self._close_idle()

    async def fetch(self, query: LiteralString, parameters: Any = None) -> list[TupleRow]:
        """All rows of one query. Connections that died meanwhile, as when the server restarts, are replaced once.

        Raises:
            StoreUnavailable: no connection could be had within three seconds, the query took too long, or the tables
                are not there yet.
        """
        try:
            await self._take_turn()
            try:
                return await self._fetch(query, parameters)
            except psycopg.OperationalError as error:
                if not connection_lost(error):
                    raise
                await self._close_idle()
                return await self._fetch(query, parameters)
            finally:
                self._turns.release()
        except (TimeoutError, psycopg.OperationalError, psycopg.errors.UndefinedTable) as error:
            raise unavailable(self.url, error) from error

    async def _take_turn(self) -> None:
        if not self._turns.locked():
            await self._turns.acquire()  # at once; a time-out would cost as much as the rest
            return
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._turns.acquire()
        except TimeoutError as error:
            raise TimeoutError(f"every connection was in use for {_PATIENCE_S:.0f} s") from error

    async def _fetch(self, query: LiteralString, parameters: Any) -> list[TupleRow]:
        if self._closed:
            raise psycopg.OperationalError("the pool is closed")
        reader = self._idle.pop() if self._idle else await self._connect()
        try:
            return await reader.fetch(query, parameters)
        finally:
            if reader.is_usable and not self._closed:
                self._idle.append(reader)
            else:
                await reader.close()

    async def _connect(self) -> Reader:
        return await Reader.connect(self.url, self._keywords, seconds=_PATIENCE_S)

    async def _close_idle(self) -> None:
        while self._idle:
            await self._idle.pop().close()
