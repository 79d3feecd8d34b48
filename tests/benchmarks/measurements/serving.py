"""Reading over HTTP: our API, a bare ASGI application with the same bytes, and a commonly written service, in turn."""

import itertools
import json
import math
import os
import re
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.benchmarks.harness.installation import Installation
from tests.benchmarks.harness.servers import Servers, errors, get, hits, servers
from tests.benchmarks.harness.tables import Table
from tests.benchmarks.harness.wrk import CONNECTIONS, Pressed, press

_WARM: Final = 200
"""Different bills in the cached cases."""
_LISTS: Final = 120
"""Different lists at least, of the cached cases."""
_UNCACHED_LISTS: Final = 1000
"""Different lists at least, of the others: compressed, the small cache holds a quarter of them."""
_SORTS: Final = ("number", "type", "status", "introduced_on", "latest_activity_on")
_UNCACHED: Final = "/uncached"
WARM_UP_S: Final = 1
_MOST_MS: Final = {
    "member's ballots": 3.0,
    "member's ballots of a session": 3.0,
    "vote's statistics": 2.0,
    "title__contains": 3.0,
    "title__contains without a hit": 3.0,
}
"""What a read may cost, with what PostgreSQL spends on it; it must not grow with the data."""

Target = tuple[str, str]
"""Path with query, and the ETag to send or nothing."""


class Case(msgspec.Struct, frozen=True):
    """One kind of request to one server."""

    name: str
    server: str
    targets: list[Target]
    encoding: str = "identity"


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


def measure(installed: Installation, *, seconds: int, rounds: int) -> list[Table]:
    """Every case in turn, several rounds; the median of each."""
    installed.settle()
    bills, lists, many = bill_paths(installed), list_paths(installed, _LISTS), list_paths(installed, _UNCACHED_LISTS)
    with servers(installed, bills[:_WARM] + lists) as running:
        _compare_answers(running.urls, bills[:_WARM:20], lists[::7])
        cases = _cases(running.urls, bills, lists, many) + _dear_cases(installed)
        for name, path in itertools.product(("ours", "naive", "four"), bills[:_WARM] + lists):
            get(running.urls[name] + path)
        failed = sum(press_case(running, case, WARM_UP_S, installed.folder).failed for case in cases)
        found: dict[str, list[Measured]] = {case.name: [] for case in cases}
        for _, case in itertools.product(range(rounds), cases):
            found[case.name].append(measured(running, case, seconds, installed.folder))
        failures = [line for name in ("ours", "small", "four") for line in errors(running.urls[name])]
    failed += sum(each.pressed.failed for rounds_of in found.values() for each in rounds_of)
    medians = {name: median_of(each) for name, each in found.items()}
    return [_figures(medians, seconds, rounds), _ratios(medians, failed, failures)]


def bill_paths(installed: Installation) -> list[str]:
    """The addresses of every bill, newest session first."""
    keys = [key for (key,) in installed.ask("select key from bills where not provisional")]
    return [f"/api/v1/bills/{key}" for key in sorted(keys, reverse=True)]


def list_paths(installed: Installation, least: int) -> list[str]:
    """The first pages of the bills of each session, sorted in ten ways, of as many lengths as make `least` lists."""
    sessions = sorted({session for (session,) in installed.ask("select distinct session from bills")})
    orders = [sign + sort for sort in _SORTS for sign in ("", "-")]
    lengths = range(20, 20 + math.ceil(least / (len(sessions) * len(orders))))
    return [
        f"/api/v1/bills?session={session}&sort={order}&limit={length}"
        for length, session, order in itertools.product(lengths, sessions, orders)
    ]


def plain(paths: Sequence[str], prefix: str = "") -> list[Target]:
    """The addresses without ETags."""
    return [(prefix + path, "") for path in paths]


