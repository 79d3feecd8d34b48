"""The tiers behind memory with a real Redis and a folder: one computation for all, never an outdated answer, and all of
it optional."""

import asyncio
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from serving.core.http.errors import NotFound
from serving.core.http.exchange import Answered, Exchange
from tests.support.processes.toy_tiers import ToyProcess, ToyVersions, answered
from tests.support.servers.redis import RedisServer, running_redis
from warehouse.cache.shared import TTL_S, Shared
from warehouse.cache.tiers import KeptAnswer, TierKind, Tiers
from warehouse.objects.answers import AnswerObjects
from warehouse.runtime.versions import PAST, Stamp

pytestmark = pytest.mark.redis
LONG_S = 600.0
LISTS = TierKind("list", in_redis=True, in_objects=True)


@pytest.fixture(scope="module")
def redis_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis server of all tests that leave it alone; each uses keys of its own."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server of one test, which may take it away."""
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine may be busy: no tier is given up because it answers late."""
    monkeypatch.setattr("warehouse.cache.shared._TIMEOUT_S", 60.0)
    monkeypatch.setattr("warehouse.objects.answers._PATIENCE_S", 60.0)


class Toy:
    """A process of several that share Redis (`tests.support.processes.toy_tiers`)."""

    def __init__(self, redis_url: str) -> None:
        command = [sys.executable, "-m", "tests.support.processes.toy_tiers", redis_url]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def line(self) -> str:
        """The next line that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(
        self, path: str, requests: int, seconds: float, *, lease_s: float = LONG_S, wait_s: float = LONG_S
    ) -> None:
        """Have it make requests at once, each of which takes so long to compute."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{path} {requests} {seconds} {lease_s} {wait_s}\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def result(self) -> dict[str, Any]:
        """What became of the requests."""
        while (line := self.line()) == "computing":
            pass
        found: dict[str, Any] = json.loads(line)
        return found


@pytest.fixture(scope="module")
def toys(redis_of_module: RedisServer) -> Iterator[list[Toy]]:
    """Three processes, started together. The last test with them leaves the second busy, one kills the third."""
    found = [Toy(redis_of_module.url) for _ in range(3)]
    try:
        assert [toy.line() for toy in found] == ["ready"] * 3
        yield found
    finally:
        for toy in found:
            toy.end()


def test_500_requests_to_two_processes_are_computed_once(toys: list[Toy]) -> None:
    for toy in toys[:2]:
        toy.tell("/api/v1/bills", 250, 0.3)
    results = [toy.result() for toy in toys[:2]]
    assert sum(each["computed"] for each in results) == 1
    assert [each["answers"] for each in results] == [["(200, b'computed')"]] * 2


def test_a_process_killed_while_it_computes_holds_others_up_until_its_lease_ends(toys: list[Toy]) -> None:
    toys[2].tell("/api/v1/votes", 1, LONG_S, lease_s=1.0)
    assert toys[2].line() == "computing"
    toys[2].process.kill()
    toys[0].tell("/api/v1/votes", 10, 0)
    assert toys[0].result() == {"computed": 1, "answers": ["(200, b'computed')"]}


def test_nobody_waits_long_for_a_process_that_takes_long(toys: list[Toy]) -> None:
    toys[1].tell("/api/v1/members", 1, LONG_S)
    assert toys[1].line() == "computing"
    toys[0].tell("/api/v1/members", 10, 0, wait_s=0.2)
    assert toys[0].result()["computed"] == 1


async def _one(_exchange: Exchange, *, versions: ToyVersions, body: bytes = b"one") -> Answered:
    return answered(body, Stamp(versions.cells["lists"], versions.cells["lists"].version))


def _versions() -> ToyVersions:
    versions = ToyVersions("lists")
    versions.cells["lists"].version = 1
    return versions


def _run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())  # type: ignore[arg-type]


@pytest.mark.parametrize("outage", ["stop", "freeze"])
def test_without_redis_every_request_is_answered_and_it_is_asked_once(
    redis: RedisServer, outage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.cache.shared._TIMEOUT_S", 0.25)
    monkeypatch.setattr("warehouse.runtime.breaker.OPENS_AFTER", 1)
    monkeypatch.setattr("warehouse.runtime.breaker.PAUSE_S", LONG_S)

    async def work() -> None:
        versions = _versions()
        shared = Shared(redis.url)
        process = ToyProcess(lambda exchange: _one(exchange, versions=versions), versions, shared)
        assert await process.get("/api/v1/bills.csv") == (200, b"one")
        getattr(redis, outage)()
        versions.cells["lists"].version = 2
        for path in ("bills", "votes", "members", "bills.csv"):
            assert await process.get(f"/api/v1/{path}") == (200, b"one")
        assert process.computed == 5
        assert shared.failures == 1, "after a failure Redis is left alone"
        await process.tiers.close()

    _run(work)


def test_an_empty_answer_is_an_answer(redis_of_module: RedisServer, tmp_path: Path) -> None:
    async def work() -> None:
        for tier, path in (("redis", "/api/v1/bills.ndjson"), ("objects", "/api/v1/votes/1@v1/ballots.ndjson")):
            processes = []
            for _ in range(2):
                versions = _versions()
                stamp = Stamp(PAST, PAST.version) if tier == "objects" else Stamp(versions.cells["lists"], 1)

                async def nothing(_exchange: Exchange, stamp: Stamp = stamp) -> Answered:
                    return answered(b"", stamp)

                objects = AnswerObjects(tmp_path.as_uri())
                process = ToyProcess(nothing, versions, Shared(redis_of_module.url), objects)
                assert await process.get(path) == (200, b"")
                await process.tiers.settle()
                processes.append(process)
            assert [each.computed for each in processes] == [1, 0]
            for process in processes:
                await process.tiers.close()

    _run(work)


def test_a_damaged_object_is_computed_anew(tmp_path: Path) -> None:
    async def work() -> None:
        async def revision(_exchange: Exchange) -> Answered:
            return answered(b"revision", Stamp(PAST, PAST.version))

        def process() -> ToyProcess:
            return ToyProcess(revision, _versions(), None, AnswerObjects(tmp_path.as_uri()))

        first, second, third = process(), process(), process()
        await first.get("/api/v1/bills/45-1/C-2@v1")
        await first.tiers.settle()
        assert await second.get("/api/v1/bills/45-1/C-2@v1") == (200, b"revision")
        (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        assert await third.get("/api/v1/bills/45-1/C-2@v1") == (200, b"revision")
        assert [first.computed, second.computed, third.computed] == [1, 0, 1]

    _run(work)


def test_an_object_store_that_fails_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.runtime.breaker.OPENS_AFTER", 1)
    monkeypatch.setattr("warehouse.runtime.breaker.PAUSE_S", LONG_S)

    async def work() -> None:
        (tmp_path / "answers").write_text("in the way of a folder")
        objects = AnswerObjects(tmp_path.as_uri())

        async def revision(_exchange: Exchange) -> Answered:
            return answered(b"revision", Stamp(PAST, PAST.version))

        process = ToyProcess(revision, _versions(), None, objects)
        for number in range(1, 4):
            assert await process.get(f"/api/v1/bills/45-1/C-{number}@v1") == (200, b"revision")
            await process.tiers.settle()
        assert objects.failures == 1

    _run(work)


def test_what_was_kept_for_a_month_is_deleted(tmp_path: Path) -> None:
    async def work() -> None:
        objects, now = AnswerObjects(tmp_path.as_uri()), dt.datetime.now(dt.UTC)
        for key in (b"one", b"other"):
            await objects.put(key, b"answer")
        assert await objects.sweep(now) == 0
        assert await objects.get(b"one") == b"answer"
        assert await objects.sweep(now + dt.timedelta(days=31)) == 2
        assert await objects.get(b"one") is None

    _run(work)


def test_what_is_not_found_is_looked_for_once_until_anything_changes() -> None:
    async def work() -> None:
        versions = _versions()

        async def missing(_exchange: Exchange) -> Answered:
            raise NotFound("There is no bill.", "Introuvable.")

        process = ToyProcess(missing, versions, None)
        answers = await asyncio.gather(*(process.get("/api/v1/bills/45-1/C-404") for _ in range(20)))
        assert {status for status, _ in answers} == {404}
        assert process.computed == 1
        versions.epoch += 1
        assert (await process.get("/api/v1/bills/45-1/C-404"))[0] == 404
        assert process.computed == 2

    _run(work)


def test_refusals_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.core.http.caching_layer._MOST_REFUSALS", 10)

    async def work() -> None:
        async def missing(_exchange: Exchange) -> Answered:
            raise NotFound("There is no bill.", "Introuvable.")

        process = ToyProcess(missing, _versions(), None)
        for number in (*range(12), 11, 0):
            await process.get(f"/api/v1/bills/45-1/C-{number}")
        assert process.computed == 13, "the newest is still known, the oldest is not"

    _run(work)


def _kept(*, expires_in: float, cost_s: float, now: float) -> KeptAnswer:
    return KeptAnswer(
        label="lists",
        version="1",
        is_lasting=False,
        route="/",
        service="toys",
        expires_at=now + expires_in,
        cost_s=cost_s,
        body=b"",
        media_type="application/json",
        etag_prefix="t",
        last_modified=None,
        headers=[],
        cache_control="no-cache",
    )


async def _always(_kept: KeptAnswer) -> bool:
    return True


def test_a_dear_answer_is_renewed_before_it_expires_and_by_one_process(redis_of_module: RedisServer) -> None:
    async def work() -> None:
        shared = Shared(redis_of_module.url)
        tiers = Tiers(shared, None, lease_s=LONG_S, clock=lambda: 1_000.0)
        for key, expires_in, cost_s in ((b"soon", 600.0, 1e9), (b"late", 3_600.0, 0.001)):
            first = await tiers.recall(LISTS, key, _always)
            assert first.kept is None
            await tiers.keep(LISTS, key, first.holder, _kept(expires_in=expires_in, cost_s=cost_s, now=1_000.0))
            found = [await tiers.recall(LISTS, key, _always) for _ in range(5)]
            assert all(each.kept is not None for each in found)
            assert sum(each.is_due for each in found) == (1 if key == b"soon" else 0)
        await shared.close()

    _run(work)


def test_answers_do_not_expire_together() -> None:
    ends = [Tiers(None, None, clock=lambda: 0.0).expiry() for _ in range(200)]
    assert min(ends) >= TTL_S
    assert max(ends) <= TTL_S * 1.25
    assert max(ends) - min(ends) > TTL_S * 0.1
