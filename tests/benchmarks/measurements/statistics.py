"""Statistics of the recorded Parliament: ClickHouse and numpy beside the same questions asked of PostgreSQL."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, LiteralString

import polars as pl
import psycopg

from tests.benchmarks.harness.installation import Installation
from tests.benchmarks.harness.tables import Table
from tests.conftest import RECORDED
from tests.support.data.facts import insert_session, recorded_session
from tests.support.servers.clickhouse import Endpoint
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate
from warehouse.clickhouse.read_facts import FactReader
from warehouse.postgres.migrate import create_database
from warehouse.runtime.sqlfiles import queries
from warehouse.statistics.members.agreement import agreement
from warehouse.statistics.parties.cohesion import over_period

SESSIONS: Final = ("38-1", "39-1", "40-1", "40-2", "41-1", "42-1", "43-1", "43-2", "45-1")
_SESSION: Final = "45-1"
_ROUNDS: Final = 9
_COLUMNS: Final = ("session", "number", "person_id", "position", "caucus")
_TABLE: Final[LiteralString] = """
create table bench_ballots (session text, number int, person_id int, position text, caucus text,
    primary key (session, number, person_id))"""
_BREAKDOWN: Final[LiteralString] = """
select caucus, count(*) filter (where position = 'yea'), count(*) filter (where position = 'nay')
from bench_ballots where session = '45-1' and number = 90 group by caucus"""
_COHESION: Final[LiteralString] = """
select caucus, avg(abs(y - n)::float / (y + n)) from (
    select session, number, caucus, count(*) filter (where position = 'yea') as y,
        count(*) filter (where position = 'nay') as n
    from bench_ballots group by 1, 2, 3) as counted
where y + n >= 2 group by caucus"""
_MATRIX: Final[LiteralString] = """
select one.person_id, other.person_id, count(*), count(*) filter (where one.position = other.position)
from bench_ballots as one join bench_ballots as other
    on one.session = other.session and one.number = other.number and one.person_id < other.person_id
where one.session = '45-1' and one.position in ('yea', 'nay') and other.position in ('yea', 'nay')
group by 1, 2"""


def measure(installed: Installation) -> list[Table]:
    """Load every recorded session into both, and ask both the same."""
    endpoint = Endpoint(installed.folder / "statistics")
    endpoint.folder.mkdir()
    endpoint.start()
    migrate(endpoint.url)
    clickhouse, url = ClickHouse(endpoint.url, timeout_s=60), installed.server.url("bench_statistics")
    create_database(url)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            return [_compared(clickhouse, connection, _fill(clickhouse, connection, RECORDED))]
    finally:
        clickhouse.close()
        endpoint.end()


def _fill(clickhouse: ClickHouse, connection: psycopg.Connection[Any], data: Path) -> int:
    connection.execute(_TABLE)
    total = 0
    for session in SESSIONS:
        votes = recorded_session(data, session)
        insert_session(clickhouse, votes)
        frames = [
            ballots.with_columns(session=pl.lit(row["session"]), number=pl.lit(row["number"]))
            for row, ballots in votes
            if ballots.height
        ]
        frame = pl.concat(frames).select(_COLUMNS).unique(["session", "number", "person_id"])
        with connection.cursor().copy("copy bench_ballots from stdin with (format csv)") as copy:
            copy.write(frame.write_csv(include_header=False))
        total += frame.height
    connection.execute("vacuum analyze bench_ballots")
    return total


def _compared(clickhouse: ClickHouse, connection: psycopg.Connection[Any], ballots: int) -> Table:
    held = clickhouse.rows(
        "select batch from current_votes where session = {session:String} and number = 90", {"session": _SESSION}
    )
    facts = FactReader(clickhouse)
    vote = {"votes": [(_SESSION, "commons", 90)], "batches": [batch for (batch,) in held]}
    every = {"session": "all", "chamber": "commons", "chairs": [], "chairs_from": [], "chairs_to": []}
    asked = queries("clickhouse/queries/statistics.sql")
    table = Table(f"Statistics, {ballots:,} ballots", ["median of 9", "ClickHouse", "PostgreSQL", "ratio"])
    cases: list[tuple[str, Callable[[], object], LiteralString, int]] = [
        ("a vote's ballots, engine", lambda: clickhouse.arrow(asked["ballots_by_key"], vote), _BREAKDOWN, _ROUNDS),
        (
            "tallies of all votes, engine",
            lambda: clickhouse.arrow(asked["ballots_by_caucus"], every),
            _COHESION,
            _ROUNDS,
        ),
        ("a vote's breakdown", lambda: facts.sheet_of_votes([f"{_SESSION}/commons/90"]), _BREAKDOWN, _ROUNDS),
        (
            "cohesion of every party, all votes",
            lambda: over_period(facts.tallies("all", "commons").tallies),
            _COHESION,
            _ROUNDS,
        ),
        (f"agreement of every pair, {_SESSION}", lambda: agreement(facts.sheet(_SESSION, "commons").sheet), _MATRIX, 1),
    ]
    for name, ask, query, rounds in cases:
        ours = _median(ask, _ROUNDS)
        theirs = _median(lambda query=query: connection.execute(query).fetchall(), rounds)  # type: ignore[misc]
        table.add(name, f"{ours * 1e3:,.0f} ms", f"{theirs * 1e3:,.0f} ms", f"{theirs / ours:.2f}")
    table.note("ClickHouse's column is all up to the counted figures, by several queries, unless it says engine.")
    table.note("The self join of PostgreSQL ran once.")
    return table


def _median(ask: Callable[[], object], rounds: int) -> float:
    """Seconds; the first, cold answer is not counted unless it is the only one."""
    seconds = []
    for _ in range(rounds + (rounds > 1)):
        began = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:] or seconds)
