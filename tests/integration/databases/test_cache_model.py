"""Random interleavings of reads, writes and invalidations over memory, Redis and the object store, against a model.

An answer must be one that was true at some time from two seconds before the request on: processes learn of a change by
polling, every half a second of a clock that the test moves.
"""

import asyncio
import os
import random
import secrets
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from serving.core.http.errors import NotFound
from serving.core.http.exchange import Answered, Exchange
from tests.support.processes.toy_tiers import ToyProcess, ToyVersions, answered
from tests.support.servers.redis import RedisServer, running_redis
from warehouse.cache.shared import Shared
from warehouse.objects.answers import AnswerObjects
from warehouse.runtime.versions import PAST, Stamp

pytestmark = pytest.mark.redis

ROUNDS: Final = int(os.environ.get("OPENPOLICY_TEST_INTERLEAVINGS", "1000"))
"""Each of several things at once, the same ones in each run. Set the variable for more, and others each time."""
POLL_EVERY_S: Final = 0.5
STALE_S: Final = 2.0
LABELS: Final = ("shard_0/1", "shard_0/2", "catalog/1", "lists")
NUMBERS: Final = range(9)


class Store:
    """What is true, and what was: every value of every entity with the time from which it was."""

    def __init__(self) -> None:
        self.now = 0.0
        self.database = "first"
        self.versions: Counter[str] = Counter()
        self.revisions: dict[int, list[str]] = {number: [] for number in NUMBERS}
        self.history: dict[str, list[tuple[float, str]]] = {}
        for path in self.paths():
            self._note(path)

    def paths(self) -> list[str]:
        """Every address: entities, the parts of past revisions, one list."""
        entities = [f"/api/v1/votes/{number}/ballots" for number in NUMBERS]
        plain = [f"/api/v1/bills/{number}" for number in NUMBERS]
        past = [f"/api/v1/votes/{number}@v{revision}/ballots" for number in NUMBERS for revision in (1, 2)]
        return [*entities, *plain, *past, "/api/v1/votes"]

    def read(self, path: str) -> str:
        """The body of an answer now; empty where nothing has the address."""
        if path == "/api/v1/votes":
            return repr([revisions[-1:] for revisions in self.revisions.values()])
        number, _, revision = path.split("/")[4].partition("@v")
        revisions = self.revisions[int(number)]
        place = int(revision) - 1 if revision else len(revisions) - 1
        return revisions[place] if 0 <= place < len(revisions) else ""

    def write(self, number: int, value: str) -> None:
        """Record a new revision of an entity."""
        self.revisions[number].append(value)
        self.versions.update({LABELS[number % 3]: 1, "lists": 1})
        for path in self.paths():
            self._note(path)

    def replace(self) -> None:
        """Put another database in its place."""
        self.database = secrets.token_hex(4)
        for number, revisions in self.revisions.items():
            self.revisions[number] = [f"{self.database} {value}" for value in revisions[:1]]
        for path in self.paths():
            self._note(path)

    def _note(self, path: str) -> None:
        value, known = self.read(path), self.history.setdefault(path, [])
        if not known or known[-1][1] != value:
            known.append((self.now, value))

    def allowed(self, path: str, since: float) -> set[str]:
        """What was true at some time from then on."""
        known = self.history[path]
        current = max((at for at, (time, _) in enumerate(known) if time <= since), default=0)
        return {value for _, value in known[current:]}


class Reader:
    """One process, which polls the versions of the store."""

    def __init__(self, store: Store, redis_url: str, folder: Path, chance: random.Random, *, is_eager: bool) -> None:
        self.store = store
        self.chance = chance
        self.versions = ToyVersions(*LABELS)
        self.polled_at = 0.0
        objects = AnswerObjects(folder.as_uri())
        ahead_s = 1e9 if is_eager else 0.0
        """Of a process whose clock is ahead every answer is about to expire, so that it renews all the time."""
        self.process = ToyProcess(
            self.compute,
            self.versions,
            Shared(redis_url),
            objects,
            memory_bytes=100_000,
            wait_s=0.02,
            lease_s=0.04,
            clock=lambda: store.now + ahead_s,
        )
        self.poll()

    def poll(self) -> None:
        """Take over the versions."""
        self.polled_at = self.store.now
        if self.versions.database != self.store.database:
            self.versions.database = self.store.database
            self.versions.epoch += 1
            self.versions.replacements += 1
            self.process.memory.clear()
        for label, cell in self.versions.cells.items():
            if cell.version != self.store.versions[label]:
                cell.version = self.store.versions[label]
                self.versions.epoch += 1

    async def compute(self, exchange: Exchange) -> Answered:
        """An answer, stamped before it is read, with time between the two for anything to happen."""
        path = exchange.path
        number = path.split("/")[4:5]
        if "@v" in path:
            stamp = Stamp(PAST, PAST.version)
        else:
            cell = self.versions.cells[LABELS[int(number[0]) % 3] if number else "lists"]
            stamp = Stamp(cell, cell.version)
        await self.pause()
        value = self.store.read(path)
        await self.pause()
        if not value:
            raise NotFound("There is none.", "Introuvable.")
        return answered(value.encode(), stamp)

    async def pause(self) -> None:
        """Let others go on."""
        for _ in range(self.chance.choice((0, 0, 1, 2, 5))):
            await asyncio.sleep(0)

    async def read(self, path: str) -> None:
        """Make a request; whatever is answered must be true, or have been a moment ago."""
        await self.pause()
        began = self.store.now
        status, body = await self.process.get(path)
        found = body.decode() if status == 200 else ""
        assert found in self.store.allowed(path, began - STALE_S), (path, found, began, self.store.now)


