"""One database as readers see it. While it is unavailable a read fails at once, and how long it has been is known."""

import asyncio
from typing import Any, LiteralString, NamedTuple

from psycopg.rows import TupleRow

from warehouse.model.past import PastStates
from warehouse.postgres.connections.pools import AsyncDatabase
from warehouse.runtime import deadlines
from warehouse.runtime.breaker import PolledBreaker
from warehouse.runtime.errors import StoreUnavailable


class WatchedDatabase(PolledBreaker):
    """A database with the outcome of its last polls."""

    __slots__ = ("database", "past")

    def __init__(self, name: str, database: AsyncDatabase, past: PastStates | None = None) -> None:
        """`past` holds the states of changes that were archived out of its log."""
        super().__init__(name)
        self.database = database
        self.past = past

    async def fetch(self, query: LiteralString, parameters: Any = None) -> list[TupleRow]:
        """All rows of one read.

        Raises:
            StoreUnavailable: the database is unavailable, or refused, or took too long.
        """
        self.require()
        try:
            rows = await self.database.fetch(query, parameters)
        except StoreUnavailable as error:
            self.failed(error)
            raise
        except asyncio.CancelledError:
            deadline = deadlines.current()
            if deadline is not None and deadline.is_over:
                self.failed(TimeoutError())
            raise
        self.succeeded()
        return rows


class Part(NamedTuple):
    """A shard and those of its buckets that count: while a bucket moves, its rows are in two shards."""

    source: WatchedDatabase
    buckets: str
    """As PostgreSQL writes an array."""
