"""What an answer of each kind costs from each tier: the reason of `KINDS` in `serving.core.http.answer_tiers`."""

import asyncio
import re
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any, Final

import msgspec

from deploy.local.redis import find_program
from deploy.local.system.ports import free_port
from serving.app import create_app
from serving.core.http import answer_tiers
from serving.core.http.exchange import Answered, Exchange
from serving.core.http.layers import HttpShell
from serving.core.http.messages import Message
from serving.core.process.platform import Platform
from tests.benchmarks.harness.installation import Installation, child
from tests.benchmarks.harness.processes import cpu_of_family
from tests.benchmarks.harness.streams import Stream, stream
from tests.benchmarks.harness.tables import Table
from tests.support.data.samples import bill, vote
from tests.support.processes.toy_tiers import ToyProcess, ToyVersions, answered
from warehouse.cache.shared import Shared
from warehouse.cache.tiers import TierKind
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.runtime.settings import Settings, read_settings
from warehouse.runtime.versions import Cell, Stamp
from warehouse.workers.stream.apply import catch_up_lists
from warehouse.workers.stream.wait import wait_until_applied

_BILLS, _VOTES, _MEMBERS = 600, 200, 338
_ADDRESSES: Final = 40
"""Different ones of each kind, each asked once a round."""
_ROUNDS: Final = 5
_SIZES: Final = (1_900, 36_000, 150_000)
"""Bytes of a bill, of a list of 20, of a vote's ballots."""
_TIMES: Final = 600
_TIERS: Final[dict[str, TierKind | None]] = {
    "computed": None,
    "redis": TierKind("any", in_redis=True, in_objects=False),
    "objects": TierKind("any", in_redis=False, in_objects=True),
}
_EVERYTHING: Final = re.compile(rb"/")
"""Every address is asked for in the tier that is measured."""