class Play:
    """One store and two processes, and what may happen to them."""

    def __init__(self, redis_url: str, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.store = Store()
        self.folder = folder
        self.readers = [Reader(self.store, redis_url, folder, self.chance, is_eager=eager) for eager in (False, True)]
        self.redis = self.readers[0].process.tiers._shared._client  # type: ignore[union-attr]
        self.serial = 0
        self.actions: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (60, self.read),
            (12, self.write),
            (16, self.wait),
            (4, self.poll),
            (4, self.warm),
            (2, self.forget_memory),
            (2, self.forget_redis),
            (1, self.forget_objects),
            (2, self.orphan_leases),
            (1, self.replace),
        ]

    async def read(self) -> None:
        await self.chance.choice(self.readers).read(self.chance.choice(self.store.paths()))

    async def write(self) -> None:
        self.serial += 1
        self.store.write(self.chance.choice(NUMBERS), f"value {self.serial}")

    async def wait(self) -> None:
        """Time passes; nobody goes without a poll for longer than they do."""
        self.store.now += self.chance.uniform(0.01, 0.4)
        for reader in self.readers:
            if self.store.now - reader.polled_at > POLL_EVERY_S:
                reader.poll()

    async def poll(self) -> None:
        self.chance.choice(self.readers).poll()

    async def warm(self) -> None:
        await self.chance.choice(self.readers).process.warmer.warm()

    async def forget_memory(self) -> None:
        self.chance.choice(self.readers).process.memory.clear()

    async def forget_redis(self) -> None:
        await self.redis.flushdb()

    async def forget_objects(self) -> None:
        shutil.rmtree(self.folder / "answers", ignore_errors=True)

    async def orphan_leases(self) -> None:
        """As a process does that is killed while it computes."""
        for key in await self.redis.keys("openpolicy:answer:*"):
            if not key.endswith(b":lease") and self.chance.random() < 0.1:
                await self.redis.set(key + b":lease", b"killed", px=10)

    async def replace(self) -> None:
        self.store.replace()

    async def go(self, rounds: int) -> Counter[str]:
        """Several things at once, so many times; returns how often each tier answered."""
        weights = [weight for weight, _ in self.actions]
        works = [work for _, work in self.actions]
        for _ in range(rounds):
            count = self.chance.randrange(2, 7)
            await asyncio.gather(*(work() for work in self.chance.choices(works, weights, k=count)))
        tiers: Counter[str] = Counter()
        for reader in self.readers:
            for (tier, _, outcome), number in reader.process.tiers.counts.items():
                tiers[f"{tier} {outcome}"] += number
            tiers["computed"] += reader.process.computed
            tiers["remade"] += reader.process.warmer.remade
            await reader.process.tiers.settle()
            await reader.process.tiers.close()
        return tiers


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server of one test."""
    with running_redis(tmp_path) as server:
        yield server


def test_no_interleaving_gives_a_wrong_or_an_outdated_answer(redis: RedisServer, tmp_path: Path) -> None:
    is_long = "OPENPOLICY_TEST_INTERLEAVINGS" in os.environ
    seed = random.SystemRandom().randrange(1 << 32) if is_long else 20_261_128
    print(f"seed {seed}")
    tiers = asyncio.run(Play(redis.url, tmp_path / "objects", seed).go(ROUNDS))
    print(tiers)
    for name in ("redis hit", "redis outdated", "redis miss", "objects hit", "objects miss", "computed", "remade"):
        assert tiers[name] > 0, name
