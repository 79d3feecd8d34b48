"""Storing ballots: new ones, changed ones and the same ones through the store, beside a bare COPY and the ORM; and
counting one more vote by bill, beside refreshing all that is counted."""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec
import psycopg
import sqlalchemy as sa
from sqlalchemy import orm

from tests.benchmarks.harness.installation import SHARDS, Installation
from tests.benchmarks.harness.tables import Table
from warehouse.model.entities import Ballot, Provenance, Vote
from warehouse.model.read_models.bill_statistics import CountedVote
from warehouse.postgres.aggregates.store import VOTES, Incoming, store_sharded
from warehouse.postgres.catalog import bill_statistics
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.migrate import create_database, migrate
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.projections.bill_statistics import project
from warehouse.workers.read_models.bill_statistics import BillStatisticsReadModel

_BATCH: Final = 250
"""Votes a transaction, as the loader has it."""
_ROUNDS: Final = 3
_ORM_ROWS: Final = 20_000
_GOAL: Final = 250_000
_ARRIVALS: Final = 100
_REFRESHES: Final = 15
_LARGEST = """
select state::text, source, source_url, document_sha256, fetched_at from change_log
where entity = 'vote' and revision = 1 and split_part(key, '/', 1) = %s
"""


class Spent(msgspec.Struct, frozen=True):
    """What storing some rows cost."""

    rows: int
    wall_s: float
    client_s: float
    server_s: float

    @property
    def per_core(self) -> float:
        """Rows in a second of CPU, ours and the server's together."""
        return self.rows / (self.client_s + self.server_s)


