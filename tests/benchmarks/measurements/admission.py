"""One greedy client beside readers: uncached reads by ever more connections, and what cached readers see."""

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from deploy.local.system.ports import free_port
from tests.benchmarks.harness.installation import Installation, child
from tests.benchmarks.harness.servers import until_ready
from tests.benchmarks.harness.tables import Table

_CONNECTIONS: Final = (16, 64, 256, 1024)
_WORKERS: Final = (1, 4)
_SECONDS: Final = 6.0
_CACHED_READERS: Final = 4
_PAUSE_S: Final = 0.02
_REFUSED_PAUSE_S: Final = 0.1
"""A client that does not heed `Retry-After` at all would only measure how fast it can be refused."""
_CACHED_GOAL_MS: Final = 100.0


class Seen(msgspec.Struct):
    """What the readers of one kind saw."""

    statuses: Counter[int] = msgspec.field(default_factory=Counter)
    answered_ms: list[float] = msgspec.field(default_factory=list)
    refused_ms: list[float] = msgspec.field(default_factory=list)
    without_retry_after: int = 0

    def percentile(self, percent: int) -> str:
        """Of the answers, in milliseconds."""
        return _percentile(self.answered_ms, percent)


def measure(installed: Installation) -> list[Table]:
    """`members/{id}/ballots` by one client, with one worker and with four."""
    table = Table(
        f"Admission: one client on members/{{id}}/ballots, {_SECONDS:.0f} s each",
        ["workers", "connections", "answers/s", "p50 ms", "p99 ms", "503", "503 p99 ms",
         "cached p50 ms", "cached p99 ms", "PostgreSQL connections", ""],
    )  # fmt: skip
    persons = [person for (person,) in installed.ask("select distinct person_id from ballots")][:300]
    paths = [f"/api/v1/members/{person}/ballots?limit={limit}" for limit in range(20, 60) for person in sorted(persons)]
    for workers in _WORKERS:
        port = free_port()
        command = [sys.executable, "-m", "deploy.cli", "serve", "--port", str(port), "--workers", str(workers)]
        variables = installed.environment | {"OPENPOLICY_CACHE_MB": "4"}
        with child(f"admission-{workers}", command, installed.folder, variables, port):
            until_ready(f"http://127.0.0.1:{port}")
            for connections in _CONNECTIONS:
                _add(table, workers, connections, asyncio.run(_press(installed, port, connections, paths)))
    table.note(
        f"{_CACHED_READERS} other readers ask for one cached bill all the while. The client comes back "
        f"{_REFUSED_PAUSE_S * 1000:.0f} ms after a 503. Everything shares this machine's cores. Held: the "
        f"cached p99 is below {_CACHED_GOAL_MS:.0f} ms, every other status is 200, and each 503 has Retry-After."
    )
    return [table]


async def _press(installed: Installation, port: int, connections: int, paths: Sequence[str]) -> tuple[Seen, Seen, int]:
    greedy, cached = Seen(), Seen()
    (bill,) = installed.ask("select key from bill_list where live_to is null limit 1", [installed.catalog_url])[0]
    until, most = time.monotonic() + _SECONDS, 0
    readers = [_read(port, paths[each::connections], greedy, until, 0.0) for each in range(connections)]
    readers += [_read(port, [f"/api/v1/bills/{bill}"], cached, until, _PAUSE_S) for _ in range(_CACHED_READERS)]
    pressing = asyncio.gather(*readers)
    while time.monotonic() < until:
        await asyncio.sleep(1)
        most = max(most, await asyncio.to_thread(_held, installed))
    await pressing
    return greedy, cached, most


def _held(installed: Installation) -> int:
    """How many connections the API has at PostgreSQL."""
    query = "select count(*) from pg_stat_activity where application_name like 'openpolicy%'"
    return int(installed.ask(query, [installed.catalog_url])[0][0])


async def _read(port: int, paths: Sequence[str], seen: Seen, until: float, pause_s: float) -> None:
    """One connection that asks again as soon as it has its answer. Plain sockets: an HTTP client would cost more than
    what is measured."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    turn = 0
    try:
        while time.monotonic() < until:
            began = time.perf_counter()
            path = paths[turn % len(paths)]
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            took_ms = (time.perf_counter() - began) * 1000
            status = int(head.split(b" ", 2)[1])
            seen.statuses[status] += 1
            turn += 1
            if status == 503:
                seen.refused_ms.append(took_ms)
                seen.without_retry_after += b"\r\nretry-after:" not in head
                await asyncio.sleep(_REFUSED_PAUSE_S)
            else:
                seen.answered_ms.append(took_ms)
                await asyncio.sleep(pause_s)
    finally:
        writer.close()


def _percentile(values: Sequence[float], percent: int) -> str:
    return f"{statistics.quantiles(values, n=100)[percent - 1]:.0f}" if len(values) > 1 else "–"


def _add(table: Table, workers: int, connections: int, found: tuple[Seen, Seen, int]) -> None:
    greedy, cached, held = found
    total, refused = greedy.statuses.total(), greedy.statuses[503]
    is_held = (
        set(greedy.statuses) <= {200, 503}
        and set(cached.statuses) == {200}
        and not greedy.without_retry_after
        and float(cached.percentile(99)) < _CACHED_GOAL_MS
    )
    table.add(
        str(workers),
        f"{connections:,}",
        f"{(total - refused) / _SECONDS:.0f}",
        greedy.percentile(50),
        greedy.percentile(99),
        f"{refused / max(total, 1):.0%}",
        _percentile(greedy.refused_ms, 99),
        cached.percentile(50),
        cached.percentile(99),
        str(held),
        "held" if is_held else "MISSED",
    )