def measure(installed: Installation) -> list[Table]:
    """CPU of the API, PostgreSQL, ClickHouse and Redis together for one answer of each kind from each tier."""
    with ExitStack() as stack:
        port = free_port()
        command = [str(find_program()), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        redis_pid = stack.enter_context(child("redis", command, installed.folder, {}, port))
        found = stack.enter_context(stream(installed, "tiers", kafka=False))
        settings = read_settings(found.variables | {"OPENPOLICY_REDIS_URL": f"redis://127.0.0.1:{port}/0"})
        _fill(found, settings)
        lasting, kinds = Cell.is_lasting, answer_tiers.KINDS
        try:
            Cell.is_lasting = True  # so that the object store takes every kind
            costs = asyncio.run(_costs(settings, lambda: installed.cpu() + cpu_of_family(redis_pid)))
        finally:
            Cell.is_lasting, answer_tiers.KINDS = lasting, kinds  # type: ignore[misc]
        in_redis = asyncio.run(_redis_costs(settings.redis_url, lambda: cpu_of_family(redis_pid)))
    table = Table(
        f"An answer from each tier, CPU µs (API, PostgreSQL and Redis), median of {_ROUNDS} rounds",
        ["kind", *_TIERS, "redis / computed", "objects / computed"],
    )
    for kind, by_tier in costs.items():
        ratios = [f"{by_tier[tier] / by_tier['computed']:.2f}" for tier in ("redis", "objects")]
        table.add(kind, *(f"{by_tier[tier]:,.0f}" for tier in _TIERS), *ratios)
    table.note("ClickHouse's CPU is not counted: figures cost more than is said here. The object store is a folder.")
    table.note(
        "What polls versions is counted too: on a busy machine, where rounds take longer, all figures are higher."
    )
    other = Table(
        f"Redis alone, CPU µs (API and Redis) of {_TIMES} answers that take nothing to compute",
        ["bytes", "a hit", "asked in vain, and kept there", "without Redis"],
    )
    for size, figures in in_redis.items():
        other.add(f"{size:,}", *(f"{each:,.0f}" for each in figures))
    other.note("A kind pays from this hit ratio on: in vain / (in vain + computed - hit).")
    return [table, other]


async def _redis_costs(url: str, redis_cpu: Callable[[], float]) -> dict[int, list[float]]:
    """By size of the body: a hit, a miss that is computed and kept, and the same without Redis."""
    found: dict[int, list[float]] = {}
    for size in _SIZES:
        body, figures = b"x" * size, []
        for shared, is_kept in ((Shared(url), True), (Shared(url), False), (None, False)):
            versions = ToyVersions("lists")
            versions.cells["lists"].version = 1
            process = ToyProcess(partial(_body, body, versions), versions, shared, memory_bytes=size * 16 + 10_000)
            paths = [f"/api/v1/bills.{size}_{is_kept}_{number}" for number in range(_TIMES)]
            for path in paths if is_kept else ():
                await process.get(path)
            process.memory.clear()
            redis, own = redis_cpu(), time.process_time()
            for path in paths:
                await process.get(path)
            figures.append((time.process_time() - own + redis_cpu() - redis) / _TIMES * 1e6)
            await process.tiers.close()
        found[size] = [figures[0], figures[1] - figures[2], figures[2]]
    return found


async def _body(body: bytes, versions: ToyVersions, _exchange: Exchange) -> Answered:
    return answered(body, Stamp(versions.cells["lists"], 1))


def _fill(found: Stream, settings: Settings) -> None:
    store_sharded(found.shards, BILLS, [bill(number) for number in range(1, _BILLS + 1)])
    votes = [vote(number, nays=frozenset(range(1, number)), members=_MEMBERS) for number in range(1, _VOTES + 1)]
    store_sharded(found.shards, VOTES, votes)
    catch_up_lists(found.catalog, found.shards)
    for read_model in ("facts", "search"):
        wait_until_applied(read_model, settings, found.catalog, found.shards)


def _addresses() -> Mapping[str, list[str]]:
    numbers = range(1, _ADDRESSES + 1)
    base = "/api/v1"
    return {
        "bill by id": [f"{base}/bills/1-1/C-{number}" for number in numbers],
        "revision (@v1)": [f"{base}/bills/1-1/C-{number}@v1" for number in numbers],
        "list of 20 bills": [f"{base}/bills?limit=20&offset={number}" for number in numbers],
        "vote's 338 ballots": [f"{base}/votes/1-1/commons/{number}/ballots?limit=338" for number in numbers],
        "statistics of a vote": [f"{base}/statistics/votes/1-1/commons/{number}" for number in numbers],
        "statistics of a member": [
            f"{base}/statistics/members/1/agreement?with=2&session=1-1&limit={number}" for number in numbers
        ],
        "search": [f"{base}/search?q=tests&limit=20&offset={number}" for number in numbers],
        "suggest": [f"{base}/suggest?q=C-{number}" for number in numbers],
    }


async def _costs(settings: Settings, others_cpu: Callable[[], float]) -> dict[str, dict[str, float]]:
    shell = create_app(msgspec.structs.replace(settings, cache_mb=256))
    platform: Platform = shell.router.on_startup[0].__self__  # type: ignore[attr-defined]
    await platform.open()
    found: dict[str, dict[str, float]] = {}
    try:
        for kind, addresses in _addresses().items():
            found[kind] = {}
            for tier, rule in _TIERS.items():
                answer_tiers.KINDS = ((_EVERYTHING, rule),) if rule else ()  # type: ignore[misc]
                for address in addresses:
                    await _get(shell, platform, address)
                    await platform.tiers.settle()
                rounds = [await _round(shell, platform, addresses, others_cpu) for _ in range(_ROUNDS)]
                found[kind][tier] = statistics.median(rounds)
    finally:
        await platform.close()
    return found


async def _round(shell: HttpShell, platform: Platform, addresses: list[str], others_cpu: Callable[[], float]) -> float:
    """Microseconds of CPU an answer that is not in memory."""
    others, own = others_cpu(), time.process_time()
    for address in addresses:
        await _get(shell, platform, address)
    own = time.process_time() - own
    return (own + others_cpu() - others) / len(addresses) * 1e6


async def _get(shell: HttpShell, platform: Platform, address: str) -> None:
    platform.memory.clear()
    path, _, query = address.partition("?")
    status = 0

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"accept", b"application/json"), (b"host", b"localhost")],
        "client": ("127.0.0.1", 4711),
        "server": ("127.0.0.1", 8000),
        "extensions": {},
        "state": {},
    }
    await shell(scope, receive, send)
    assert status == 200, f"{address} answers {status}"
