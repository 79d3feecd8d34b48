"""Circuit breakers: five failures in a row open one, one request tries after the pause, and a poll does where there is
one."""

from collections.abc import Callable

import pytest

from warehouse.runtime import breaker as breakers
from warehouse.runtime.breaker import OPENS_AFTER, Breaker, BreakerOpen, PolledBreaker
from warehouse.runtime.errors import StoreUnavailable

_BROKEN = StoreUnavailable("It is away.")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Puts the monotonic clock on by so many seconds."""
    now = [100.0]
    monkeypatch.setattr(breakers.time, "monotonic", lambda: now[0])

    def put_on(seconds: float) -> None:
        now[0] += seconds

    return put_on


def fail(breaker: Breaker, times: int = OPENS_AFTER) -> None:
    for _ in range(times):
        assert breaker.admits()
        breaker.failed(_BROKEN)


def test_it_opens_after_five_failures_in_a_row(clock: Callable[[float], None]) -> None:
    breaker = Breaker("redis")
    fail(breaker, 4)
    breaker.succeeded()
    fail(breaker, 4)
    assert (breaker.state, breaker.openings) == ("closed", 0)
    fail(breaker, 1)
    assert (breaker.state, breaker.openings, breaker.refusals) == ("open", 1, 0)
    with pytest.raises(BreakerOpen, match="redis is unavailable: It is away"):
        breaker.require()
    assert breaker.refusals == 1


def test_half_open_one_request_tries(clock: Callable[[float], None]) -> None:
    breaker = Breaker("redis")
    fail(breaker)
    clock(breakers.PAUSE_S)
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    assert breaker.state == "half_open"
    breaker.failed(_BROKEN)
    assert (breaker.state, breaker.admits(), breaker.openings) == ("open", False, 1)
    clock(breakers.PAUSE_S)
    assert breaker.admits()
    breaker.succeeded()
    assert (breaker.state, breaker.why, breaker.admits()) == ("closed", "", True)
    fail(breaker, 4)
    assert breaker.state == "closed"


def test_a_request_that_never_says_how_it_went_is_followed_by_another(clock: Callable[[float], None]) -> None:
    breaker = Breaker("redis")
    fail(breaker)
    clock(breakers.PAUSE_S)
    assert breaker.admits()
    clock(breakers.PAUSE_S)
    assert breaker.admits()


def test_what_it_refused_itself_is_no_failure(clock: Callable[[float], None]) -> None:
    breaker = Breaker("redis")
    fail(breaker)
    clock(breakers.PAUSE_S)
    assert breaker.admits()
    breaker.failed(BreakerOpen("It was not asked."))
    assert (breaker.state, breaker.why) == ("half_open", "It is away.")


def test_a_poll_closes_what_failed_reads_opened(clock: Callable[[float], None]) -> None:
    breaker = PolledBreaker("shard_0")
    assert (breaker.state, breaker.admits()) == ("open", False)  # it has not answered yet
    breaker.reached()
    assert breaker.admits()
    fail(breaker)
    clock(breakers.PAUSE_S)
    assert (breaker.state, breaker.admits(), breaker.failing, breaker.is_unavailable) == ("open", False, True, False)
    breaker.reached()
    assert (breaker.state, breaker.admits()) == ("closed", True)


def test_without_a_poll_for_long_it_is_open_whatever_reads_say(clock: Callable[[float], None]) -> None:
    breaker = PolledBreaker("shard_0")
    breaker.reached()
    breaker.missed(TimeoutError())
    assert (breaker.state, breaker.why) == ("closed", "It did not answer in time.")
    clock(breakers.AWAY_AFTER_S + 0.1)
    assert (breaker.state, breaker.is_unavailable) == ("open", True)
    assert breaker.silent_s == pytest.approx(breakers.AWAY_AFTER_S + 0.1)
