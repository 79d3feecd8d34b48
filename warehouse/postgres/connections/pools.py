"""Connections. Every one speaks UTC, so that a row turned to JSON reads the same wherever it is made."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from warehouse.model.past import PastStates
from warehouse.postgres.connections.budget import SIZE, Budget, Turns
from warehouse.postgres.connections.reader import Reader, connection_lost
from warehouse.runtime import deadlines, telemetry
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import mask_url
from warehouse.runtime.sqlfiles import name_of

Connection = psycopg.Connection[TupleRow]

_PATIENCE_S = 8.0
"""How long a reader waits for its turn at a server, or for a server without a free connection."""
_BACKGROUND_S = 10.0
"""How long a query may take that no request waits for."""
_SERVER_PART: Final = 0.9
"""The server gives a query up after this part of its deadline: then the connection outlives it."""
_CONNECT_S = 3.0
"""How long connecting may take."""
_POOL_WAIT_S: Final = 6.0
"""How long a loader waits for a connection of its pool."""
_FULL_PAUSE_S = 0.05
_FULL = ("too many clients", "too many connections", "connection slots are reserved")
_IDLE_S = 30.0
"""A loader's connection that was not used for so long is closed."""
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
            timeout=_POOL_WAIT_S,
            max_idle=_IDLE_S,
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
            connection = self._pool.getconn(timeout=deadlines.at_most(_POOL_WAIT_S))
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise unavailable(self.url, self._last_error() or error) from error
        try:
            with _cut_at_deadline(connection), connection.transaction():
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
    """One database for readers: read-only connections, opened when they are needed and kept for a while, each for one
    query at a time. `psycopg_pool` would do more than reading needs: it costs a quarter of a read by key."""

    def __init__(
        self,
        url: str,
        *,
        size: int = 8,
        budget: Budget | None = None,
        deadline_s: float = _BACKGROUND_S,
        shards: int | None = None,
    ) -> None:
        """`deadline_s` is that of most requests; `budget` is what several databases of one server share; without it
        there are `size` connections to this one. `shards`: of the catalog, how many shards this process knows;
        `openpolicy shards move` looks at it."""
        self.url = url
        self._statement_timeout_ms = _server_ms(deadline_s)
        self._keywords = _keywords(self._statement_timeout_ms, shards)
        self._keywords["options"] += " -c default_transaction_read_only=on"
        self.budget = budget or Budget()
        self.turns = Turns(size) if budget is None else budget.add(self)
        self._is_fixed = budget is None
        self._closed = True

    async def open(self) -> None:
        """Take queries from now on. The first of them connects, so a database may be unavailable at the start."""
        self._closed = False

    async def close(self) -> None:
        """Close every connection; one in use when its query ends."""
        self._closed = True
        await self.budget.close_idle(self)

    async def fetch(self, query: LiteralString, parameters: Any = None, *, first: bool = False) -> list[TupleRow]:
        """All rows of one query. Connections that died meanwhile, as when the server restarts, are replaced once.
        `first` goes before all who wait for a connection.

        A request's query ends with its deadline, any other after ten seconds.

        Raises:
            StoreUnavailable: no connection could be had in time, the query took too long, or the tables are not there
                yet.
        """
        if deadlines.current() is None:
            try:
                async with asyncio.timeout(_BACKGROUND_S) as timer:
                    with deadlines.within(deadlines.Deadline(_BACKGROUND_S, timer)):
                        return await self._fetch_traced(query, parameters, first=first)
            except TimeoutError as error:
                raise unavailable(self.url, error) from error
        return await self._fetch_traced(query, parameters, first=first)

    async def _fetch_traced(self, query: LiteralString, parameters: Any, *, first: bool) -> list[TupleRow]:
        name = name_of(query) if telemetry.is_on() else ""
        with telemetry.span(
            f"postgresql {name}", "client", {"db.system.name": "postgresql", "db.operation.name": name}
        ):
            return await self._fetch_in_turn(query, parameters, first=first)

    async def _fetch_in_turn(self, query: LiteralString, parameters: Any, *, first: bool) -> list[TupleRow]:
        try:
            turns = await self._take_turn(first=first)
            try:
                return await self._fetch(query, parameters)
            except psycopg.OperationalError as error:
                if not connection_lost(error):
                    raise
                await self.budget.close_idle(self)
                return await self._fetch(query, parameters)
            finally:
                turns.give_back()
        except (TimeoutError, psycopg.OperationalError, psycopg.errors.UndefinedTable) as error:
            raise unavailable(self.url, error) from error

    async def _take_turn(self, *, first: bool) -> Turns:
        while True:
            turns = self.turns
            await turns.take(_PATIENCE_S, first=first)
            if turns is self.turns and (self._is_fixed or self.budget.is_known):
                return turns
            try:  # this turn is one of those before it was known how many there are
                if not self.budget.is_known:
                    await self._learn()
            finally:
                turns.give_back()

    async def _learn(self) -> None:
        """Ask the server for its size. The connection is idle before the turns are divided, so that it counts."""
        reader = self.budget.idle_of(self) or await self._connect()
        try:
            size = int((await reader.fetch(SIZE, None))[0][0])
        except BaseException:
            await reader.close()
            raise
        await self.budget.keep(self, reader)
        self.budget.learn(size)

    async def _fetch(self, query: LiteralString, parameters: Any) -> list[TupleRow]:
        if self._closed:
            raise psycopg.OperationalError("the pool is closed")
        reader = self.budget.idle_of(self) or await self._connect()
        try:
            return await reader.fetch(query, parameters, statement_timeout_ms=_allowed_ms())
        finally:
            if reader.is_usable and not self._closed:
                await self.budget.keep(self, reader)
            else:
                await reader.close()

    async def _connect(self) -> Reader:
        """A new connection. Where the server has none left for the moment, one is waited for."""
        await self.budget.make_room()
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return await Reader.connect(
                    self.url, self._keywords, seconds=_CONNECT_S, statement_timeout_ms=self._statement_timeout_ms
                )
            except psycopg.OperationalError as error:
                if not is_full(error) or time.monotonic() > until:
                    raise
                await asyncio.sleep(_FULL_PAUSE_S)


@contextmanager
def _cut_at_deadline(connection: Connection) -> Iterator[None]:
    """Let the end of the current deadline, if there is one, end what the thread waits for in the block."""
    deadline = deadlines.current()
    if deadline is None:
        yield
        return
    with socket.socket(fileno=os.dup(connection.fileno())) as line:

        def cut() -> None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        deadline.on_cut(cut)
        yield


def _allowed_ms() -> int | None:
    """How long the server may take for a query now."""
    deadline = deadlines.current()
    return None if deadline is None else _server_ms(deadline.seconds)


def _server_ms(deadline_s: float) -> int:
    return int(deadline_s * 1000 * _SERVER_PART)


def is_full(error: psycopg.OperationalError) -> bool:
    """Whether the server refused a connection because it has no more. libpq gives no SQLSTATE before there is one."""
    return any(words in str(error) for words in _FULL)
