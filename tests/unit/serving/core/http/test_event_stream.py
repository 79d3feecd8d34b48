"""Streams end with their caller, hold one piece at a time, and say now and then that they live."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from serving.changes import stream
from serving.core.http.event_stream import send_chunks
from serving.core.process.cursors import Cursors
from warehouse.model.changes.feed import Batch, ChangeFilter, LogPlace, Places
from warehouse.postgres.feed.feed import Feed
from warehouse.runtime.errors import StoreUnavailable


class Caller:
    """Takes a number of pieces, each after a while, and goes."""

    def __init__(self, pieces: int) -> None:
        self.taken: list[bytes] = []
        self._pieces = pieces
        self._gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await asyncio.sleep(0.001)
        self.taken.append(message["body"])
        if len(self.taken) == self._pieces:
            self._gone.set()


def test_a_stream_ends_when_its_caller_goes_and_never_runs_ahead() -> None:
    made: list[int] = []
    ended: list[bool] = []

    async def chunks(caller: Caller, most: int) -> AsyncGenerator[bytes]:
        try:
            for number in range(most):
                assert number - len(caller.taken) <= 1
                made.append(number)
                yield b"%d" % number
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    async def run(most: int) -> list[bytes]:
        caller = Caller(3)
        await asyncio.wait_for(send_chunks(chunks(caller, most), caller.receive, caller.send), 60)
        return caller.taken

    assert asyncio.run(run(1000)) == [b"0", b"1", b"2"]
    assert asyncio.run(run(3)) == [b"0", b"1", b"2"]
    assert len(ended) == 2


class Silent:
    """A feed in which nothing happens, and whose first read fails."""

    is_closed = False
    streams = 0

    def __init__(self) -> None:
        self._failed = False

    async def after(self, places: Places, wanted: ChangeFilter, limit: int, wait_s: float) -> Batch:
        if not self._failed:
            self._failed = True
            raise StoreUnavailable("away")
        return Batch([], (LogPlace("a", 1, 2),), more=False)


def test_a_silent_stream_says_that_it_lives_and_outlives_its_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_PAUSE_S", 0)

    async def pieces() -> list[bytes]:
        feed = Silent()
        coming = stream.events(cast("Feed", feed), Cursors("x"), (LogPlace("a", 0, 0),), ChangeFilter())
        found = [await anext(coming) for _ in range(4)]
        assert feed.streams == 1
        await coming.aclose()
        assert feed.streams == 0
        return found

    first, away, moved, alive = asyncio.run(pieces())
    assert first.startswith(b"retry: 2000\nid: ")
    assert away == b": the data is out of reach\n\n"
    assert moved.startswith(b"id: ")
    assert alive == b": still here\n\n"
