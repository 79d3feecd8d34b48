"""The versions of one installation: one number a bucket and one for the list tables, as far as this process knows them.

Caches compare them as `warehouse.runtime.versions` says.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import msgspec

from warehouse.model.changes.events import Position
from warehouse.model.keys import bucket_of
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.shards.shard_map import ShardMap
from warehouse.runtime.breaker import PolledBreaker
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.versions import CacheValidity, Cell, DayCell, JoinedCell, Signal, Stamp


class ListWindow(msgspec.Struct, frozen=True):
    """The versions of the list tables that can be read, and when the newest was made."""

    oldest: int = 0
    newest: int = 0
    made_at: dt.datetime | None = None


class Buckets:
    """The bucket versions of one database, and the end of its change log."""

    def __init__(self, source: WatchedDatabase) -> None:
        self.source = source
        self.identity = ""
        self.head: Position | None = None
        """The last change that the feed may read; None until it is known."""
        self.whole = Cell(source.name, (source,))
        """Changes with any bucket: the sum of all versions, which only grows."""
        self.left: frozenset[int] = frozenset()
        """Buckets whose rows are gone from here to another shard."""
        self._known: dict[int, int] = {}
        self._cells: dict[int, Cell] = {}

    def cell(self, bucket: int) -> Cell:
        """The version of one bucket."""
        found = self._cells.get(bucket)
        if found is None:
            found = self._cells[bucket] = Cell(f"{self.source.name}/{bucket}", (self.source,))
            found.version = None if self.whole.version is None else self._known.get(bucket, 0)
        return found

    def retire(self, bucket: int) -> None:
        """The bucket is another shard's: what was read of it here is not current any more, and never again."""
        cell = self._cells.pop(bucket, None)
        if cell is not None:
            cell.version = None

    def update(self, total: int, versions: Mapping[int, int], left: frozenset[int]) -> None:
        """Take over what a poll read."""
        self._known, self.left = dict(versions), left
        for bucket, cell in self._cells.items():
            cell.version = self._known.get(bucket, 0)
        self.whole.version = total


