"""Everything that stands in front of the services, side by side in one run: limits, metrics, logs, and traces.

One worker on one core each, 64 connections: a bare ASGI application, ours, ours with traces, a commonly written
service, and Datasette over a SQLite file with the same bills and ballots.
"""

import importlib.util
import itertools
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from deploy.local.redis import find_program
from deploy.local.system.ports import free_port
from tests.benchmarks.harness.installation import Installation, child
from tests.benchmarks.harness.servers import (
    Servers,
    get,
    granian_command,
    pinned,
    record_answer,
    serve_command,
    until_ready,
)
from tests.benchmarks.harness.tables import Table
from tests.benchmarks.harness.wrk import CONNECTIONS
from tests.benchmarks.measurements.serving import (
    WARM_UP_S,
    Case,
    Measured,
    Target,
    bill_paths,
    list_paths,
    measured,
    median_of,
    plain,
    press_case,
    verdict,
)

_WARM: Final = 200
_LISTS: Final = 120
_MANY_LISTS: Final = 1000
"""Different lists at least, of those that must miss the small cache."""
_VOTES: Final = 60
_BALLOTS: Final = 400
"""More than a vote has."""
_LIMITS: Final = "60000000/minute,600000000/hour"
"""So many that nobody is refused: what counting them costs is measured."""
_WORDS: Final = ("budget", "tax", "climate", "housing", "health", "justice", "energy", "trade", "water", "budget impôt")
_GOALS: Final[tuple[tuple[str, str, str, float], ...]] = (
    ("cached bill", "bare bill", "share", 0.8),
    ("cached list of 20", "bare list of 20", "share", 0.75),
    ("304", "bare 304", "share", 0.8),
    ("cached bill", "naive cached bill", "times", 35.0),
    ("uncached bill", "naive uncached bill", "times", 6.0),
    ("uncached bill, traced", "uncached bill", "cost", 0.15),
    ("cached bill, 2 workers", "cached bill", "cost", 0.05),
)
"""What is compared with what: as a share of it, as how many times cheaper, or as how much dearer."""


def measure(installed: Installation, *, seconds: int, rounds: int) -> list[Table]:
    """Every case in turn, several rounds; the median of each."""
    installed.settle()
    bills, lists = bill_paths(installed), list_paths(installed, _LISTS)
    many = list_paths(installed, _MANY_LISTS)
    votes = sorted(key for (key,) in installed.ask("select key from votes"))[-_VOTES:]
    ballots = [f"/api/v1/votes/{key}/ballots?limit={_BALLOTS}" for key in votes]
    searches = [f"/api/v1/search?q={quote(word)}&limit=20" for word in _WORDS]
    with _servers(installed, bills[:_WARM] + lists + ballots + searches) as running:
        cases = _cases(running.urls, bills, (lists, many), ballots, searches)
        for case in cases:
            press_case(running, case, WARM_UP_S, installed.folder)
        found: dict[str, list[Measured]] = {case.name: [] for case in cases}
        for _, case in itertools.product(range(rounds), cases):
            found[case.name].append(measured(running, case, seconds, installed.folder))
    medians = {name: median_of(each) for name, each in found.items()}
    return [_figures(medians, seconds, rounds), _ratios(medians)]