def measure(installed: Installation) -> list[Table]:
    """Store the votes of the largest session in databases of their own, several times over."""
    votes = _votes(installed)
    ballots = sum(len(item.root.ballots) for item in votes)
    urls = [installed.server.url(name) for name in ("bench_catalog", *(f"bench_{n}" for n in range(SHARDS)))]
    for url in urls:
        create_database(url)
    migrate(urls[0], urls[1:])
    shards = Shards([Database(url) for url in urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    try:
        found = [_round(installed, shards, urls[1], votes) for _ in range(_ROUNDS)]
    finally:
        shards.close()
    best = {name: max((each[name] for each in found), key=lambda spent: spent.per_core) for name in found[0]}
    return [_table(best, len(votes), ballots), _counting(installed, urls[0])]


def _round(installed: Installation, shards: Shards, url: str, votes: Sequence[Incoming[Vote]]) -> dict[str, Spent]:
    """Everything once, beginning with empty tables."""
    for database in shards.databases:
        with database.connection() as connection:
            connection.execute("truncate votes, ballots, change_log, bucket_versions")
    rows = sum(len(item.root.ballots) for item in votes)
    changed = [Incoming(_turned(item.root), item.provenance) for item in votes]
    hundredth = [
        old if number % 100 == 0 else new for number, (old, new) in enumerate(zip(votes, changed, strict=True))
    ]
    tuples = [row for item in votes for row in VOTES.part_rows(item.root)]
    return {
        "all new": _spent(installed, rows, lambda: _store(shards, votes)),
        "all changed": _spent(installed, rows, lambda: _store(shards, changed)),
        "none changed": _spent(installed, rows, lambda: _store(shards, changed)),
        "1 % of the votes changed": _spent(installed, rows, lambda: _store(shards, hundredth)),
        "bare COPY": _spent(installed, rows, lambda: _copy(url, tuples)),
        "ORM add_all": _spent(installed, min(rows, _ORM_ROWS), lambda: _add_all(url, tuples[:_ORM_ROWS])),
    }


def _spent(installed: Installation, rows: int, work: Callable[[], None]) -> Spent:
    installed.settle()
    server, wall, client = installed.cpu(), time.perf_counter(), time.process_time()
    work()
    wall, client = time.perf_counter() - wall, time.process_time() - client
    return Spent(rows, wall, client, installed.cpu() - server)


def _store(shards: Shards, votes: Sequence[Incoming[Vote]]) -> None:
    for start in range(0, len(votes), _BATCH):
        store_sharded(shards, VOTES, votes[start : start + _BATCH])


def _copy(url: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """The same rows into a table with the same keys and nothing else: no comparison, no log."""
    with psycopg.connect(url) as connection:
        connection.execute("drop table if exists bare; create table bare (like ballots including all)")
        with connection.cursor() as cursor, cursor.copy("copy bare from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def _add_all(url: str, rows: Sequence[tuple[Any, ...]]) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sa.text("drop table if exists bare; create table bare (like ballots including all)"))
    with orm.Session(engine) as session:
        session.add_all([_Bare(**dict(zip(VOTES.part_columns, row, strict=True))) for row in rows])
        session.commit()
    engine.dispose()


class _Base(orm.DeclarativeBase):
    pass


class _Bare(_Base):
    __tablename__ = "bare"
    bucket = orm.mapped_column(sa.SmallInteger, primary_key=True)
    vote_id = orm.mapped_column(sa.Uuid, primary_key=True)
    person_id = orm.mapped_column(sa.Integer, primary_key=True)
    position = orm.mapped_column(sa.Text)
    paired = orm.mapped_column(sa.Boolean)
    name = orm.mapped_column(sa.Text)
    caucus = orm.mapped_column(sa.Text)
    riding = orm.mapped_column(sa.Text)
    province = orm.mapped_column(sa.Text)
    sitting = orm.mapped_column(sa.Integer)


def _votes(installed: Installation) -> list[Incoming[Vote]]:
    """The votes of the session with the most of them, as they were loaded."""
    count = "select session, count(*) from votes group by session"
    sizes: dict[str, int] = {}
    for session, votes in installed.ask(count):
        sizes[session] = sizes.get(session, 0) + votes
    largest = max(sizes, key=lambda session: sizes[session])
    found = [_incoming(row) for url in installed.shard_urls for row in _states(url, largest)]
    return sorted(found, key=lambda item: item.root.number)


def _states(url: str, session: str) -> Iterator[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        yield from connection.execute(_LARGEST, (session,))


def _incoming(row: tuple[Any, ...]) -> Incoming[Vote]:
    state, source, url, document_sha256, fetched_at = row
    origin = Provenance(source=source, url=url, document_sha256=document_sha256, fetched_at=fetched_at)
    return Incoming(msgspec.json.decode(state, type=Vote), origin)


def _turned(vote: Vote) -> Vote:
    """The same vote with every ballot the other way."""
    ballots = tuple(msgspec.structs.replace(ballot, position=_other(ballot)) for ballot in vote.ballots)
    return msgspec.structs.replace(vote, ballots=ballots)


def _other(ballot: Ballot) -> Any:
    return "nay" if ballot.position == "yea" else "yea"


def _table(best: dict[str, Spent], votes: int, ballots: int) -> Table:
    table = Table(
        f"Storing {ballots:,} ballots of {votes:,} votes, best of {_ROUNDS} rounds",
        ["way", "rows/s a core", "client CPU s", "server CPU s", "wall s", "of bare COPY", "× ORM", "goal", ""],
    )
    copy, slowest = best["bare COPY"].per_core, best["ORM add_all"].per_core
    for name, spent in best.items():
        goal = [f"≥ {_GOAL:,}", "held" if spent.per_core >= _GOAL else "MISSED"] if "changed" in name else ["", ""]
        table.add(
            name,
            f"{spent.per_core:,.0f}",
            f"{spent.client_s:.2f}",
            f"{spent.server_s:.2f}",
            f"{spent.wall_s:.2f}",
            f"{spent.per_core / copy:.2f}",
            f"{spent.per_core / slowest:.1f}",
            *goal,
        )
    table.note(
        "The first four go through the store: votes compared and merged, ballots copied, revisions raised, the full "
        "state of each changed vote appended to the change log, in one transaction a shard and batch; their rows are "
        "the ballots given to it. Bare COPY fills a table with the same columns and keys and does nothing else; ORM "
        f"add_all has a sample of {best['ORM add_all'].rows:,} rows. A core is a second of CPU, the client's and the "
        "server's together."
    )
    return table


def _counting(installed: Installation, catalog_url: str) -> Table:
    """The same catalog's kept rows and view, when one vote after the other arrives."""
    catalog, logs = Database(catalog_url), [Database(url) for url in installed.shard_urls]
    try:
        read_model = BillStatisticsReadModel(catalog)
        batches = (batch for log in logs for batch in read.latest_in_batches(log, whole=True))
        entities = read_model.rebuild(batches)
        bill_statistics.refresh_view(catalog)  # the first is not concurrent
        arriving = _arriving(logs)
        installed.settle()
        kept = _timed(installed, [lambda vote=vote: read_model.insert([vote]) for vote in arriving])  # type: ignore[misc]
        refreshed = _timed(installed, [lambda: bill_statistics.refresh_view(catalog)] * _REFRESHES)
        assert bill_statistics.view_parity(catalog) == [], "the kept rows are not those of the view"
        rows, _ = bill_statistics.view_age(catalog) or (0, 0.0)
    finally:
        for database in (catalog, *logs):
            database.close()
    table = Table(
        f"Votes counted by bill, {entities:,} bills and votes", ["way", "median ms", "PostgreSQL CPU ms", "× kept"]
    )
    for name, (wall_s, cpu_s) in {
        "one vote arrives, its bill's row is kept": kept,
        f"REFRESH … CONCURRENTLY of {rows:,} rows": refreshed,
    }.items():
        table.add(name, f"{wall_s * 1e3:.1f}", f"{cpu_s * 1e3:.1f}", f"{wall_s / kept[0]:.0f}")
    table.note(
        f"{_ARRIVALS} votes of bills arrived in their next revision, each in a transaction of its own, as the consumer "
        f"takes them; then {_REFRESHES} refreshes. Afterwards both have the same rows."
    )
    return table


def _arriving(logs: Sequence[Database]) -> list[CountedVote]:
    """Some votes of bills with one more yea, in their next revision."""
    rows = [project(entry) for log in logs for batch in read.latest_in_batches(log, whole=True) for entry in batch]
    votes = [row for row in rows if isinstance(row, CountedVote) and row.bill]
    return [
        msgspec.structs.replace(vote, revision=vote.revision + 1, yeas=(vote.yeas or 0) + 1)
        for vote in random.Random(1).sample(votes, _ARRIVALS)
    ]


def _timed(installed: Installation, works: Sequence[Callable[[], None]]) -> tuple[float, float]:
    """Median seconds of each, and the server's mean CPU seconds."""
    server, seconds = installed.cpu(), []
    for work in works:
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), (installed.cpu() - server) / len(works)
