"""One database as readers see it. While it is unavailable a read fails at once, and how long it has been is known."""

from typing import Any, LiteralString, NamedTuple

from psycopg.rows import TupleRow

from warehouse.model.past import PastStates
from warehouse.postgres.connections.pools import AsyncDatabase
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.reach import Reach


class WatchedDatabase(Reach):
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
        if self.is_unavailable:
            raise StoreUnavailable(f"The database of {self.name} is unavailable.", fix="Try again in a few seconds.")
        return await self.database.fetch(query, parameters)


class Part(NamedTuple):
    """A shard and those of its buckets that count: while a bucket moves, its rows are in two shards."""

    source: WatchedDatabase
    buckets: str
    """As PostgreSQL writes an array."""
