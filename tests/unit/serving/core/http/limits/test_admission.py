"""Who computes next: bounded, fair to callers, refused at once beyond the queue."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from serving.app import SERVICES
from serving.core.http.errors import Overloaded
from serving.core.http.limits.admission import Admission, CallerLeft, Lanes, Turn
from serving.core.http.messages import Message


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(10):
            await work()

    asyncio.run(bounded())


def test_beyond_the_queue_a_request_is_refused_at_once() -> None:
    async def work() -> None:
        admission = Admission(at_once=2, queue=3, queue_of_one=3)
        for _ in range(2):
            await admission.enter("a")
        waiting = [asyncio.create_task(admission.enter("a")) for _ in range(3)]
        await asyncio.sleep(0)
        assert admission.waiting == 3
        with pytest.raises(Overloaded) as refused:
            await admission.enter("b")
        assert refused.value.headers == {"retry-after": "1"}
        assert admission.refused == 1
        for _ in range(5):
            admission.leave()
        await asyncio.gather(*waiting)
        assert admission.waiting == 0
        await admission.enter("b")

    run(work)


def test_a_greedy_caller_waits_behind_nobody_but_themselves() -> None:
    async def work() -> None:
        admission = Admission(at_once=1, queue=200, queue_of_one=100)
        order: list[str] = []

        async def ask(caller: str) -> None:
            await admission.enter(caller)
            order.append(caller)
            await asyncio.sleep(0)
            admission.leave()

        await admission.enter("first")
        tasks = [asyncio.create_task(ask("greedy")) for _ in range(100)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await admission.enter("greedy")
        tasks += [asyncio.create_task(ask(name)) for name in ("x", "y", "x")]
        await asyncio.sleep(0)
        admission.leave()
        await asyncio.gather(*tasks)
        assert order[:6] == ["greedy", "x", "y", "greedy", "x", "greedy"]
        assert len(order) == 103

    run(work)


def test_who_goes_away_while_waiting_leaves_no_place_taken() -> None:
    async def work() -> None:
        admission = Admission(at_once=1, queue=10, queue_of_one=10, patience_s=0.05)
        await admission.enter("a")
        gone = asyncio.create_task(admission.enter("b"))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert admission.waiting == 0
        with pytest.raises(Overloaded):
            await admission.enter("c")  # the turn does not come in time
        assert admission.waiting == 0
        admission.leave()
        await admission.enter("d")

    run(work)


def test_a_turn_given_to_a_caller_who_left_at_that_moment_goes_on_to_the_next() -> None:
    async def work() -> None:
        admission = Admission(at_once=1, queue=10, queue_of_one=10)
        await admission.enter("a")
        gone, stays = (asyncio.create_task(admission.enter(name)) for name in ("b", "c"))
        await asyncio.sleep(0)
        admission.leave()  # b has the turn now
        gone.cancel()
        await stays
        assert gone.cancelled()

    run(work)


class _Connection:
    """The `receive` of a request without a body, whose caller can hang up."""

    def __init__(self) -> None:
        self._hung_up = asyncio.Event()
        self._is_read = False

    async def __call__(self) -> Message:
        if not self._is_read:
            self._is_read = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._hung_up.wait()
        return {"type": "http.disconnect"}

    def hang_up(self) -> None:
        self._hung_up.set()


def test_a_caller_who_hangs_up_leaves_the_queue_to_the_next() -> None:
    async def work() -> None:
        admission = Admission(at_once=1, queue=2, queue_of_one=2)
        await admission.enter("a")
        connections = [_Connection() for _ in range(2)]
        gone, stays = (asyncio.create_task(admission.enter("a", connection)) for connection in connections)
        while admission.waiting < 2:
            await asyncio.sleep(0)
        connections[0].hang_up()
        with pytest.raises(CallerLeft):
            await gone
        assert (admission.waiting, admission.refused) == (1, 0)
        next_one = asyncio.create_task(admission.enter("a"))  # there is a place again
        for _ in range(2):
            admission.leave()
        await asyncio.gather(stays, next_one)
        connections[1].hang_up()  # after the turn came, this changes nothing
        await asyncio.sleep(0)
        assert admission.waiting == 0

    run(work)


def test_a_turn_is_given_back_once() -> None:
    async def work() -> None:
        admission = Admission(at_once=1, queue=1, queue_of_one=1)
        turn = Turn(admission)
        await turn.take("a")
        turn.give_back()
        turn.give_back()
        await admission.enter("b")
        waiting = asyncio.create_task(admission.enter("c"))
        await asyncio.sleep(0)
        assert not waiting.done()
        admission.leave()
        await waiting

    run(work)


def test_each_store_has_its_own_queue_and_health_has_none() -> None:
    lanes = Lanes([lane for service in SERVICES for lane in service.lanes])
    assert lanes.of(b"/health") is lanes.of(b"/ready") is lanes.of(b"/metrics") is None
    assert lanes.of(b"/api/v1/statistics/parties") is lanes.of(b"/api/v1/scorecards") is lanes.facts
    assert lanes.of(b"/api/v1/search") is lanes.of(b"/api/v1/suggest") is lanes.search
    assert lanes.of(b"/api/v1/bills") is lanes.of(b"/quality") is lanes.databases
    assert lanes.of(b"/api/v1/statistics/votes/45-1/commons/1") is lanes.databases
