"""Deadlines: what is left of one, and what ends with it, a thread that waits for a server too."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3

from warehouse.runtime import deadlines
from warehouse.runtime.http_connections import bound


def test_outside_a_request_stores_have_their_own_bounds() -> None:
    assert deadlines.current() is None
    assert deadlines.at_most(10) == 10
    deadlines.lift()


def test_a_store_gets_a_part_of_what_is_left() -> None:
    with deadlines.within(deadlines.Deadline(4.0, elapsed_s=2.0)):
        assert 1.0 < deadlines.at_most(10) <= 1.5
        assert deadlines.at_most(0.5) == 0.5
    with deadlines.within(deadlines.Deadline(1.0, elapsed_s=2.0)):
        assert deadlines.at_most(10) == 0


def test_what_waits_for_something_to_happen_is_not_cancelled() -> None:
    async def wait() -> bool:
        async with asyncio.timeout(0.01) as timer:
            deadline = deadlines.Deadline(0.01, timer)
            with deadlines.within(deadline):
                deadlines.lift()
                await asyncio.sleep(0.05)
                return deadline.is_over
        return True

    assert asyncio.run(wait()) is False


def test_what_is_cut_is_cut_once_and_at_once_when_it_is_late() -> None:
    seen: list[str] = []
    deadline = deadlines.Deadline(10)
    deadline.on_cut(lambda: seen.append("first"))
    deadline.cut()
    deadline.cut()
    assert seen == ["first"]
    with pytest.raises(TimeoutError):
        deadline.on_cut(lambda: seen.append("late"))


class Trickle:
    """An HTTP server that sends a byte of its answer now and then, for ever."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._ended = threading.Event()
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        line, _ = self._door.accept()
        with line:
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
            while not self._ended.wait(0.02):
                try:
                    line.sendall(b"x")
                except OSError:
                    return

    def close(self) -> None:
        self._ended.set()
        self._door.close()


@pytest.fixture
def trickle() -> Iterator[Trickle]:
    """The server."""
    server = Trickle()
    yield server
    server.close()


def test_a_thread_is_free_again_though_its_server_never_stops_to_answer(trickle: Trickle) -> None:
    manager = bound(urllib3.PoolManager(retries=False))
    ended = threading.Event()

    def ask() -> None:
        try:
            manager.request("GET", trickle.url, timeout=30)
        finally:
            ended.set()

    async def run(executor: ThreadPoolExecutor) -> None:
        with pytest.raises(TimeoutError):
            await deadlines.run(executor, 0.3, ask)

    with ThreadPoolExecutor(1) as executor:
        asyncio.run(run(executor))
        assert ended.wait(20)
        assert executor.submit(lambda: 5).result(20) == 5


def test_a_thread_that_comes_late_asks_nobody() -> None:
    manager = bound(urllib3.PoolManager(retries=False))
    deadline = deadlines.Deadline(10)
    deadline.cut()
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"

        def ask() -> None:
            manager.request("GET", url, timeout=30)

        token = deadlines._current.set(deadline)
        try:
            with pytest.raises(urllib3.exceptions.ProtocolError, match="is over"):
                ask()
        finally:
            deadlines._current.reset(token)
