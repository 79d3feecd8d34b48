"""The search index as this process reads it: on a few threads of its own, for a bounded time, and followed."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from serving.core.http.errors import Overloaded
from warehouse.postgres.readers.versions import Versions
from warehouse.runtime import deadlines, telemetry
from warehouse.runtime.breaker import PolledBreaker
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.logging import get_logger
from warehouse.search.opening import open_index
from warehouse.search.port import SearchIndex

T = TypeVar("T")
log = get_logger(__name__)

_THREADS: Final = 4
_POLL_EVERY_S: Final = 0.5
_PATIENCE_S: Final = 5.0
"""How long a caller waits for an engine; the thread that asks it has a limit of its own."""
_MOST_WAITING: Final = 64
_UNUSED: Final = "OPENPOLICY_SEARCH_URL is not set."


class Searches:
    """What asks the index, if there is one, and keeps the version that answers from it are stamped with."""

    def __init__(self, url: str, versions: Versions) -> None:
        """Nothing is opened before `open`, and nothing at all without a URL."""
        self._url = url
        self._engine = "tantivy" if url.startswith("tantivy:") else "elasticsearch"
        self._versions = versions
        self._index: SearchIndex | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._waiting = 0
        self._following: asyncio.Task[None] | None = None
        self.breaker = PolledBreaker("search")
        """What the following says of the engine: it keeps asking while other requests may not."""
        self.why = "" if url else _UNUSED
        """Why nothing can be searched; empty while all is well."""

    @property
    def is_used(self) -> bool:
        """Whether there is an index that this process asks."""
        return bool(self._url)

    async def open(self) -> None:
        """Open the index and follow its version.

        Raises:
            SettingInvalid: no engine answers to such a URL.
        """
        if not self._url:
            return
        self._index = open_index(self._url)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="search")
        await self._look()
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop following and let go of the index; a search that still runs is not waited for."""
        if self._following is not None:
            self._following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._following
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        if self._index is not None:
            self._index.close()

    async def ask(self, question: Callable[[SearchIndex], T]) -> T:
        """What the index says, computed on a thread. While the engine is known to be unavailable nobody waits for it.

        Raises:
            StoreUnavailable: there is no index, its engine is unavailable, or it takes too long.
            Overloaded: too many callers wait for it already.
        """
        if self._index is None or self._threads is None:
            raise StoreUnavailable(_UNUSED)
        self.breaker.require()
        if self._waiting >= _MOST_WAITING:
            raise Overloaded(
                "Too many searches wait here already.",
                "Trop de recherches attendent déjà ici.",
                headers={"retry-after": "1"},
            )
        self._waiting += 1
        try:
            with telemetry.span("search", "client", {"db.system.name": self._engine}):
                answer: T = await deadlines.run(self._threads, _PATIENCE_S, self._answer, question, self._index)
        except TimeoutError as error:
            self.breaker.failed(error)
            raise StoreUnavailable("The search engine takes too long.", fix="Try again in a few seconds.") from None
        except StoreUnavailable as error:
            self.breaker.failed(error)
            raise
        finally:
            self._waiting -= 1
        self.breaker.succeeded()
        return answer

    def _answer(self, question: Callable[[SearchIndex], T], index: SearchIndex) -> T:
        """On a thread, perhaps after a wait for one that others spent on finding out that the engine is unavailable."""
        self.breaker.require()
        return question(index)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_POLL_EVERY_S)
            await self._look()

    async def _look(self) -> None:
        """Take over the version. While it cannot be had, nothing that was kept is vouched for."""
        cell, was = self._versions.search, self.why
        assert self._index is not None
        try:
            version = await deadlines.run(None, _PATIENCE_S, self._index.version)
            self.why = ""
            self.breaker.reached()
        except Exception as error:  # any error counts as unavailable and is logged: polling must go on
            self.breaker.missed(error)
            version, self.why = None, self.breaker.why
            if not was:
                unexpected = None if isinstance(error, StoreUnavailable | TimeoutError) else error
                log.warning("search engine unavailable", cause=self.why, exc_info=unexpected)
        if was and not self.why:
            log.info("search engine reached")
        if version != cell.version:
            cell.version = version
            self._versions.epoch += 1
