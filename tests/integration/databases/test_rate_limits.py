"""Limits over processes that share a real Redis: exact while it answers, held by each process while it does not."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.servers.redis import RedisServer, running_redis
from warehouse.cache import buckets as buckets_module
from warehouse.cache import leases as leases_module
from warehouse.cache.buckets import Grant, LimitWindow, LocalBuckets, SharedBuckets, windows_of
from warehouse.cache.leases import Leases
from warehouse.runtime import breaker as breaker_module

pytestmark = pytest.mark.redis
HUNDRED = "100/hour"
"""A token comes back every 36 s: none does while a test runs, however busy the machine."""


@pytest.fixture(autouse=True)
def _patient_with_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product waits a quarter of a second for Redis: less than a busy machine may let it wait here."""
    monkeypatch.setattr(buckets_module, "_TIMEOUT_S", 30.0)


@pytest.fixture(scope="module")
def redis_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis server of all tests that leave it alone."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server of one test, which may take it away."""
    with running_redis(tmp_path) as server:
        yield server


class Processes:
    """Several processes that share one limit."""

    def __init__(self, redis_url: str, limits: str, count: int, patience_s: float) -> None:
        program = [sys.executable, "-m", "tests.support.processes.limit_process"]
        command = [*program, redis_url, limits, str(count), str(patience_s)]
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
        ]
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"

    def at_once(self, caller: str, each: int) -> list[int]:
        """How many requests each process lets pass, of so many that come to each at the same time."""
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(f"{caller} {each}\n")
            process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for process in self._processes if process.stdout]
        return [answer["allowed"] for answer in answers]

    def end(self) -> None:
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


@contextmanager
def processes(redis_url: str, limits: str, count: int = 4, patience_s: float = 30) -> Iterator[Processes]:
    found = Processes(redis_url, limits, count, patience_s)
    try:
        yield found
    finally:
        found.end()


@pytest.mark.slow
def test_four_processes_with_400_requests_at_once_let_100_pass(redis_of_module: RedisServer) -> None:
    with processes(redis_of_module.url, HUNDRED) as four:
        allowed = [sum(four.at_once(f"run-{run}", 100)) for run in range(20)]
        trickled = [sum(four.at_once("trickle", 3)) for _ in range(34)]
    assert max(allowed) <= 100
    assert min(allowed) >= 80
    assert 80 <= sum(trickled) <= 100


@pytest.mark.slow
@pytest.mark.parametrize("outage", ["stop", "freeze"])
def test_each_process_holds_its_share_while_redis_is_away(redis: RedisServer, outage: str) -> None:
    with processes(redis.url, HUNDRED, patience_s=3) as four:
        assert 80 <= sum(four.at_once("before", 100)) <= 100
        assert sum(four.at_once("half", 10)) == 40
        getattr(redis, outage)()
        assert four.at_once("new", 100) == [25] * 4
        assert four.at_once("before", 100) == [0] * 4
        more = four.at_once("half", 100)
        assert all(0 < passed <= 25 for passed in more), more


def test_redis_is_asked_again_once_it_is_back(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets_module, "_TIMEOUT_S", 3.0)
    monkeypatch.setattr(breaker_module, "OPENS_AFTER", 1)
    monkeypatch.setattr(breaker_module, "PAUSE_S", 600.0)

    async def run() -> None:
        breaker = breaker_module.Breaker("redis")
        leases = Leases(windows_of(["10/hour"]), redis_url=redis.url, processes=2, breaker=breaker)
        account = leases.account("one")
        assert await leases.spend(account)
        redis.freeze()
        passed = [await leases.spend(account) for _ in range(12)]
        assert sum(passed) <= 5
        assert (leases.failures, breaker.state) == (1, "open")
        redis.thaw()
        monkeypatch.setattr(breaker_module, "PAUSE_S", 0.0)
        account.refused_until = 0.0  # as if the pause and the refusal were over
        assert await leases.spend(account)
        assert (breaker.state, breaker.why) == ("closed", "")
        later = [await leases.spend(account) for _ in range(12)]
        assert 1 + sum(passed) + 1 + sum(later) <= 10 + 5  # what passed meanwhile was counted here, not by Redis
        await leases.close()

    asyncio.run(run())


