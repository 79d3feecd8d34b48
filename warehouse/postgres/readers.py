"""Everything a serving process reads from: the catalog, the shards, and their versions, opened and closed together."""

import asyncio
import contextlib
from collections.abc import Callable

from warehouse.postgres.follower import Follower
from warehouse.postgres.pools import AsyncDatabase
from warehouse.postgres.sources import Source
from warehouse.postgres.versions import Versions
from warehouse.runtime.settings import Settings

_FIRST_POLL_S = 3.0


class Readers:
    """The databases of one installation, for readers."""

    def __init__(self, settings: Settings, on_replaced: Callable[[], None]) -> None:
        self.catalog = Source("catalog", AsyncDatabase(settings.catalog_url))
        self.shards = [Source(f"shard_{n}", AsyncDatabase(url)) for n, url in enumerate(settings.shard_urls)]
        self.versions = Versions(self.catalog, self.shards)
        self._follower = Follower(self.versions, on_replaced)
        self._following: asyncio.Task[None] | None = None

    def shard_of(self, key: str) -> Source:
        """The shard that owns an aggregate root.

        Raises:
            StoreUnavailable: the shard map is not known yet.
        """
        return self.shards[self.versions.shard_of(key)]

    async def open(self) -> None:
        """Open the pools and begin to follow versions; databases that are away are waited for in the background."""
        for source in (self.catalog, *self.shards):
            await source.database.open()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._follower.first(), _FIRST_POLL_S)
        self._following = asyncio.create_task(self._follower.run())

    async def close(self) -> None:
        """Stop following and close the pools."""
        if self._following is not None:
            self._follower.end()
            self._following.cancel()
            await asyncio.wait([self._following])
        for source in (self.catalog, *self.shards):
            await source.database.close()
