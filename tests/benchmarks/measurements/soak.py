"""Minutes of mixed reads while the simulated Parliament changes: memory must not grow and no answer may be an error."""

import asyncio
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import numpy as np

from assets.upstream.server import running
from assets.upstream.simulator import SimulatedUpstream
from deploy.local.system.children import child_environment
from deploy.local.system.ports import free_port
from tests.benchmarks.harness.installation import Installation, child
from tests.benchmarks.harness.processes import memory_of_group
from tests.benchmarks.harness.streams import Stream, following, stream
from tests.benchmarks.harness.tables import Table

PLOT: Final = Path("soak.png")
_READERS: Final = 8
_CHANGE_EVERY_S: Final = 20.0
_SAMPLE_EVERY_S: Final = 2.0
_CACHE_MB: Final = 8
"""So small that it is full before anything is judged; with the usual one, its filling would look like a leak."""
_SETTLED: Final = 1 / 3
"""The first part of the time is not judged: caches, pools and Parliament's first sittings fill."""
_STRETCHES: Final = 12
_T_95: Final = 2.228
"""Student's t, two-sided 95 %, for twelve stretches and two parameters."""
_NOISE_MIB_PER_HOUR: Final = 30.0
"""A slope whose interval has 0 in it, or that is below this, counts as none."""
_WIDEST_MIB_PER_HOUR: Final = 120.0
"""An interval that reaches further to either side says nothing: the soak was too short."""


class Sample(msgspec.Struct, frozen=True):
    """How large the API was at a moment, how many answers it had given, and how often Parliament had changed."""

    seconds: float
    mib: float
    answers: int
    changes: int


class Readings(msgspec.Struct):
    """What the readers saw."""

    statuses: Counter[str] = msgspec.field(default_factory=Counter)
    failures: list[str] = msgspec.field(default_factory=list)
    samples: list[Sample] = msgspec.field(default_factory=list)
    changes: int = 0


def measure(installed: Installation, *, minutes: float) -> list[Table]:
    """Read for so many minutes, and draw."""
    upstream = SimulatedUpstream()
    with stream(installed, "soak", kafka=False) as found, running(upstream) as url:
        found.variables.update({"OPENPOLICY_LEGISINFO_URL": url, "OPENPOLICY_OURCOMMONS_URL": url})
        with following(found, "consume", "all"):
            asyncio.run(_ingest(found))
            readings = _soak(found, upstream, minutes * 60)
    _draw(readings.samples)
    return [_table(readings, minutes)]


def _soak(found: Stream, upstream: SimulatedUpstream, seconds: float) -> Readings:
    port = free_port()
    command = [sys.executable, "-m", "deploy.cli", "serve", "--port", str(port)]
    variables = found.variables | {"OPENPOLICY_CACHE_MB": str(_CACHE_MB)}
    with child("soak-serve", command, found.folder, variables, port) as group:
        return asyncio.run(_run(found, upstream, f"http://127.0.0.1:{port}", group, seconds))


async def _run(found: Stream, upstream: SimulatedUpstream, url: str, group: int, seconds: float) -> Readings:
    readings, until = Readings(), time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        addresses = await _addresses(client)
        tasks = [_read(client, addresses, readings, until, seed) for seed in range(_READERS)]
        await asyncio.gather(*tasks, _change(found, upstream, readings, until), _watch(group, readings, until))
    return readings


async def _addresses(client: httpx.AsyncClient) -> dict[str, list[str]]:
    """Addresses by kind of read, once the API answers."""
    for _ in range(300):
        try:
            if (await client.get("/ready")).status_code == 200:
                break
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)
    keys = {}
    for name in ("bills", "votes", "members"):
        data = (await client.get(f"/api/v1/{name}?limit=100")).raise_for_status().json()["data"]
        keys[name] = [each.get("key", each.get("person_id")) for each in data]
    return {
        "one": [f"/api/v1/{name}/{key}" for name, found in keys.items() for key in found],
        "list": [f"/api/v1/{name}?limit={limit}" for name in keys for limit in range(1, 200)],
        "ballots": [f"/api/v1/votes/{key}/ballots" for key in keys["votes"]]
        + [f"/api/v1/members/{key}/ballots?limit={limit}" for key in keys["members"] for limit in (5, 20, 50)],
        "text": [f"/api/v1/bills?title__contains={word}" for word in ("act", "loi", "tax", "santé")],
        "search": [f"/api/v1/search?q={word}" for word in ("act", "budget", "santé", "motion")],
        "statistics": [f"/api/v1/statistics/votes/{key}" for key in keys["votes"]],
        "changes": [f"/api/v1/changes?limit={limit}" for limit in range(1, 100)],
    }