@contextmanager
def _servers(installed: Installation, addresses: Sequence[str]) -> Iterator[Servers]:
    """All servers on the first core, with what they need; what receives traces is on the second."""
    search = f"tantivy:{installed.folder / 'search'}"
    environment = installed.environment | {"OPENPOLICY_SEARCH_URL": search, "OPENPOLICY_RATE_LIMIT": _LIMITS}
    subprocess.run(
        [sys.executable, "-m", "deploy.cli", "rebuild", "search"],
        env={**environment, "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    redis_port, sink_port = free_port(), free_port()
    redis_url = f"redis://127.0.0.1:{redis_port}/0"
    traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{sink_port}"}
    shared = environment | {"OPENPOLICY_REDIS_URL": redis_url}
    small = environment | {"OPENPOLICY_CACHE_MB": "1"}
    ours = {
        "ours": (shared, 1),
        "traced": (shared | traced, 1),
        "two": (shared, 2),
        "small": (small, 1),
        "small traced": (small | traced, 1),
    }
    answers = installed.folder / "gateway-answers.json"
    with ExitStack() as stack:
        stack.enter_context(installed.pinned(0))
        command = [*pinned(0), str(find_program()), "--port", str(redis_port), "--bind", "127.0.0.1", "--save", ""]
        redis = stack.enter_context(child("redis", command, installed.folder, {}, redis_port))
        sink = [*pinned(1), *granian_command("tests.benchmarks.peers.sink_app:app")(sink_port)]
        stack.enter_context(child("sink", sink, installed.folder, {}, sink_port))
        urls: dict[str, str] = {}
        groups: dict[str, int] = {}

        def start(name: str, command: Callable[[int], list[str]], variables: Mapping[str, str]) -> None:
            port = free_port()
            server = child(name, [*pinned(0), *command(port)], installed.folder, variables, port)
            groups[name], urls[name] = stack.enter_context(server), f"http://127.0.0.1:{port}"

        for name, (variables, workers) in ours.items():
            as_usual = {key: value for key, value in variables.items() if key != "OPENPOLICY_LOG_LEVEL"}
            start(name, serve_command(workers), as_usual | {"OPENPOLICY_API_CONNECTIONS": "12"})
            until_ready(urls[name])
        dataset = json.loads(get(urls["ours"] + addresses[0])[0])["meta"]["dataset"]
        answers.write_text(json.dumps({path: record_answer(urls["ours"] + path) for path in addresses}))
        start("bare", granian_command("tests.benchmarks.peers.bare_app:app"), {"BENCH_ANSWERS": str(answers)})
        naive = granian_command("tests.benchmarks.peers.naive_app:app")
        start("naive", naive, shared | {"BENCH_DATASET": dataset})
        if importlib.util.find_spec("datasette") is not None:
            start("datasette", _datasette(_sqlite(installed)), {})
        yield Servers(installed, urls, groups, redis)


def _sqlite(installed: Installation) -> Path:
    """The bills and the ballots in a SQLite file, with the indexes that the questions need."""
    path = installed.folder / "parliament.db"
    with sqlite3.connect(path) as database:
        database.execute("create table bills (key text primary key, session text, number_order integer, state text)")
        database.execute("create table ballots (vote text, person_id integer, name text, position text, caucus text)")
        bills = installed.ask(
            "select key, session, number_order, state::text from bill_list where live_to is null",
            [installed.catalog_url],
        )
        database.executemany("insert into bills values (?, ?, ?, ?)", bills)
        ballots = installed.ask(
            "select v.key, b.person_id, b.name, b.position, b.caucus from ballots as b "
            "join votes as v on v.bucket = b.bucket and v.vote_id = b.vote_id"
        )
        database.executemany("insert into ballots values (?, ?, ?, ?, ?)", ballots)
        database.execute("create index bills_by_session on bills (session, number_order)")
        database.execute("create index ballots_by_vote on ballots (vote, person_id)")
    return path


def _datasette(path: Path) -> Callable[[int], list[str]]:
    return lambda port: [
        *(sys.executable, "-m", "datasette", "serve", str(path), "--host", "127.0.0.1", "--port", str(port)),
        *("--setting", "max_returned_rows", "1000", "--setting", "suggest_facets", "off"),
    ]


def _tilde(key: str) -> str:
    """A key as Datasette writes it in addresses."""
    return "".join(each if each.isalnum() or each in "-_" else f"~{ord(each):02X}" for each in key)


def _cases(
    urls: Mapping[str, str],
    bills: Sequence[str],
    every_list: tuple[Sequence[str], Sequence[str]],
    ballots: Sequence[str],
    searches: Sequence[str],
) -> list[Case]:
    """`every_list` is the lists of the cached cases, and those of the others."""
    warm, (lists, many) = bills[:_WARM], every_list
    tagged: list[Target] = [(path, get(urls["ours"] + path)[1]["etag"]) for path in warm]
    cases = [
        Case("bare bill", "bare", plain(warm)),
        Case("cached bill", "ours", plain(warm)),
        Case("cached bill, traced", "traced", plain(warm)),
        Case("cached bill, 2 workers", "two", plain(warm)),
        Case("naive cached bill", "naive", plain(warm)),
        Case("bare list of 20", "bare", plain(lists)),
        Case("cached list of 20", "ours", plain(lists)),
        Case("cached list of 20, traced", "traced", plain(lists)),
        Case("naive cached list of 20", "naive", plain(lists)),
        Case("bare 304", "bare", [("/304" + path, etag) for path, etag in tagged]),
        Case("304", "ours", tagged),
        Case("304, traced", "traced", tagged),
        Case("bare vote's ballots", "bare", plain(ballots)),
        Case("cached vote's ballots", "ours", plain(ballots)),
        Case("cached vote's ballots, traced", "traced", plain(ballots)),
        Case("bare search", "bare", plain(searches)),
        Case("cached search", "ours", plain(searches)),
        Case("cached search, traced", "traced", plain(searches)),
        Case("uncached bill", "small", plain(bills)),
        Case("uncached bill, traced", "small traced", plain(bills)),
        Case("naive uncached bill", "naive", plain(bills, "/uncached")),
        Case("uncached list of 20", "small", plain(many)),
        Case("uncached list of 20, traced", "small traced", plain(many)),
    ]
    if "datasette" in urls:
        keys = [path.removeprefix("/api/v1/bills/") for path in bills]
        votes = [path.removeprefix("/api/v1/votes/").partition("/ballots")[0] for path in ballots]
        sessions = sorted({key.partition("/")[0] for key in keys})
        rows = [f"/parliament/bills/{_tilde(key)}.json?_shape=objects" for key in keys]
        pages = [f"/parliament/bills.json?session={each}&_sort=number_order&_size=20" for each in sessions]
        of_votes = [f"/parliament/ballots.json?vote={quote(vote, safe='')}&_size=1000" for vote in votes]
        cases += [
            Case("Datasette bill", "datasette", plain(rows)),
            Case("Datasette list of 20", "datasette", plain(pages)),
            Case("Datasette vote's ballots", "datasette", plain(of_votes)),
        ]
    return cases


def _figures(medians: Mapping[str, Measured], seconds: int, rounds: int) -> Table:
    table = Table(
        f"The gateway, median of {rounds} interleaved rounds of {seconds} s, {CONNECTIONS} connections",
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
        "Servers are on core 0 with one worker, wrk is on core 1. Ours log as they do by default, count every request "
        "against limits that are never reached, and have metrics, ETags, request ids and CORS on; traced: every "
        "request is sampled and sent over OTLP to another process. Uncached: every bill or list in turn, with a "
        "cache of 1 MB and no Redis. Datasette has a SQLite file with the same bills and ballots, and no cache of "
        "answers; it is left out where it is not installed (`pip install datasette`)."
    )
    return table


def _ratios(medians: Mapping[str, Measured]) -> Table:
    table = Table("The gateway, by CPU a request", ["comparison", "measured", "goal", ""])
    for name, peer, kind, goal in _GOALS:
        ours, other = medians[name], medians[peer]
        match kind:
            case "share":
                value = other.server_us / ours.server_us
                table.add(f"{name} against {peer}", f"{value:.0%}", f"≥ {goal:.0%}", verdict(good=value >= goal))
            case "times":
                value = other.all_us / ours.all_us
                table.add(f"{name} against {peer}", f"{value:.1f} ×", f"≥ {goal:g} ×", verdict(good=value >= goal))
            case _:
                value = ours.all_us / other.all_us - 1
                table.add(f"{name} against {peer}", f"{value:+.0%}", f"≤ {goal:+.0%}", verdict(good=value <= goal))
    table.note("Against `bare` and for traces by the CPU of servers; against `naive` with PostgreSQL and Redis.")
    return table
