"""Facts of every recorded ballot in ClickHouse's local engine: how fast they go in, and what reading them costs."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from deploy.local import clickhouse
from deploy.local.system import children, ports, processes
from tests.benchmarks.harness.installation import START_S, Installation
from tests.benchmarks.harness.tables import Table
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate
from warehouse.clickhouse.tables import TABLES, part_rows
from warehouse.clickhouse.write_facts import bounded
from warehouse.model.changes.events import LogEntry
from warehouse.model.read_models.facts import Fact
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.projections.facts import project
from warehouse.workers.read_models.facts import FactReadModel

_ROUNDS = 9
_GOAL = 1_000_000
_QUERIES = (
    (
        "ballots by caucus and position, all history",
        "select caucus, position, count() from current_ballots group by caucus, position",
        "select caucus, position, count(*) from ballots group by caucus, position",
    ),
    (
        "one vote by caucus and position",
        "select caucus, position, count() from current_ballots where session = '42-1' and chamber = 'commons' "
        "and number = 100 group by caucus, position",
        "select caucus, position, count(*) from ballots where (bucket, vote_id) in "
        "(select bucket, vote_id from votes where key = '42-1/commons/100') group by caucus, position",
    ),
    (
        "participation of every member, all history",
        "select person_id, countIf(position != 'no_vote') / count() from current_ballots group by person_id",
        "select person_id, (count(*) filter (where position <> 'no_vote'))::float / count(*) from ballots "
        "group by person_id",
    ),
)
"""What is asked, of ClickHouse and of PostgreSQL."""


@contextmanager
def endpoint(installed: Installation) -> Iterator[str]:
    """A migrated ClickHouse for as long as the block runs."""
    server, url = clickhouse.start(
        port=ports.free_port(),
        folder=installed.folder / "clickhouse",
        logs=installed.folder / "logs",
        environment=children.child_environment({}),
    )
    try:
        server.wait_until(children.accepts(int(url.rpartition(":")[2].partition("/")[0])), START_S)
        migrate(url)
        yield url
    finally:
        processes.stop_session(server.mark)


def measure(installed: Installation) -> list[Table]:
    """Rebuild the facts from the logs, insert the same ballots again as one would copy a table, and ask."""
    with endpoint(installed) as url:
        read_model, client = FactReadModel(url), ClickHouse(url, timeout_s=120)
        began = time.perf_counter()
        entities = read_model.rebuild(_latest(installed))
        rebuilt_s = time.perf_counter() - began
        assert read_model.tables.problems() == []
        tables = [_loading(client, installed, entities, rebuilt_s), _asking(client, installed)]
        read_model.close()
        client.close()
    return tables


def _latest(installed: Installation) -> Iterator[list[LogEntry]]:
    for url in (installed.catalog_url, *installed.shard_urls):
        database = Database(url)
        yield from read.latest_in_batches(database, whole=True)
        database.close()


def _loading(client: ClickHouse, installed: Installation, entities: int, rebuilt_s: float) -> Table:
    client.command("create table copied as ballots")
    facts = [project(entry) for batch in _latest(installed) for entry in batch if entry.entity == "vote"]
    batches = list(bounded(facts))
    prepared = [_rows(batch) for batch in batches]
    ballots = sum(rows.num_rows for rows in prepared)
    table = Table("Facts into ClickHouse's local engine", ["what", "rows", "s", "rows/s", "goal", ""])

    def measured(what: str, insert: Callable[[], object], goal: int = 0) -> None:
        seconds = []
        for _ in range(3):
            client.command("truncate table copied")
            began = time.perf_counter()
            insert()
            seconds.append(time.perf_counter() - began)
            assert client.rows("select count() from copied") == [(ballots,)]
        rate = ballots / statistics.median(seconds)
        met = ("met" if rate >= goal else "missed") if goal else ""
        table.add(
            what,
            f"{ballots:,}",
            f"{statistics.median(seconds):.2f}",
            f"{rate:,.0f}",
            f"≥ {goal:,}" if goal else "",
            met,
        )

    measured(
        "ballots as Arrow blocks of 100,000, on disk",
        lambda: [client.insert_arrow("copied", rows) for rows in prepared],
        _GOAL,
    )
    measured("the same out of projected changes", lambda: [client.insert_arrow("copied", _rows(of)) for of in batches])
    of_rebuild = f"{ballots / rebuilt_s:,.0f}"
    table.add("rebuild from the change logs", f"{ballots:,}", f"{rebuilt_s:.1f}", of_rebuild, "", "")
    table.note(f"A rebuild reads {entities:,} entities, decodes and projects them, and waits 2 s after the swap.")
    return table


def _rows(facts: Sequence[Fact]) -> pa.Table:
    return part_rows(TABLES["vote"], facts, range(1, len(facts) + 1))


def _asking(client: ClickHouse, installed: Installation) -> Table:
    table = Table("Reading facts, ms (median, slowest)", ["query", "ClickHouse over HTTP", "PostgreSQL, 4 shards"])
    for title, of_clickhouse, of_postgres in _QUERIES:
        there = _timed(lambda sql=of_clickhouse: client.rows(sql))  # type: ignore[misc]
        here = _timed(lambda sql=of_postgres: installed.ask(sql))  # type: ignore[misc]
        table.add(title, _shown(there), _shown(here))
    table.note("PostgreSQL is asked shard after shard, each with a connection of its own, and nothing is merged.")
    return table


def _timed(question: Callable[[], Sequence[object]]) -> list[float]:
    assert question(), "nothing was found"
    seconds = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        question()
        seconds.append(time.perf_counter() - began)
    return seconds


def _shown(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.1f} ({max(seconds) * 1000:.0f})"
