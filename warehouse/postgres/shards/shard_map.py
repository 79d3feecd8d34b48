"""Which shard owns a key: key → bucket (xxh3 of 1,024) → shard, by the catalog's map."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from warehouse.model.keys import BUCKETS, bucket_of
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.runtime.errors import ShardMapInvalid, ShardMoved
from warehouse.runtime.sqlfiles import queries

T = TypeVar("T")
_QUERIES: Final = "postgres/common/queries/buckets.sql"
_READS: Final = 10
"""How often a read over all shards is repeated because rows have left the shard that its map named."""


def jump_hash(bucket: int, shards: int) -> int:
    """The shard of a bucket by jump consistent hashing (Lamping and Veach, 2014). Going from n to n + 1 shards moves
    1/(n + 1) of the buckets; modulo would move n/(n + 1). No maintained library has these few lines."""
    key, chosen, candidate = (bucket + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF, -1, 0
    while candidate < shards:
        chosen = candidate
        key = (key * 2862933555777941757 + 1) & 0xFFFFFFFFFFFFFFFF
        candidate = int((chosen + 1) * (1 << 31) / ((key >> 33) + 1))
    return chosen


def initial_map(shards: int) -> list[int]:
    """The shard of every bucket for a new installation."""
    return [jump_hash(bucket, shards) for bucket in range(BUCKETS)]


class ShardMap:
    """The owner of every bucket."""

    def __init__(self, owners: Sequence[int], shards: int, version: int = 0) -> None:
        if len(owners) != BUCKETS or any(not 0 <= owner < shards for owner in owners):
            raise ShardMapInvalid(
                f"The shard map does not give each of {BUCKETS} buckets one of {shards} shards.",
                fix="OPENPOLICY_SHARD_URLS must list every shard the data was stored with, in the same order.",
            )
        self._owners = tuple(owners)
        self._arrays = [f"{{{','.join(map(str, self.buckets_of(shard)))}}}" for shard in range(shards)]
        self.version = version
        """Increases with every bucket that moves."""

    def shard_of(self, key: str) -> int:
        """The number of the shard that owns an aggregate root's key."""
        return self._owners[bucket_of(key)]

    def owner_of(self, bucket: int) -> int:
        """The number of the shard that owns a bucket."""
        return self._owners[bucket]

    def buckets_of(self, shard: int) -> list[int]:
        """The buckets a shard owns."""
        return [bucket for bucket, owner in enumerate(self._owners) if owner == shard]

    def array_of(self, shard: int) -> str:
        """The buckets of a shard in PostgreSQL's array syntax. psycopg needs longer to write it than a page of a list
        takes to read."""
        return self._arrays[shard]

    def moved_to(self, later: "ShardMap") -> list[int]:
        """The buckets that have another owner in a later map."""
        return [bucket for bucket in range(BUCKETS) if self._owners[bucket] != later.owner_of(bucket)]


class Shards:
    """The shards' databases with the map, for loaders."""

    def __init__(
        self, databases: Sequence[Database], shard_map: ShardMap, read_map: Callable[[], ShardMap] | None = None
    ) -> None:
        """`read_map` reads the current map; without it the given map is used forever."""
        self.databases = tuple(databases)
        self.map = shard_map
        self._read_map = read_map

    def refresh(self) -> None:
        """Read the current map."""
        if self._read_map is not None:
            self.map = self._read_map()

    def partition(self, items: Iterable[T], key: Callable[[T], str]) -> dict[int, list[T]]:
        """The items by the shard that owns their aggregate root's key; shards without items are absent."""
        parts: dict[int, list[T]] = {}
        for item in items:
            parts.setdefault(self.map.shard_of(key(item)), []).append(item)
        return parts

    def read(self, ask: Callable[[Connection, list[int]], T]) -> list[T]:
        """The answers of all shards about the buckets they own; each bucket is read once, even if it moves.

        Raises:
            ShardMoved: buckets move faster than they can be read.
        """
        for _ in range(_READS):
            self.refresh()
            with contextlib.suppress(ShardMoved):
                return [self._read_one(number, ask) for number in range(len(self.databases))]
        raise ShardMoved("Buckets move faster than they can be read.", buckets=frozenset())

    def _read_one(self, number: int, ask: Callable[[Connection, list[int]], T]) -> T:
        owned = self.map.buckets_of(number)
        with self.databases[number].connection() as connection:
            answer = ask(connection, owned)
            left = connection.execute(queries(_QUERIES)["left"], {"buckets": owned}).fetchall()
        if left:
            raise ShardMoved(f"Buckets of shard_{number} have moved.", buckets=frozenset(row[0] for row in left))
        return answer

    def close(self) -> None:
        """Close every shard's connections."""
        for database in self.databases:
            database.close()
