"""After a change, answers that are often asked for are made anew before they are asked for again.

Only answers that were in memory and hot are: what may be asked for next was predicted as well, and did not pay
(`make bench ARGS=warming`). The work has a budget, and waits while any request waits.
"""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from typing import Final

from serving.core.http.answer_tiers import Key
from serving.core.http.cached_answer import Entry
from warehouse.cache.memory import Memory
from warehouse.runtime.logging import get_logger
from warehouse.runtime.versions import CacheValidity

log = get_logger(__name__)

LOOK_EVERY_S: Final = 0.25
"""How often is looked whether any version has changed."""
MOST: Final = 64
"""Answers that are made anew after one change."""
HOT: Final = 2
"""Times an answer was asked for since it was made, from which on it is hot."""
PATIENCE_S: Final = 5.0
"""How long one answer may take."""
SHARE: Final = 0.2
"""Of one core's time that may be spent."""


def outdated_and_hot(memory: Memory[Key, Entry], most: int = MOST) -> list[tuple[Key, Entry]]:
    """The answers in memory that are outdated, the most asked for first."""
    return heapq.nlargest(
        most,
        (
            (key, entry)
            for key, entry in memory.items()
            if entry.hits >= HOT and entry.version is not None and entry.version != entry.cell.version
        ),
        key=lambda pair: pair[1].hits,
    )


async def _nothing(_key: Key) -> None:
    """There is no layer yet."""


class Warmer:
    """Makes hot answers anew until cancelled."""

    def __init__(self, memory: Memory[Key, Entry], versions: CacheValidity, is_busy: Callable[[], bool]) -> None:
        """`is_busy` says whether any request waits."""
        self._memory = memory
        self._versions = versions
        self._is_busy = is_busy
        self.remake: Callable[[Key], Awaitable[None]] = _nothing
        """Computes an answer and keeps it; the layer that answers requests sets it."""
        self.remade = 0
        """Answers that were made anew, since the start."""

    async def run(self) -> None:
        """Look whether anything has changed, and warm."""
        epoch = self._versions.epoch
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if epoch != self._versions.epoch and not self._versions.is_unavailable:
                epoch = self._versions.epoch
                await self.warm()

    async def warm(self) -> None:
        """Make hot answers anew, each after a pause that keeps the work within its share."""
        for key, known in outdated_and_hot(self._memory):
            if self._is_busy():
                return
            began = time.perf_counter()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self.remake(key)
            except Exception as error:  # a request for it will say so to its caller
                log.warning("answer not made anew", cause=str(error))
                return
            entry = self._memory.get(key)
            if entry is not None and entry is not known:
                entry.hits = known.hits // 2
                self.remade += 1
            await asyncio.sleep((time.perf_counter() - began) * (1 / SHARE - 1))