def _cases(urls: Mapping[str, str], bills: Sequence[str], lists: Sequence[str], many: Sequence[str]) -> list[Case]:
    tagged = [(path, get(urls["ours"] + path)[1]["etag"]) for path in bills[:_WARM]]
    return [
        Case("bare bill", "bare", plain(bills[:_WARM])),
        Case("cached bill", "ours", plain(bills[:_WARM])),
        Case("cached bill, zstd", "ours", plain(bills[:_WARM]), "zstd"),
        Case("cached bill, 4 workers", "four", plain(bills[:_WARM])),
        Case("naive cached bill", "naive", plain(bills[:_WARM])),
        Case("bare 304", "bare", [("/304" + path, etag) for path, etag in tagged]),
        Case("304", "ours", tagged),
        Case("uncached bill", "small", plain(bills)),
        Case("naive uncached bill", "naive", plain(bills, _UNCACHED)),
        Case("bare list", "bare", plain(lists)),
        Case("cached list", "ours", plain(lists)),
        Case("naive cached list", "naive", plain(lists)),
        Case("uncached list", "small", plain(many)),
        Case("uncached list, zstd", "small", plain(many), "zstd"),
        Case("naive uncached list", "naive", plain(many, _UNCACHED)),
    ]


def _dear_cases(installed: Installation) -> list[Case]:
    """Reads that once cost most, each of so many addresses that none is answered from the small cache."""
    persons = _persons(installed)
    votes = [key for (key,) in installed.ask("select key from votes")][:600]
    session = max(key.partition("/")[0] for key in votes)
    lengths, words = range(20, 30), _words(installed)
    ballots = [f"/api/v1/members/{person}/ballots?limit={length}" for length in (20, 21) for person in persons]
    return [
        Case("member's ballots", "small", plain(ballots)),
        Case("member's ballots of a session", "small", plain([f"{path}&session={session}" for path in ballots])),
        Case("vote's statistics", "small", plain([f"/api/v1/statistics/votes/{key}" for key in votes])),
        Case(
            "title__contains",
            "small",
            plain([f"/api/v1/bills?title__contains={word}&limit={length}" for length in lengths for word in words]),
        ),
        Case(
            "title__contains without a hit",
            "small",
            plain([f"/api/v1/bills?title__contains={word}{number}q" for number in range(20) for word in words]),
        ),
    ]


def _persons(installed: Installation) -> list[int]:
    """Members who voted in the newest session."""
    query = """
    select distinct person_id from ballots join votes using (bucket, vote_id)
    where session = (select max(session) from votes)"""
    return sorted({person for (person,) in installed.ask(query)})[:300]


def _words(installed: Installation) -> list[str]:
    """Words that a few titles have, and no more than a page of them."""
    titles = [title for (title,) in installed.ask("select title_en from bill_list", [installed.catalog_url]) if title]
    counts = Counter(word for title in titles for word in set(re.findall("[a-z]{6,}", title.lower())))
    return [word for word, count in sorted(counts.items()) if 5 <= count <= 20][:40]


def _compare_answers(urls: Mapping[str, str], bills: Sequence[str], lists: Sequence[str]) -> None:
    """All give the same data, or the comparison would be none; ours may say more."""
    for path in (*bills, *lists):
        ours = get(urls["ours"] + path)[0]
        assert get(urls["bare"] + path)[0] == ours, path
        data = json.loads(ours)["data"]
        for address in (urls["naive"], urls["naive"] + _UNCACHED):
            found = json.loads(get(address + path)[0])["data"]
            assert _is_said(found, data), f"{path}: the naive service answers {found}, ours {data}"


def _is_said(naive: Any, ours: Any) -> bool:
    """Whether ours says everything that the naive one says. Of lists the length: equal entries have no order."""
    if isinstance(naive, list):
        return len(naive) == len(ours)
    if isinstance(naive, dict):
        return all(name in ours and _is_said(each, ours[name]) for name, each in naive.items())
    return bool(naive == ours or str(naive).replace("+00:00", "Z") == str(ours).replace("+00:00", "Z"))


def press_case(running: Servers, case: Case, seconds: int, folder: Path) -> Pressed:
    """Ask one server for some seconds, from the second core."""
    core = 1 if 1 in os.sched_getaffinity(0) else None
    url = running.urls[case.server]
    return press(url, case.targets, seconds=seconds, core=core, folder=folder, encoding=case.encoding)


