"""The change feed of one process: readers at the same position share one read, and one poll wakes all waiting
readers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from warehouse.model.changes.events import Position
from warehouse.model.changes.feed import Batch, ChangeFilter, Places
from warehouse.postgres.feed import changes
from warehouse.postgres.feed import corrections as read_corrections
from warehouse.postgres.readers.versions import Versions

_MOST_ROUNDS: Final = 20
"""How many pages without a match one request reads before its caller gets an empty page and continues."""
_PAUSE_S: Final = 0.05


class Feed:
    """All change logs as one. Ends of logs come from `Versions`, which asks each database twice a second."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._reading: dict[tuple[Places, ChangeFilter, int], asyncio.Task[Batch]] = {}
        self.is_closed = False
        self.streams = 0
        """The number of callers that follow it now."""
        self.reads = 0
        """The number of reads of the logs."""

    def at_start(self, known: Places = ()) -> Places:
        """The positions to continue from; the beginning of every log if there are none."""
        return changes.at_start(self._versions.logs, known)

    async def at_end(self) -> Places:
        """The positions after everything that can be read now."""
        return await changes.at_end(self._versions.logs)

    async def corrections(
        self, before: Places, types: Sequence[str], is_wanted: Callable[[str], bool], limit: int
    ) -> Batch:
        """Corrections of entities with matching keys, newest first; starts with the newest if no positions are given.

        Raises:
            StoreUnavailable: a database does not answer.
        """
        logs = self._versions.logs
        return await read_corrections.read(logs, read_corrections.at_end(logs, before), types, is_wanted, limit)

    async def after(
        self,
        places: Places,
        wanted: ChangeFilter,
        limit: int,
        wait_s: float = 0,
        on_wait: Callable[[], None] = lambda: None,
    ) -> Batch:
        """The next matching changes. If there are none yet, wait up to `wait_s` seconds for some. `on_wait` is called
        before waiting.

        Raises:
            StoreUnavailable: a database does not answer.
        """
        until = time.monotonic() + wait_s
        rounds = 0
        while True:
            batch = await self._read(places, wanted, limit)
            places, rounds = batch.places, rounds + batch.more
            if batch.items or rounds >= _MOST_ROUNDS:
                return batch
            remaining = until - time.monotonic()
            if not batch.more:
                if remaining <= 0 or self.is_closed:
                    return batch
                on_wait()
                await self._arrival(places, remaining)

    async def _read(self, places: Places, wanted: ChangeFilter, limit: int) -> Batch:
        key = (places, wanted, limit)
        task = self._reading.get(key)
        if task is None:
            self.reads += 1
            reading = changes.read(self._versions.logs, places, wanted, limit)
            task = self._reading[key] = asyncio.create_task(reading)
            task.add_done_callback(lambda _: self._reading.pop(key))
        return await asyncio.shield(task)

    async def _arrival(self, places: Places, timeout_s: float) -> None:
        """Wait until a log grows past its position. Rows that were read but not returned wait for another log, which is
        read again soon."""
        heads = [log.head for log in self._versions.logs]
        at = [Position(place.xid, place.seq) for place in places]
        is_behind = any(head is not None and head > position for head, position in zip(heads, at, strict=True))
        await self._versions.fed.wait(min(timeout_s, _PAUSE_S) if is_behind else timeout_s)

    def close(self) -> None:
        """Release all waiting readers."""
        self.is_closed = True
        self._versions.fed.give()
