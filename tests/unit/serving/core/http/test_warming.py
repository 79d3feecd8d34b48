"""Hot answers are made anew after a change, the hottest first, within a share of time, and not while anybody waits."""

import asyncio
from typing import cast

import pytest

from serving.core.http.answer_tiers import Key
from serving.core.http.cached_answer import Entry
from serving.core.http.exchange import Answered
from serving.core.http.telemetry.metrics import Metrics
from serving.core.http.warming import LOOK_EVERY_S, Warmer, outdated_and_hot
from warehouse.cache.memory import Memory
from warehouse.runtime.versions import CacheValidity, Cell, Stamp


class Kept:
    """A memory with answers that were asked for once, twice and so on, all of one cell."""

    def __init__(self, answers: int) -> None:
        self.cell = Cell("lists", ())
        self.cell.version = 1
        self.memory: Memory[Key, Entry] = Memory(1 << 20)
        self.versions = CacheValidity()
        self.versions.is_unavailable = False
        self.remade: list[str] = []
        self.is_busy = False
        self.warmer = Warmer(self.memory, self.versions, lambda: self.is_busy)
        self.warmer.remake = self.remake
        for number in range(1, answers + 1):
            self.memory.put(self.key(number), self.entry(hits=number))

    @staticmethod
    def key(number: int) -> Key:
        return cast("Key", (b"%d" % number, b"", None))

    def entry(self, hits: int) -> Entry:
        answered = Answered(
            b"{}",
            stamp=Stamp(self.cell, self.cell.version),
            media_type="application/json",
            etag_prefix="t",
            last_modified=None,
            headers=[],
        )
        found = Entry(answered, "", Metrics().route("/"))
        found.hits = hits
        return found

    async def remake(self, key: Key) -> None:
        self.remade.append(key[0].decode())
        self.memory.put(key, self.entry(hits=0))


def test_only_outdated_and_hot_answers_are_made_anew_the_hottest_first() -> None:
    kept = Kept(4)
    asyncio.run(kept.warmer.warm())
    assert kept.remade == []
    kept.cell.version = 2
    asyncio.run(kept.warmer.warm())
    assert kept.remade == ["4", "3", "2"], "one that was asked for once is not hot"
    assert kept.warmer.remade == 3
    hits = [entry.hits if (entry := kept.memory.get(kept.key(number))) else None for number in (4, 3, 2, 1)]
    assert hits == [2, 1, 1, 1], "of a popularity that is not confirmed half remains"


def test_a_change_makes_a_bounded_number_anew() -> None:
    kept = Kept(20)
    kept.cell.version = 2
    assert [key[0] for key, _ in outdated_and_hot(kept.memory, 3)] == [b"20", b"19", b"18"]


def test_nothing_is_made_anew_while_a_request_waits() -> None:
    kept = Kept(4)
    kept.cell.version = 2
    kept.is_busy = True
    asyncio.run(kept.warmer.warm())
    assert kept.remade == []


def test_an_answer_that_cannot_be_made_ends_the_work_of_this_change(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(4)
    kept.cell.version = 2

    async def fail(key: Key) -> None:
        kept.remade.append(key[0].decode())
        raise RuntimeError("no database")

    kept.warmer.remake = fail
    asyncio.run(kept.warmer.warm())
    assert kept.remade == ["4"]
    assert kept.warmer.remade == 0


def test_a_change_is_noticed_and_the_work_leaves_time_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, slept = Kept(3), [0.0]

    async def work() -> None:
        real_sleep = asyncio.sleep

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            await real_sleep(0)

        monkeypatch.setattr("serving.core.http.warming.asyncio.sleep", sleep)
        running = asyncio.create_task(kept.warmer.run())
        await real_sleep(0)
        kept.cell.version = 2
        kept.versions.epoch += 1
        while kept.warmer.remade < 2:
            await real_sleep(0)
        running.cancel()

    asyncio.run(work())
    assert kept.remade == ["3", "2"]
    assert set(slept) - {0.0, LOOK_EVERY_S}, "after an answer there is a pause that its own time makes"