class Versions(CacheValidity):
    """The current versions of one installation; `warehouse.postgres.readers.poller` keeps them so."""

    def __init__(self, catalog: WatchedDatabase, shards: Sequence[WatchedDatabase]) -> None:
        super().__init__()
        self.catalog_buckets = Buckets(catalog)
        self.shard_buckets = [Buckets(source) for source in shards]
        self.catalog = self.catalog_buckets.whole
        """Changes with any member or session."""
        self.shards = Cell("shards", tuple(shards))
        """Changes with any bill or vote."""
        self.lists = Cell("lists", (catalog,))
        """Changes with the list tables."""
        self.facts_breaker = PolledBreaker("clickhouse")
        """ClickHouse, as far as somebody asks whether it answers (`serving.core.process.facts`)."""
        self.facts = Cell("facts", (catalog, self.facts_breaker))
        """Changes with what the facts have taken in from the change logs."""
        self.feed = Cell("feed", (catalog, *shards))
        """Changes with all that the change feed may read; unlike a bucket also when a slow transaction has ended."""
        self.search = Cell("search", ())
        """Changes with the search index; kept current by its reader, and None while its engine is unavailable."""
        self.parts: Callable[[str], Cell | None] = lambda _label: None
        """Finds further cells by their labels, which somebody else keeps."""
        self.fed = Signal()
        """Given when `feed` changes."""
        self.window = ListWindow()
        self.dataset: str | None = None
        self.uses_facts = False
        self.shard_map: ShardMap | None = None
        self.shard_map_problem = "The shard map has not been read yet."

    @property
    def logs(self) -> list[Buckets]:
        """Every database with a change log, the catalog first."""
        return [self.catalog_buckets, *self.shard_buckets]

    @property
    def sources(self) -> list[WatchedDatabase]:
        """Every database, the catalog first."""
        return [buckets.source for buckets in self.logs]

    def judge(self) -> None:
        """Say anew whether any store is unavailable, after a poll of one."""
        used = [*self.sources, self.facts_breaker] if self.uses_facts else self.sources
        self.is_unavailable = any(each.is_unavailable for each in used)

    @property
    def identity(self) -> str:
        """Names these very databases and the kind of data in them; empty while one of them has not been reached."""
        parts = [buckets.identity for buckets in self.logs]
        return "|".join([*parts, self.dataset or ""]) if all(parts) else ""

    def named(self, label: str) -> Cell | None:
        """See `CacheValidity`. Of a bucket it is the cell of the shard that owns it."""
        first, is_joined, second = label.partition("+")
        if is_joined:
            one, other = self.named(first), self.named(second)
            return JoinedCell(one, other) if one is not None and other is not None else None
        place, _, bucket = label.partition("/")
        if bucket.isdigit():
            return self._bucket_named(place, int(bucket))
        known = (self.catalog, self.shards, self.lists, self.facts, self.search)
        return next((cell for cell in known if cell.label == label), None) or super().named(label) or self.parts(label)

    def _bucket_named(self, place: str, bucket: int) -> Cell | None:
        if place == self.catalog_buckets.source.name:
            return self.catalog_buckets.cell(bucket)
        if self.shard_map is None:
            return None
        owner = self.shard_buckets[self.shard_map.owner_of(bucket)]
        return owner.cell(bucket) if owner.source.name == place and bucket not in owner.left else None

    def take_map(self, found: ShardMap) -> None:
        """Go by a newer map."""
        known, self.shard_map = self.shard_map, found
        for bucket in known.moved_to(found) if known is not None else ():
            self.shard_buckets[known.owner_of(bucket)].retire(bucket)  # type: ignore[union-attr]
        self.add_up()
        self.epoch += 1

    def add_up(self) -> None:
        """Make the version of all shards from theirs and the map's."""
        totals = [buckets.whole.version for buckets in self.shard_buckets]
        numbers = [total if isinstance(total, int) else None for total in totals]
        self.shards.version = (*numbers, self.shard_map.version if self.shard_map is not None else None)

    def shard_of(self, key: str) -> int:
        """The number of the shard that owns an aggregate root.

        Raises:
            StoreUnavailable: the shard map is not known yet, or does not fit the shards, or is too old to go by.
        """
        bucket = bucket_of(key)
        owner = self._map().owner_of(bucket)
        if bucket in self.shard_buckets[owner].left:
            self._require_recent_map()
        return owner

    def owned(self) -> list[str]:
        """The buckets of every shard, as PostgreSQL writes an array.

        Raises:
            StoreUnavailable: the shard map is not known yet, or does not fit the shards, or is too old to go by.
        """
        shard_map = self._map()
        for number, buckets in enumerate(self.shard_buckets):
            if any(shard_map.owner_of(bucket) == number for bucket in buckets.left):
                self._require_recent_map()
        return [shard_map.array_of(number) for number in range(len(self.shard_buckets))]

    def _map(self) -> ShardMap:
        if self.shard_map is None:
            raise StoreUnavailable(self.shard_map_problem)
        return self.shard_map

    def _require_recent_map(self) -> None:
        """Rows have left a shard that our map names. A recent map is the newer of the two: they are back."""
        if self.catalog_buckets.source.is_unavailable:
            raise StoreUnavailable(
                "It was moved to another shard and the catalog is unavailable.", fix="Try again later."
            )

    def of_sharded(self, key: str) -> Stamp:
        """What an answer about one bill or vote depends on."""
        return self.of(self.shard_buckets[self.shard_of(key)].cell(bucket_of(key)))

    def of_catalogued(self, key: str) -> Stamp:
        """What an answer about one member or session depends on."""
        return self.of(self.catalog_buckets.cell(bucket_of(key)))

    def of_vote_and_members(self, key: str) -> Stamp:
        """What an answer about one vote and everybody who could cast a ballot depends on."""
        return self.of(JoinedCell(self.shard_buckets[self.shard_of(key)].cell(bucket_of(key)), self.catalog))

    def of_members_today(self) -> Stamp:
        """What an answer about all members as they are today depends on: it changes at midnight, too."""
        return self.of(JoinedCell(self.catalog, DayCell()))

    def of(self, cell: Cell) -> Stamp:
        """What an answer that depends on `lists`, `shards` or `catalog` is stamped with."""
        return Stamp(cell, cell.version)
