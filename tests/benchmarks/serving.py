"""Reading over HTTP: our API, a bare ASGI application with the same bytes, and a commonly written service, in turn."""

import base64
import itertools
import json
import os
import re
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from deploy.local.ports import free_port
from tests.benchmarks.installation import Installation, child
from tests.benchmarks.processes import cpu_of_family, cpu_of_group
from tests.benchmarks.tables import Table
from tests.benchmarks.wrk import CONNECTIONS, Pressed, press

_WARM: Final = 200
"""Different bills in the cached cases."""
_SORTS: Final = ("number", "type", "status", "introduced_on", "latest_activity_on")
_UNCACHED: Final = "/uncached"
_WARM_UP_S: Final = 1

Target = tuple[str, str]
"""Path with query, and the ETag to send or nothing."""


class Case(msgspec.Struct, frozen=True):
    """One kind of request to one server."""

    name: str
    server: str
    targets: list[Target]


class Measured(msgspec.Struct, frozen=True):
    """What requests of one case cost, in microseconds of CPU a request."""

    pressed: Pressed
    server_us: float
    postgres_us: float
    redis_us: float

    @property
    def all_us(self) -> float:
        """Everything that worked for the answer."""
        return self.server_us + self.postgres_us + self.redis_us


class Servers:
    """The servers under measurement: their addresses, and the CPU each has used."""

    def __init__(self, installed: Installation, urls: Mapping[str, str], groups: Mapping[str, int], redis: int) -> None:
        self.urls = urls
        self._installed, self._groups, self._redis = installed, groups, redis

    def cpu(self, name: str) -> tuple[float, float, float]:
        """CPU seconds until now of a server, of PostgreSQL and of Redis."""
        return cpu_of_group(self._groups[name]), self._installed.cpu(), cpu_of_family(self._redis)


def measure(installed: Installation, *, seconds: int, rounds: int) -> list[Table]:
    """Every case in turn, several rounds; the median of each."""
    installed.settle()
    bills, lists = _bills(installed), _lists(installed)
    with _servers(installed, bills[:_WARM] + lists) as servers:
        _compare_answers(servers.urls, bills[:_WARM:20], lists[::7])
        cases = _cases(servers.urls, bills, lists)
        found: dict[str, list[Measured]] = {case.name: [] for case in cases}
        for case in cases:
            _press(servers, case, _WARM_UP_S, installed.folder)
        hits = _hits(servers.urls["small"])
        for _, case in itertools.product(range(rounds), cases):
            found[case.name].append(_measured(servers, case, seconds, installed.folder))
        hits = _hits(servers.urls["small"]) - hits
    asked = sum(each.pressed.requests for name in ("uncached bill", "uncached list") for each in found[name])
    assert hits <= asked * 0.01, f"{hits:.0f} of {asked} requests meant to miss the cache were answered from it"
    medians = {name: _median(each) for name, each in found.items()}
    return [_figures(medians, seconds, rounds), _ratios(medians)]


def _bills(installed: Installation) -> list[str]:
    """The addresses of every bill, newest session first."""
    keys = [key for (key,) in installed.ask("select key from bills where not provisional")]
    return [f"/api/v1/bills/{key}" for key in sorted(keys, reverse=True)]


def _lists(installed: Installation) -> list[str]:
    """The first pages of the bills of each session, sorted in ten ways."""
    sessions = sorted({session for (session,) in installed.ask("select distinct session from bills")})
    orders = [sign + sort for sort in _SORTS for sign in ("", "-")]
    return [f"/api/v1/bills?session={session}&sort={order}&limit=20" for session in sessions for order in orders]


def _plain(paths: Sequence[str], prefix: str = "") -> list[Target]:
    return [(prefix + path, "") for path in paths]


