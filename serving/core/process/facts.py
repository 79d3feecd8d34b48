"""What statistics read: ClickHouse, asked in a few threads; while it is unavailable, the last good answers."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

import msgspec

from warehouse.postgres.readers.versions import Versions
from warehouse.runtime import deadlines, telemetry
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.logging import get_logger
from warehouse.runtime.versions import Stamp, Version

if TYPE_CHECKING:
    from warehouse.clickhouse.read_facts import FactReader

log = get_logger(__name__)
T = TypeVar("T")

_PING_EVERY_S: Final = 1.0
_PING_TIMEOUT_S: Final = 2.0
_PATIENCE_S: Final = 10.0
"""How long a caller waits for ClickHouse, with time to spare before their deadline, until the last good answer stands
in."""
_AT_ONCE: Final = 2
"""Reads of ClickHouse at a time: each holds a whole session in memory."""
_KEPT: Final = 24
"""Aggregates kept, the least recently used go first; the largest session takes 5 MB."""


class StampedResult(msgspec.Struct, Generic[T], frozen=True):
    """What was read, what it depends on, and its age where ClickHouse did not answer and an older reading stands in."""

    value: T
    stamp: Stamp
    stale_s: int | None = None


class _Kept(msgspec.Struct):
    value: Any
    version: Version
    read_at: float


class StatisticsStore:
    """The facts of one installation, for a process that serves statistics."""

    def __init__(self, clickhouse_url: str, versions: Versions) -> None:
        self._url = clickhouse_url
        self._versions = versions
        self._statistics: FactReader | None = None
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._reading: dict[Hashable, asyncio.Lock] = {}
        # Threads of their own: where ClickHouse hangs, nobody else waits for one.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="facts")
        self._ping_thread = ThreadPoolExecutor(1, thread_name_prefix="facts-ping")
        self._pinged: asyncio.Future[None] | None = None
        self._pinging: asyncio.Task[None] | None = None

    @property
    def is_used(self) -> bool:
        """Whether there is a ClickHouse that this process asks."""
        return bool(self._url)

    async def open(self) -> None:
        """Begin to ask whether ClickHouse answers; without a URL nothing is opened and no driver imported."""
        if not self._url:
            return
        self._statistics = await asyncio.to_thread(_open, self._url)
        self._versions.uses_facts = True
        await self._ping()
        self._pinging = asyncio.create_task(self._keep_pinging())

    async def close(self) -> None:
        """Stop asking."""
        if self._pinging is not None:
            self._pinging.cancel()
        for threads in (self._threads, self._ping_thread):
            threads.shutdown(wait=False, cancel_futures=True)
        if self._statistics is not None:
            self._statistics.close()

    def forget(self) -> None:
        """Nothing kept can be trusted any more."""
        self._kept.clear()

    async def read(self, key: Hashable, question: "Callable[[FactReader], T]") -> StampedResult[T]:
        """The answer to a question, from memory while the facts have not moved since it was last asked.

        Raises:
            StoreUnavailable: ClickHouse does not answer and never has answered this, or none is configured.
        """
        async with self._reading.setdefault(key, asyncio.Lock()):
            try:
                return await self._read(key, question)
            finally:
                self._reading.pop(key, None)

    async def _read(self, key: Hashable, question: "Callable[[FactReader], T]") -> StampedResult[T]:
        stamp, kept = self._versions.of(self._versions.facts), self._kept.get(key)
        if kept is not None and stamp.version is not None and kept.version == stamp.version:
            self._kept.move_to_end(key)
            if not self._versions.facts_breaker.is_unavailable:
                return StampedResult(cast("T", kept.value), stamp)
        try:
            value = await self.ask(question)
        except StoreUnavailable as error:
            if kept is None:
                raise
            log.warning("statistics from the last good reading", cause=str(error))
            unkept = Stamp(stamp.cell, None)
            return StampedResult(cast("T", kept.value), unkept, stale_s=int(time.monotonic() - kept.read_at))
        self._kept[key] = _Kept(value, stamp.version, time.monotonic())
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return StampedResult(value, stamp)

    async def ask(self, question: "Callable[[FactReader], T]") -> T:
        """The answer to a question, of which nothing is kept.

        Raises:
            StoreUnavailable: ClickHouse does not answer, or none is configured.
        """
        statistics = self._statistics
        if statistics is None:
            raise StoreUnavailable("No ClickHouse is configured.", fix="Set OPENPOLICY_CLICKHOUSE_URL.")
        breaker = self._versions.facts_breaker
        breaker.require()
        try:
            with telemetry.span("clickhouse", "client", {"db.system.name": "clickhouse"}):
                answer = await deadlines.run(self._threads, _PATIENCE_S, question, statistics)
        except TimeoutError as error:
            breaker.failed(error)
            raise StoreUnavailable("ClickHouse takes too long.", fix="Try again in a few seconds.") from error
        except StoreUnavailable as error:
            breaker.failed(error)
            raise
        breaker.succeeded()
        return answer

    async def compute(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run what would hold up the event loop in one of the few threads that statistics have."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def _keep_pinging(self) -> None:
        while True:
            await asyncio.sleep(_PING_EVERY_S)
            await self._ping()

    async def _ping(self) -> None:
        """Ask once; while an earlier question hangs, wait for its answer instead of asking again."""
        assert self._statistics is not None
        breaker = self._versions.facts_breaker
        was_failing = breaker.failing
        if self._pinged is None:
            loop = asyncio.get_running_loop()
            self._pinged = loop.run_in_executor(self._ping_thread, self._statistics.ping)
        done, _ = await asyncio.wait([self._pinged], timeout=_PING_TIMEOUT_S)
        error = self._pinged.exception() if done else TimeoutError()
        if done:
            self._pinged = None
        if error is None:
            breaker.reached()
        else:
            breaker.missed(error)
        if breaker.failing != was_failing:
            log.warning("facts changed availability", away=breaker.failing, cause=breaker.why)
        self._versions.judge()


def _open(url: str) -> "FactReader":
    from warehouse.clickhouse.client import ClickHouse  # noqa: PLC0415 (the driver, polars and pyarrow)
    from warehouse.clickhouse.read_facts import FactReader  # noqa: PLC0415

    return FactReader(ClickHouse(url))