class Buckets:
    """Either kind of buckets, asked in the same way."""

    def __init__(self, url: str | None, windows: list[LimitWindow]) -> None:
        self._loop = asyncio.new_event_loop()
        self._local = LocalBuckets(windows)
        self._shared = SharedBuckets(url, windows, holder="one") if url else None

    def settle(self, caller: str, spent: int, wanted: int) -> Grant:
        if self._shared is None:
            return self._local.settle(caller, spent, wanted)
        return self._loop.run_until_complete(self._shared.settle(caller, spent, wanted))


@pytest.mark.parametrize("kind", ["shared", "local"])
class TestBuckets:
    """Both kinds of buckets give the same."""

    def open(self, kind: str, redis: RedisServer, *texts: str) -> Buckets:
        return Buckets(redis.url if kind == "shared" else None, list(windows_of(texts)))

    def test_the_tightest_window_decides(self, kind: str, redis_of_module: RedisServer) -> None:
        buckets = self.open(kind, redis_of_module, "60/hour", "100/day")
        assert buckets.settle(f"tight-{kind}", 0, 80).tokens == 60
        grant = buckets.settle(f"tight-{kind}", 60, 80)
        assert grant.tokens == 0
        assert grant.free[1] == 40
        assert 0 < grant.wait_s <= 60.001
        assert 3_500 < grant.full_s[0] <= 3_600

    def test_what_is_not_spent_goes_back(self, kind: str, redis_of_module: RedisServer) -> None:
        buckets = self.open(kind, redis_of_module, "10/hour")
        caller = f"unspent-{kind}"
        assert buckets.settle(caller, 0, 8) == (8, (2,), 0.0, (pytest.approx(8 * 360, abs=60),))
        assert buckets.settle(caller, 3, 0).free == (7,)
        assert buckets.settle(caller, -1, 0).free == (8,)
        assert buckets.settle(caller, 0, 20).tokens == 8

    def test_tokens_come_back_evenly(self, kind: str, redis_of_module: RedisServer) -> None:
        buckets = self.open(kind, redis_of_module, "20/second")
        caller = f"even-{kind}"
        began = time.monotonic()
        assert buckets.settle(caller, 0, 20).tokens == 20
        buckets.settle(caller, 20, 0)
        time.sleep(0.5)
        again = buckets.settle(caller, 0, 20).tokens
        seconds = time.monotonic() - began
        assert 9 <= again <= min(20, 20 * seconds + 1)


def test_a_lease_of_another_process_is_not_free_and_counts_as_spent_when_it_ends(
    redis_of_module: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.cache.buckets.HELD_S", 0.3)

    async def run() -> None:
        windows = windows_of(["10/hour"])
        lost, other = (SharedBuckets(redis_of_module.url, windows, holder=name) for name in ("lost", "other"))
        assert (await lost.settle("held", 0, 4)).tokens == 4
        assert (await other.settle("held", 0, 10)).tokens == 6
        assert (await other.settle("held", 6, 0)).free == (0,)
        await asyncio.sleep(0.4)
        grant = await other.settle("held", 0, 10)
        assert (grant.tokens, grant.free) == (0, (0,))
        await lost.close()
        await other.close()

    asyncio.run(run())


def test_a_lease_that_is_not_spent_is_given_back_in_time(
    redis_of_module: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases_module, "LEASE_S", 0.2)
    monkeypatch.setattr(leases_module, "_SWEEP_EVERY_S", 0.1)

    async def run() -> None:
        windows = windows_of(["100/hour"])
        leases = Leases(windows, redis_url=redis_of_module.url, processes=1)
        await leases.open()
        account = leases.account("brief")
        assert await leases.spend(account)
        assert leases.held() == 20
        account.refund()
        until = time.monotonic() + 60
        while (leases.held(), leases.callers) != (0, 0):
            assert time.monotonic() < until, "it is never given back"
            await asyncio.sleep(0.05)
        other = SharedBuckets(redis_of_module.url, windows, holder="other")
        assert (await other.settle("brief", 0, 0)).free == (100,)
        await other.close()
        await leases.close()

    asyncio.run(run())


def test_most_requests_need_no_round_trip(redis_of_module: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases_module, "LEASE_S", 600.0)

    async def run() -> None:
        leases = Leases(windows_of(["10000/hour"]), redis_url=redis_of_module.url, processes=4)
        account = leases.account("busy")
        for _ in range(2_000):
            assert await leases.spend(account)
            await asyncio.sleep(0)
        assert leases.settlements <= 15
        await leases.close()

    asyncio.run(run())