def _cases(urls: Mapping[str, str], bills: Sequence[str], lists: Sequence[str]) -> list[Case]:
    tagged = [(path, _get(urls["ours"] + path)[1]["etag"]) for path in bills[:_WARM]]
    return [
        Case("bare bill", "bare", _plain(bills[:_WARM])),
        Case("cached bill", "ours", _plain(bills[:_WARM])),
        Case("naive cached bill", "naive", _plain(bills[:_WARM])),
        Case("bare 304", "bare", [("/304" + path, etag) for path, etag in tagged]),
        Case("304", "ours", tagged),
        Case("uncached bill", "small", _plain(bills)),
        Case("naive uncached bill", "naive", _plain(bills, _UNCACHED)),
        Case("bare list", "bare", _plain(lists)),
        Case("cached list", "ours", _plain(lists)),
        Case("naive cached list", "naive", _plain(lists)),
        Case("uncached list", "small", _plain(lists)),
        Case("naive uncached list", "naive", _plain(lists, _UNCACHED)),
    ]


@contextmanager
def _servers(installed: Installation, addresses: Sequence[str]) -> Iterator[Servers]:
    """All servers on the first core; the bare one answers what ours answered."""
    redis_port = free_port()
    redis_url = f"redis://127.0.0.1:{redis_port}/0"
    answers = installed.folder / "answers.json"
    common = installed.environment
    own = {
        "ours": common | {"OPENPOLICY_REDIS_URL": redis_url},
        "small": common | {"OPENPOLICY_CACHE_MB": "1"},
    }
    with ExitStack() as stack:
        redis = ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        redis_pid = stack.enter_context(child("redis", redis, installed.folder, {}, redis_port))
        urls: dict[str, str] = {}
        groups: dict[str, int] = {}

        def start(name: str, command: Callable[[int], list[str]], variables: Mapping[str, str]) -> None:
            port = free_port()
            groups[name] = stack.enter_context(
                child(name, [*_pinned(0), *command(port)], installed.folder, variables, port)
            )
            urls[name] = f"http://127.0.0.1:{port}"

        for name, variables in own.items():
            start(name, _serve, variables)
            _until_ready(urls[name])
        dataset = json.loads(_get(urls["ours"] + addresses[0])[0])["meta"]["dataset"]
        answers.write_text(json.dumps({path: _recorded(urls["ours"] + path) for path in addresses}))
        start("bare", _granian("tests.benchmarks.bare_app:app"), {"BENCH_ANSWERS": str(answers)})
        start("naive", _granian("tests.benchmarks.naive_app:app"), own["ours"] | {"BENCH_DATASET": dataset})
        yield Servers(installed, urls, groups, redis_pid)


def _serve(port: int) -> list[str]:
    return [sys.executable, "-m", "deploy.cli", "serve", "--port", str(port)]


def _granian(application: str) -> Callable[[int], list[str]]:
    """The same server with the same options as `openpolicy serve` has."""
    return lambda port: [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--log-level", "warning", application,
    ]  # fmt: skip


def _pinned(core: int) -> list[str]:
    return ["taskset", "-c", str(core)] if core in os.sched_getaffinity(0) else []


def _until_ready(url: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            _get(url + "/ready")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} does not become ready")


def _get(url: str) -> tuple[bytes, dict[str, str]]:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read(), {name.lower(): value for name, value in response.headers.items()}


def _recorded(url: str) -> tuple[list[tuple[str, str]], str]:
    body, headers = _get(url)
    kept = [(name, value) for name, value in headers.items() if name not in {"server", "date", "connection"}]
    return kept, base64.b64encode(body).decode()


def _compare_answers(urls: Mapping[str, str], bills: Sequence[str], lists: Sequence[str]) -> None:
    """All give the same data, or the comparison would be none."""
    for path in (*bills, *lists):
        ours = _get(urls["ours"] + path)[0]
        assert _get(urls["bare"] + path)[0] == ours, path
        data = _data(ours)
        for prefix in ("", _UNCACHED):
            found = _data(_get(urls["naive"] + prefix + path)[0])
            assert _by_key(found) == _by_key(data), f"{path}: the naive service answers something else"


def _data(body: bytes) -> Any:
    return json.loads(body)["data"]


def _by_key(data: Any) -> Any:
    """Lists in different order of equals hold the same number of entries; single bills hold the same fields."""
    return len(data) if isinstance(data, list) else _instants(data)


def _instants(value: Any) -> Any:
    """`+00:00` and `Z` are the same."""
    if isinstance(value, dict):
        return {name: _instants(each) for name, each in value.items()}
    return re.sub(r"\+00:00$", "Z", value) if isinstance(value, str) else value


