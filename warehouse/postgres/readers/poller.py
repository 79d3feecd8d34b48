"""Keeps `Versions` current: asks every database twice a second, each on its own, so that none waits for another; and at
once where it is told of a change."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import LiteralString

from psycopg.rows import TupleRow

from warehouse.model.changes.events import Position
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.readers.versions import Buckets, ListWindow, Versions
from warehouse.postgres.shards.shard_map import ShardMap
from warehouse.runtime import deadlines
from warehouse.runtime.errors import ShardMapInvalid, StoreUnavailable
from warehouse.runtime.logging import get_logger
from warehouse.runtime.sqlfiles import queries

log = get_logger(__name__)

POLL_EVERY_S = 0.5
_POLL_TIMEOUT_S = 2.0
_GAP_S = 0.02
"""At least this long between two polls: what changes all the time is not asked for all the time."""
_VERSIONS = "postgres/common/queries/read_versions.sql"
_CATALOG = "postgres/catalog/queries/read_catalog.sql"

Poll = Callable[[], Awaitable[None]]


class VersionPoller:
    """Polls until it is ended."""

    def __init__(self, versions: Versions, on_replaced: Callable[[], None]) -> None:
        """`on_replaced` is called when nothing kept can be trusted: other databases, or another kind of data."""
        self._versions = versions
        self._on_replaced = on_replaced
        self._ended = False
        self._nudges = {source.name: asyncio.Event() for source in versions.sources}

    def nudge(self, database: str) -> None:
        """Poll a database at once: something in it has changed. Unknown names are ignored."""
        if database in self._nudges:
            self._nudges[database].set()

    def end(self) -> None:
        """No further poll. Said before the task is cancelled: a wait that just succeeded can swallow a cancellation."""
        self._ended = True

    async def run(self) -> None:
        """Poll until ended."""
        async with asyncio.TaskGroup() as tasks:
            for source, poll in self._polls():
                tasks.create_task(self._loop(source, poll))

    async def first(self) -> None:
        """Poll everything once, so that a process knows where it starts; what is unavailable is polled later."""
        await asyncio.gather(*(self._guarded(source, poll) for source, poll in self._polls()))

    def _polls(self) -> list[tuple[WatchedDatabase, Poll]]:
        shards = [(buckets.source, self._poll_of(buckets)) for buckets in self._versions.shard_buckets]
        return [(self._versions.catalog_buckets.source, self._poll_catalog), *shards]

    def _poll_of(self, buckets: Buckets) -> Poll:
        return lambda: self._poll_buckets(buckets)

    async def _loop(self, source: WatchedDatabase, poll: Poll) -> None:
        nudged = self._nudges[source.name]
        while not self._ended:
            nudged.clear()
            await self._guarded(source, poll)
            await asyncio.sleep(_GAP_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(nudged.wait(), POLL_EVERY_S - _GAP_S)

    async def _guarded(self, source: WatchedDatabase, poll: Poll) -> None:
        was_failing = source.failing
        try:
            async with asyncio.timeout(_POLL_TIMEOUT_S) as timer:
                with deadlines.within(deadlines.Deadline(_POLL_TIMEOUT_S, timer)):
                    await poll()
        except Exception as error:  # any error counts as unavailable and is logged: polling must go on
            source.missed(error)
            if not was_failing:
                unexpected = None if isinstance(error, StoreUnavailable | TimeoutError) else error
                log.warning("database unavailable", database=source.name, cause=source.why, exc_info=unexpected)
        else:
            source.reached()
            if was_failing:
                log.info("database reached", database=source.name)
        self._versions.judge()

    async def _poll_catalog(self) -> None:
        versions = self._versions
        window = await self._ask(versions.catalog_buckets, _CATALOG, "list_window")
        oldest, newest, made_at, dataset, facts, map_version = window[0]
        if dataset != versions.dataset:
            versions.dataset = dataset
            self._replaced()
        versions.window = ListWindow(oldest, newest, made_at)
        if newest != versions.lists.version:
            versions.lists.version = newest
            versions.epoch += 1
        if facts != versions.facts.version:
            versions.facts.version = facts
            versions.epoch += 1
        is_known = versions.shard_map is not None and versions.shard_map.version == map_version
        if versions.shard_buckets and not is_known:
            await self._read_map()
        await self._poll_buckets(versions.catalog_buckets)

    async def _read_map(self) -> None:
        versions = self._versions
        rows = await self._ask(versions.catalog_buckets, _CATALOG, "shard_map")
        owners, version = [owner for owner, _ in rows], max((version for _, version in rows), default=0)
        try:
            versions.take_map(ShardMap(owners, len(versions.shard_buckets), version))
        except ShardMapInvalid as error:
            if versions.shard_map is not None:
                self._replaced()
            versions.shard_map, versions.shard_map_problem = None, str(error)

    async def _poll_buckets(self, buckets: Buckets) -> None:
        total, identity, xid, seq = (await self._ask(buckets, _VERSIONS, "summary"))[0]
        head_moved, buckets.head = buckets.head != Position(xid, seq), Position(xid, seq)
        if head_moved:
            self._feed_moved()
        if identity != buckets.identity:
            is_first, buckets.identity = not buckets.identity, identity
            if not is_first:
                self._replaced()
        elif total == buckets.whole.version:
            return
        rows = await self._ask(buckets, _VERSIONS, "buckets")
        left = frozenset(bucket for bucket, _, has_left in rows if has_left)
        buckets.update(total, {bucket: version for bucket, version, _ in rows}, left)
        self._versions.add_up()
        self._versions.epoch += 1

    def _feed_moved(self) -> None:
        versions = self._versions
        heads = [buckets.head for buckets in versions.logs]
        known = [number for head in heads if head is not None for number in (head.xid, head.seq)]
        versions.feed.version = tuple(known) if None not in heads else None
        versions.epoch += 1
        versions.fed.give()

    async def _ask(self, buckets: Buckets, file: str, name: str) -> list[TupleRow]:
        query: LiteralString = queries(file)[name]
        return await buckets.source.database.fetch(query, first=True)

    def _replaced(self) -> None:
        self._versions.epoch += 1
        self._versions.replacements += 1
        self._on_replaced()
