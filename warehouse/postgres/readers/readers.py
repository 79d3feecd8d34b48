"""Everything a serving process reads from: the catalog, the shards, and their versions, opened and closed together."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from functools import partial

from warehouse.model.past import PastStates
from warehouse.postgres.connections.budget import budgets, server_of
from warehouse.postgres.connections.listener import CHANGES, LISTS, Listener
from warehouse.postgres.connections.pools import AsyncDatabase
from warehouse.postgres.connections.watched import Part, WatchedDatabase
from warehouse.postgres.readers.lag import LagReader
from warehouse.postgres.readers.poller import VersionPoller
from warehouse.postgres.readers.versions import Versions
from warehouse.runtime.settings import Settings

_FIRST_POLL_S = 3.0


class Readers:
    """The databases of one installation, for readers."""

    def __init__(
        self, settings: Settings, past: PastStates, on_replaced: Callable[[], None], *, with_shards: bool = True
    ) -> None:
        """`past` holds the states of changes that were archived out of the logs. Without shards only the catalog is
        opened, and nothing that is in a shard can be read."""
        urls, count = (settings.catalog_url, *settings.shard_urls), len(settings.shard_urls)
        self._deadline_s = settings.deadline_ms / 1000
        self._budgets = budgets(urls, processes=settings.api_workers, total=settings.api_connections)
        self.catalog = WatchedDatabase("catalog", self._database(settings.catalog_url, shards=count), past)
        self.shards = [
            WatchedDatabase(f"shard_{n}", self._database(url), past)
            for n, url in enumerate(settings.shard_urls if with_shards else ())
        ]
        self.versions = Versions(self.catalog, self.shards)
        self.lags = LagReader(self.catalog, self.shards, with_kafka=bool(settings.kafka_url))
        self._with_kafka = bool(settings.kafka_url)
        self._poller = VersionPoller(self.versions, on_replaced)
        self._running: list[asyncio.Task[None]] = []

    def _database(self, url: str, shards: int | None = None) -> AsyncDatabase:
        budget = self._budgets[server_of(url)]
        return AsyncDatabase(url, budget=budget, deadline_s=self._deadline_s, shards=shards)

    def shard_of(self, key: str) -> WatchedDatabase:
        """The shard that owns an aggregate root.

        Raises:
            StoreUnavailable: the shard map is not known yet.
        """
        return self.shards[self.versions.shard_of(key)]

    def parts(self) -> list[Part]:
        """Every shard with the buckets it owns, for what is gathered from all of them.

        Raises:
            StoreUnavailable: the shard map is not known, or too old to go by.
        """
        return [Part(source, owned) for source, owned in zip(self.shards, self.versions.owned(), strict=True)]

    async def open(self) -> None:
        """Open the pools and start polling versions; unavailable databases are waited for in the background."""
        for source in (self.catalog, *self.shards):
            await source.database.open()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._poller.first(), _FIRST_POLL_S)
        running = [self._poller.run(), self.lags.run(), *(listener.run() for listener in self._listeners())]
        self._running = [asyncio.create_task(each) for each in running]

    def nudge(self, database: str) -> None:
        """Look at a database at once: something in it has changed."""
        self._poller.nudge(database)

    def _listeners(self) -> Iterator[Listener]:
        """Who tells us of changes. With Kafka of the lists only: it tells of the rest, at no cost for the shards."""
        for source in (self.catalog, *self.shards):
            channels = [LISTS] if source is self.catalog else []
            channels += [] if self._with_kafka else [CHANGES]
            if channels:
                nudge, shared = partial(self.nudge, source.name), source.database.budget
                yield Listener(source.name, source.database.url, channels, nudge, shared)

    async def close(self) -> None:
        """Stop following and close the pools."""
        self._poller.end()
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        for source in (self.catalog, *self.shards):
            await source.database.close()