def measured(running: Servers, case: Case, seconds: int, folder: Path) -> Measured:
    """What a request of a case costs; what must not come out of the small cache is checked."""
    known = hits(running.urls["small"])
    before = running.cpu(case.server)
    pressed = press_case(running, case, seconds, folder)
    after = running.cpu(case.server)
    known = hits(running.urls["small"]) - known
    assert known <= pressed.requests * 0.01, f"{case.name}: {known:.0f} of {pressed.requests} were in the small cache"
    spent = [(late - early) * 1e6 / pressed.requests for early, late in zip(before, after, strict=True)]
    return Measured(pressed, *spent)


def median_of(rounds: Sequence[Measured]) -> Measured:
    """The median of each figure by itself."""

    def of(figure: Callable[[Measured], float]) -> float:
        return statistics.median(figure(each) for each in rounds)

    pressed = Pressed(
        int(of(lambda each: each.pressed.requests)),
        of(lambda each: each.pressed.per_second),
        of(lambda each: each.pressed.p50_ms),
        of(lambda each: each.pressed.p99_ms),
    )
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
            name,
            f"{each.server_us:.0f}",
            f"{each.postgres_us:.0f}",
            f"{each.redis_us:.0f}",
            f"{each.pressed.per_second:,.0f}",
            f"{each.pressed.p50_ms:.1f}",
            f"{each.pressed.p99_ms:.1f}",
        )
    table.note(
        "All servers are granian with one worker on core 0, wrk is on core 1. `bare` sends the bytes and headers of "
        "our answers from a dictionary. `naive` is FastAPI, SQLAlchemy ORM and Redis (tests/benchmarks/peers) "
        "and answers with the same JSON; uncached is its handler without the cache. Ours has ETag, negotiation, "
        "metrics, request ids and CORS on. Cached: 200 bills, all lists. Uncached: every bill or list in turn, with a "
        "cache of 1 MB and no Redis, so that each is looked for, read, and kept."
    )
    return table


def _ratios(medians: Mapping[str, Measured], failed: int, failures: Sequence[str]) -> Table:
    table = Table("Serving, ratios", ["comparison", "by CPU a request", "by requests/s", "goal", ""])
    for name, peer, least in (
        ("cached bill", "bare bill", 0.8),
        ("cached bill, zstd", "bare bill", 0.8),
        ("cached bill, 4 workers", "bare bill", 0.8),
        ("cached bill", "naive cached bill", 35.0),
        ("304", "bare 304", 0.8),
        ("uncached bill", "naive uncached bill", 8.0),
        ("cached list", "bare list", 0.75),
        ("cached list", "naive cached list", None),
        ("uncached list", "naive uncached list", 8.0),
        ("uncached list, zstd", "naive uncached list", 8.0),
    ):
        ours, other = medians[name], medians[peer]
        bare = peer.startswith("bare")
        ratio = other.server_us / ours.server_us if bare else other.all_us / ours.all_us
        held = "" if least is None else verdict(good=ratio >= least)
        table.add(
            f"{name} against {peer}",
            f"{ratio:.2f}" if bare else f"{ratio:.1f} ×",
            f"{ours.pressed.per_second / other.pressed.per_second:.2f}",
            "" if least is None else f"≥ {least:g}",
            held,
        )
    for name, most_ms in _MOST_MS.items():
        spent_ms = medians[name].all_us / 1000
        table.add(f"{name}, uncached", f"{spent_ms:.1f} ms", "", f"≤ {most_ms:g} ms", verdict(good=spent_ms <= most_ms))
    p99 = medians["cached bill"].pressed.p99_ms
    table.add(
        f"cached bill, p99 under {CONNECTIONS} connections",
        f"{p99:.1f} ms",
        "",
        "< 100 ms",
        verdict(good=p99 < 100),
    )
    table.add("answers that were errors, all cases", str(failed), "", "0", verdict(good=not failed))
    for line in failures:
        table.note(f"Errors of ours: {line}.")
    table.note(
        "Against `bare` by the server's own CPU (1 would be equal); against `naive` with what PostgreSQL and Redis "
        "spent on either side (how many times cheaper)."
    )
    return table


def verdict(*, good: bool) -> str:
    """Whether a goal is held, as the tables say it."""
    return "held" if good else "MISSED"
