"""One application whose stores are reached through faulty lines, asked by many callers while one of them is faulty."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from itertools import cycle, islice
from typing import Final, NamedTuple

import httpx
import msgspec

from serving.app import create_app
from serving.core.http.layers import HttpShell
from tests.api.conftest import everything
from tests.support.servers.faulty import Fault, FaultyLine, faulty
from tests.support.servers.postgres import SHARDS
from warehouse.model.entities import Bill
from warehouse.postgres.shards.shard_map import ShardMap, initial_map
from warehouse.runtime.settings import Settings

PATIENCE_S: Final = 120.0
"""How long recovery may take on a machine that others share."""
_CALLERS: Final = 8
ASKED: Final = 48
"""Requests that meet a fault."""


class Used(NamedTuple):
    """What an application holds."""

    tasks: int
    connections: int
    """Connections to databases that are in use, not idle."""


class Cell(NamedTuple):
    """What callers met while one store was faulty."""

    store: str
    fault: Fault
    statuses: dict[int, int]
    stale: int
    """Answers out of what was kept, marked as old."""
    p50_s: float
    p99_s: float
    others: dict[int, int]
    """What callers met meanwhile who needed other stores."""
    breaker: str
    """The state of its circuit breaker at the end of the fault."""
    recovered_s: float
    before: "Used"
    """The most that was in use before, when nobody asked."""
    after: "Used"
    """What is in use after it has recovered."""

    def line(self) -> str:
        """A row of the table."""
        met = " ".join(f"{status}×{count}" for status, count in sorted(self.statuses.items()))
        others = " ".join(f"{status}×{count}" for status, count in sorted(self.others.items()))
        return (
            f"{self.store:<11} {self.fault:<10} {met:<24} {self.stale:>5} {self.p50_s * 1000:>7.0f} "
            f"{self.p99_s * 1000:>7.0f}  {others:<10} {self.breaker:<9} {self.recovered_s:>6.1f}  "
            f"{self.before.tasks}→{self.after.tasks:<3} {self.before.connections}→{self.after.connections}"
        )


HEAD: Final = (
    "store       fault      answers                  stale  p50 ms  p99 ms  others     breaker   back s  tasks "
    "connections"
)


class Installation:
    """The application and the lines to its stores."""

    def __init__(self, shell: HttpShell, lines: dict[str, FaultyLine], client: httpx.AsyncClient) -> None:
        self.lines, self.client = lines, client
        self.platform = shell.router.dependencies["platform"].dependency()  # type: ignore[attr-defined]

    async def ask(self, path: str) -> tuple[int, float, bool]:
        """Status, seconds, and whether the answer is marked as old."""
        began = time.perf_counter()
        answer = await self.client.get(path)
        if answer.status_code >= 500:
            assert answer.status_code in {503, 504}, answer.text
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["code"] in {"store_unavailable", "deadline_exceeded", "overloaded"}
        return answer.status_code, time.perf_counter() - began, "x-openpolicy-stale" in answer.headers

    async def ask_all(self, paths: Iterable[str]) -> list[tuple[int, float, bool]]:
        """Every path, a few callers at a time."""
        waiting, answers = iter(paths), []

        async def call() -> None:
            for path in waiting:
                answers.append(await self.ask(path))  # noqa: PERF401 (callers take turns)

        await asyncio.gather(*(call() for _ in range(_CALLERS)))
        return answers

    def connections(self) -> int:
        """Connections to databases that are in use."""
        return sum(source.database.turns.used for source in self.platform.versions.sources)

    def used(self) -> "Used":
        """What is in use now."""
        return Used(len(asyncio.all_tasks()), self.connections())

    async def idle(self) -> "Used":
        """The most that is in use while nobody asks: polls come and go."""
        seen = []
        for _ in range(100):
            await asyncio.sleep(0.02)
            seen.append(self.used())
        return Used(max(each.tasks for each in seen), max(each.connections for each in seen))

    async def idle_again(self, base: "Used") -> "Used":
        """Wait until no more is in use than before."""
        until = time.monotonic() + PATIENCE_S
        while True:
            now = self.used()
            if now.tasks <= base.tasks and now.connections <= base.connections:
                return now
            assert time.monotonic() < until, (base, now)
            await asyncio.sleep(0.05)

    async def until(self, paths: Iterator[str]) -> None:
        """Ask one after the other until the answer is good and not old, and every breaker is closed."""
        until = time.monotonic() + PATIENCE_S
        while True:
            status, _, is_stale = await self.ask(next(paths))
            if status == 200 and not is_stale and {each.state for each in self.platform.breakers} == {"closed"}:
                return
            assert time.monotonic() < until, (status, [(each.name, each.why) for each in self.platform.breakers])
            await asyncio.sleep(0.1)


@asynccontextmanager
async def installation(settings: Settings, stores: dict[str, str]) -> AsyncIterator[Installation]:
    """The application of these settings, with a line before each of the stores: by name, the field of its URL."""
    with ExitStack() as stack:
        lines = {name: stack.enter_context(faulty(_url(settings, field))) for name, field in stores.items()}
        for name, field in stores.items():
            settings = _with_url(settings, field, lines[name].url)
        shell = create_app(settings)
        transport = httpx.ASGITransport(shell)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://faults", timeout=60) as client:
            found = Installation(shell, lines, client)
            await found.platform.open()
            try:
                yield found
            finally:
                await found.platform.close()


def _url(settings: Settings, field: str) -> str:
    return settings.shard_urls[0] if field == "shard_urls" else str(getattr(settings, field))


def _with_url(settings: Settings, field: str, url: str) -> Settings:
    value = (url, *settings.shard_urls[1:]) if field == "shard_urls" else url
    return msgspec.structs.replace(settings, **{field: value})


async def measure(found: Installation, store: str, fault: Fault, paths: Iterable[str], others: Sequence[str]) -> Cell:
    """Ask the first `ASKED` of `paths`, which need the store, and `others`, which do not, while the line to it is
    faulty; then heal it, and ask the next ones until all is well."""
    fresh = iter(paths)
    await found.until(fresh)
    base = await found.idle()
    line = found.lines[store]
    line.begin(fault)
    met, elsewhere = await asyncio.gather(found.ask_all(islice(fresh, ASKED)), found.ask_all(others))
    breaker = next(each for each in found.platform.breakers if each.name == _BREAKERS.get(store, store)).state
    line.heal()
    began = time.monotonic()
    await found.until(fresh)
    recovered_s = time.monotonic() - began
    after = await found.idle_again(base)
    seconds = sorted(each[1] for each in met)
    return Cell(
        store=store,
        fault=fault,
        statuses=dict(Counter(each[0] for each in met)),
        stale=sum(each[2] for each in met),
        p50_s=statistics.median(seconds),
        p99_s=seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))],
        others=dict(Counter(each[0] for each in elsewhere)),
        breaker=breaker,
        recovered_s=recovered_s,
        before=base,
        after=after,
    )


def bills_on_first_shard() -> tuple[Iterator[str], list[str]]:
    """Addresses of bills of the small Parliament: those that the first shard owns, for ever, and each of the others."""
    shards = ShardMap(initial_map(SHARDS), SHARDS)
    keys = [each.key for each in everything() if isinstance(each, Bill)]
    own = [key for key in keys if shards.shard_of(key) == 0]
    versions = (
        f"/api/v1/bills/{key}{suffix}?lang={lang}" for suffix in ("", ".json") for lang in _LANGS for key in own
    )
    return cycle(list(versions)), [f"/api/v1/bills/{key}" for key in keys if shards.shard_of(key) != 0]


def lists() -> Iterator[str]:
    """Addresses of lists, none of them twice."""
    return (f"/api/v1/{name}?limit={limit}" for limit in range(1, 501) for name in ("bills", "votes", "members"))


_LANGS: Final = ("both", "en", "fr")
_BREAKERS: Final = {"shard": "shard_0"}
"""The names of breakers where they are not those of the stores."""