async def _read(
    client: httpx.AsyncClient, addresses: dict[str, list[str]], readings: Readings, until: float, seed: int
) -> None:
    chance = random.Random(seed)
    kinds = list(addresses)
    while time.monotonic() < until:
        address = chance.choice(addresses[chance.choice(kinds)])
        headers = {"accept-encoding": chance.choice(("identity", "zstd", "gzip"))}
        try:
            async with client.stream("GET", address, headers=headers) as answer:
                async for _ in answer.aiter_raw():
                    pass
            status = str(answer.status_code)
        except httpx.HTTPError as error:
            status = type(error).__name__
        readings.statuses[status] += 1
        if status != "200":
            readings.failures.append(f"{status} {address}")


async def _change(found: Stream, upstream: SimulatedUpstream, readings: Readings, until: float) -> None:
    """Let Parliament sit again and again, and load what is new."""
    while time.monotonic() + _CHANGE_EVERY_S < until:
        await asyncio.sleep(_CHANGE_EVERY_S)
        upstream.advance()
        await _ingest(found)
        readings.changes += 1


async def _ingest(found: Stream) -> None:
    command = [sys.executable, "-m", "deploy.cli", "ingest", "--json"]
    process = await asyncio.create_subprocess_exec(
        *command,
        env=child_environment(found.variables),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"ingest ended with {process.returncode}: {(errors or out).decode()[-500:]}")
    json.loads(out)


async def _watch(group: int, readings: Readings, until: float) -> None:
    began = time.monotonic()
    while time.monotonic() < until:
        sample = Sample(time.monotonic() - began, memory_of_group(group), readings.statuses.total(), readings.changes)
        readings.samples.append(sample)
        await asyncio.sleep(_SAMPLE_EVERY_S)


def slope(samples: list[Sample]) -> tuple[float, float]:
    """MiB an hour by least squares after the settling time, and how far its 95 % interval reaches to either side.
    Neighbouring samples say much the same, so it is computed from the means of twelve stretches."""
    settled = [each for each in samples if each.seconds >= samples[-1].seconds * _SETTLED]
    stretches = np.array_split(np.array([(each.seconds / 3600, each.mib) for each in settled]), _STRETCHES)
    x, y = np.array([stretch.mean(axis=0) for stretch in stretches if len(stretch)]).T
    spread = float(((x - x.mean()) ** 2).sum())
    steep = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    rest = y - y.mean() - steep * (x - x.mean())
    return steep, _T_95 * float(np.sqrt((rest**2).sum() / (len(x) - 2) / spread))


def _table(readings: Readings, minutes: float) -> Table:
    table = Table(f"Soak, {minutes:g} minutes", ["what", "figure", "goal", ""])
    steep, reach = slope(readings.samples)
    is_flat = steep <= max(reach, _NOISE_MIB_PER_HOUR)
    verdict = "too short to tell" if is_flat and reach > _WIDEST_MIB_PER_HOUR else _verdict(good=is_flat)
    errors = readings.statuses.total() - readings.statuses["200"]
    table.add("memory of the API, slope", f"{steep:+.1f} ± {reach:.1f} MiB/h (95 %)", "0 within noise", verdict)
    sizes = [each.mib for each in readings.samples]
    table.add(
        "memory, first / highest / last",
        " / ".join(f"{each:.0f}" for each in (sizes[0], max(sizes), sizes[-1])),
        "",
        "",
    )
    table.add("answers", f"{readings.statuses.total():,}", "", "")
    table.add("errors", f"{errors}", "0", _verdict(good=not errors))
    table.add("changes of Parliament loaded", f"{readings.changes}", "", "")
    for failure in itertools.islice(readings.failures, 5):
        table.note(failure)
    table.note(
        f"{_READERS} readers, one API process, all kinds of reads alike, a cache of {_CACHE_MB} MB; the first third of "
        f"the time is warm-up and not judged. The plot is {PLOT}."
    )
    return table


def _verdict(*, good: bool) -> str:
    return "held" if good else "MISSED"


def _draw(samples: list[Sample]) -> None:
    """Memory, and answers a second, over time."""
    import altair as alt  # noqa: PLC0415  costs most of a second

    memory = alt.Chart(alt.Data(values=[msgspec.to_builtins(each) for each in samples]), width=700, height=220)
    rates = alt.Chart(alt.Data(values=list(_rates(samples))), width=700, height=120)
    chart = alt.vconcat(
        memory.mark_line().encode(
            x=alt.X("seconds:Q", title=None), y=alt.Y("mib:Q", title="API, MiB", scale=alt.Scale(zero=False))
        ),
        rates.mark_line().encode(x=alt.X("seconds:Q", title="seconds"), y=alt.Y("rate:Q", title="answers/s")),
    )
    chart.save(PLOT)


def _rates(samples: list[Sample]) -> Iterator[dict[str, Any]]:
    for before, after in itertools.pairwise(samples):
        passed = after.seconds - before.seconds
        yield {"seconds": after.seconds, "rate": (after.answers - before.answers) / passed}
