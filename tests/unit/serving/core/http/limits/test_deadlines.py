"""The layer that bounds a request: a problem in both languages after the deadline, and nothing bounded that waits."""

import asyncio
from typing import Any

import pytest

from serving.core.http import problems
from serving.core.http.errors import DeadlineExceeded
from serving.core.http.exchange import Call, Exchange, Scope, attach, begin, exchange_of
from serving.core.http.limits.deadlines import DeadlineLayer
from serving.core.http.messages import App, Receive, Send
from warehouse.runtime import deadlines


async def _nothing(*_: Any) -> Any:
    return {}


def ask(inner: App, seconds: float, elapsed_s: float = 0.0) -> None:
    scope: Scope = {"type": "http"}
    call = Call("GET", {}, b"id")
    call.began -= elapsed_s
    begin(scope, call)
    attach(scope, Exchange("id", ("json",), "/api/v1/bills", "", ""))
    asyncio.run(DeadlineLayer(inner, seconds=seconds)(scope, _nothing, _nothing))  # type: ignore[arg-type]


def test_after_the_deadline_the_caller_is_told_in_both_languages() -> None:
    seen: list[str] = []

    async def slow(_scope: Scope, _receive: Receive, _send: Send) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            deadline = deadlines.current()
            seen.append(f"cancelled {deadline is not None and deadline.is_over}")
            raise

    with pytest.raises(DeadlineExceeded) as raised:
        ask(slow, 0.5, elapsed_s=0.45)
    assert seen == ["cancelled True"]
    assert deadlines.current() is None
    problem, headers = problems.problem_of(raised.value, "id")
    assert (problem.status, problem.code, headers) == (504, "deadline_exceeded", {"retry-after": "2"})
    assert "within 500 ms" in problem.detail
    assert "prête en 500 ms" in problem.detail


def test_the_time_in_the_queue_counts() -> None:
    async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(60)

    with pytest.raises(DeadlineExceeded):
        ask(never, 2.0, elapsed_s=5.0)


def test_a_time_out_of_something_else_is_not_the_deadline() -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise TimeoutError("of something else")

    with pytest.raises(TimeoutError, match="of something else"):
        ask(broken, 60)


def test_what_waits_for_changes_may_wait() -> None:
    seen: list[str] = []

    async def waits(scope: Scope, _receive: Receive, _send: Send) -> None:
        exchange_of(scope).wait()
        await asyncio.sleep(0.1)
        seen.append("answered")

    ask(waits, 0.05)
    assert seen == ["answered"]