def _hits(url: str) -> float:
    """How many requests a server of ours has answered out of memory."""
    lines = _get(url + "/metrics")[0].decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if 'cache="memory"' in line and "/api/v1/bills" in line)


def _press(servers: Servers, case: Case, seconds: int, folder: Path) -> Pressed:
    core = 1 if 1 in os.sched_getaffinity(0) else None
    return press(servers.urls[case.server], case.targets, seconds=seconds, core=core, folder=folder)


def _measured(servers: Servers, case: Case, seconds: int, folder: Path) -> Measured:
    before = servers.cpu(case.server)
    pressed = _press(servers, case, seconds, folder)
    after = servers.cpu(case.server)
    spent = [(late - early) * 1e6 / pressed.requests for early, late in zip(before, after, strict=True)]
    return Measured(pressed, *spent)


def _median(rounds: Sequence[Measured]) -> Measured:
    """The median of each figure by itself."""

    def of(figure: Callable[[Measured], float]) -> float:
        return statistics.median(figure(each) for each in rounds)

    pressed = Pressed(
        int(of(lambda each: each.pressed.requests)), of(lambda each: each.pressed.per_second),
        of(lambda each: each.pressed.p50_ms), of(lambda each: each.pressed.p99_ms),
    )  # fmt: skip
    return Measured(
        pressed, of(lambda each: each.server_us), of(lambda each: each.postgres_us), of(lambda each: each.redis_us)
    )


def _figures(medians: Mapping[str, Measured], seconds: int, rounds: int) -> Table:
    table = Table(
        f"Serving, median of {rounds} interleaved rounds of {seconds} s, {CONNECTIONS} connections",
        ["request", "CPU µs a request", "+ PostgreSQL", "+ Redis", "requests/s", "p50 ms", "p99 ms"],
    )
    for name, each in medians.items():
        table.add(
            name, f"{each.server_us:.0f}", f"{each.postgres_us:.0f}", f"{each.redis_us:.0f}",
            f"{each.pressed.per_second:,.0f}", f"{each.pressed.p50_ms:.1f}", f"{each.pressed.p99_ms:.1f}",
        )  # fmt: skip
    table.note(
        "All servers are granian with one worker on core 0, wrk is on core 1. `bare` sends the bytes and headers of "
        "our answers from a dictionary; `naive` is FastAPI, SQLAlchemy ORM and Redis (tests/benchmarks/naive_app.py) "
        "and answers with the same JSON. Ours has ETag, negotiation, metrics, request ids and CORS on. Cached: 200 "
        "bills, all lists. Uncached: every bill or list in turn with a cache of 1 MB and no Redis, so that all miss."
    )
    return table


def _ratios(medians: Mapping[str, Measured]) -> Table:
    table = Table("Serving, ratios", ["comparison", "by CPU a request", "by requests/s", "goal", ""])
    for name, peer, least, text in (
        ("cached bill", "bare bill", 0.6, "≥ 0.60"),
        ("cached bill", "naive cached bill", 25.0, "≥ 25"),
        ("304", "bare 304", None, ""),
        ("uncached bill", "naive uncached bill", 6.0, "≥ 6"),
        ("cached list", "bare list", None, ""),
        ("cached list", "naive cached list", None, ""),
        ("uncached list", "naive uncached list", None, ""),
    ):
        ours, other = medians[name], medians[peer]
        bare = peer.startswith("bare")
        ratio = other.server_us / ours.server_us if bare else other.all_us / ours.all_us
        verdict = "" if least is None else "held" if ratio >= least else "MISSED"
        table.add(
            f"{name} against {peer}", f"{ratio:.2f}" if bare else f"{ratio:.1f} ×",
            f"{ours.pressed.per_second / other.pressed.per_second:.2f}", text, verdict,
        )  # fmt: skip
    p99 = medians["cached bill"].pressed.p99_ms
    table.add(f"cached bill, p99 under {CONNECTIONS} connections", f"{p99:.1f} ms", "", "< 100 ms",
              "held" if p99 < 100 else "MISSED")  # fmt: skip
    table.note(
        "Against `bare` by the server's own CPU (1 would be equal); against `naive` with what PostgreSQL and Redis "
        "spent on either side (how many times cheaper)."
    )
    return table
