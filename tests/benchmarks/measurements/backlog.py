"""The relay away while a million changes pile up: what readers of the API notice, and how fast it catches up."""

import itertools
import json
import random
import statistics
import time
from collections.abc import Sequence
from typing import Final, LiteralString

import msgspec
import psycopg

from serving.changes.filters import cursor_at, places_of
from serving.core.process.cursors import Cursors
from tests.benchmarks.harness.installation import Installation
from tests.benchmarks.harness.servers import get
from tests.benchmarks.harness.streams import Stream, following, has_kafka, serving, stream
from tests.benchmarks.harness.tables import Table
from tests.benchmarks.measurements.freshness import percentile
from tests.support.data.samples import bill
from warehouse.model.changes.feed import ChangeFilter
from warehouse.postgres.aggregates.store import BILLS, store_sharded
from warehouse.postgres.log.relay_positions import relayed
from warehouse.workers.stream.apply import catch_up_lists, logs

_ROWS: Final = 1_000_000
_BILLS: Final = 2_000
_SECONDS: Final = 12
_GOAL: Final = 1.5
_PATIENCE_S: Final = 900
_COPIES: Final[LiteralString] = """
insert into change_log (bucket, entity, key, revision, op, changed, state, source, source_url, document_sha256,
    fetched_at, recorded_at)
select bucket, entity, key, revision + turn, 'updated', '{title_en}',
    jsonb_set(state, '{title_en}', to_jsonb('Turn ' || turn)), source, source_url, document_sha256, fetched_at, now()
from change_log cross join generate_series(1, %(turns)s) as turn
where op = 'updated'
order by turn, key"""
_RAISED: Final[LiteralString] = "update bills set revision = revision + %(turns)s"
_READS: Final = {
    "a bill": "/api/v1/bills/1-1/C-{number}",
    "a list": "/api/v1/bills?limit={limit}&offset={number}",
    "the change feed": "/api/v1/changes?limit={limit}&cursor={cursor}",
}
"""Others at every turn: more than the small cache holds. Of the feed, pages of so many updates of any bill, from
anywhere in it: by one key a page would have one change before and twenty or more while they wait, and answers as unlike
as that do not compare."""
_PLACES: Final[LiteralString] = """
select xid::text::bigint, seq from change_log
where seq = any (array(
    select unnest(percentile_disc(%(shares)s::float[]) within group (order by seq))
    from change_log where op = 'updated'))
order by xid, seq"""
_SHARES: Final = [share / 250 for share in range(1, 201)]
"""How far into the updates of every log pages begin; what is left behind the last one is longer than any page."""


def measure(installed: Installation) -> list[Table]:
    """Read before, while the changes wait, and when they are published."""
    table = Table(
        f"API while {_ROWS:,} changes wait for the relay",
        ["read", "before p50 ms", "before p95 ms", "waiting p50 ms", "waiting p95 ms", "ratio of p95", "goal", ""],
    )
    if not has_kafka():
        table.note("Not measured: this machine has no JDK or no Maven.")
        return [table]
    with stream(installed, "backlog", kafka=True, stores=False) as found:
        for title in ("Before", "After"):
            store_sharded(found.shards, BILLS, [bill(number, title=title) for number in range(1, _BILLS + 1)])
        catch_up_lists(found.catalog, found.shards)
        with following(found, "relay"):
            _drained(found, 2 * _BILLS)
        with serving(found, OPENPOLICY_CACHE_MB="1") as url:
            cursors = _cursors(found, url)
            _read(url, cursors)  # warm
            before = _read(url, cursors)
            rows, took = _pile_up(found)
            waiting = _read(url, _cursors(found, url))
        began = time.monotonic()
        with following(found, "relay"):
            _drained(found, 2 * _BILLS + rows)
        drained_s = time.monotonic() - began
    for name in _READS:
        was, now = (percentile(each[name], 95) for each in (before, waiting))
        table.add(
            name,
            *(
                f"{1000 * figure:.1f}"
                for figure in (statistics.median(before[name]), was, statistics.median(waiting[name]), now)
            ),
            f"{now / was:.2f}",
            f"≤ {_GOAL}",
            "held" if now / was <= _GOAL else "MISSED",
        )
    table.note(
        f"The rows are copies of {_BILLS:,} real updates with higher revisions, made by SQL in {took:.0f} s. Reads "
        f"come one after another for {_SECONDS} s each, past the cache. Started again, one relay process published "
        f"{rows:,} events in {drained_s:.0f} s to one broker: {rows / drained_s:,.0f} a second."
    )
    return [table]


def _cursors(found: Stream, url: str) -> list[str]:
    """Where pages of the feed may begin: as far into every log, from its first updates to its last."""
    signer = Cursors(found.variables["OPENPOLICY_CURSOR_SECRET"])
    first = json.loads(get(f"{url}/api/v1/changes?limit=1")[0])["page"]["next"]
    catalog, *logs = places_of(signer, ChangeFilter(), first)
    reached = []
    for place, database in zip(logs, found.shards.databases, strict=True):
        with database.connection() as connection:
            rows = connection.execute(_PLACES, {"shares": _SHARES}).fetchall()
        reached.append([msgspec.structs.replace(place, xid=xid, seq=seq) for xid, seq in rows])
    return [cursor_at(signer, ChangeFilter(), (catalog, *places)) for places in zip(*reached, strict=True)]


def _read(url: str, cursors: Sequence[str]) -> dict[str, list[float]]:
    """Seconds of every read, the kinds in turn."""
    found: dict[str, list[float]] = {name: [] for name in _READS}
    chance = random.Random(1)
    end = time.monotonic() + _SECONDS
    for turn in itertools.count():
        if time.monotonic() > end:
            return found
        for name, path in _READS.items():
            limit = 20 + turn % 50
            asked = path.format(number=1 + turn * 7 % _BILLS, limit=limit, cursor=chance.choice(cursors))
            began = time.perf_counter()
            answer, _ = get(url + asked)
            found[name].append(time.perf_counter() - began)
            if "cursor" in asked and len(json.loads(answer)["data"]) != limit:
                raise RuntimeError(f"{asked} has not as many changes as it was asked for.")
    raise AssertionError("unreachable")


def _pile_up(found: Stream) -> tuple[int, float]:
    """Copy entries on every shard; how many rows came, and how long it took."""
    began, turns = time.monotonic(), _ROWS // _BILLS
    for url in found.urls[1:]:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_COPIES, {"turns": turns})
            connection.execute(_RAISED, {"turns": turns})
            connection.execute("analyze change_log")
    return _BILLS * turns, time.monotonic() - began


def _drained(found: Stream, rows: int) -> None:
    """Wait until so many events are published."""
    end = time.monotonic() + _PATIENCE_S
    while (
        sum(known[1] for name, log in logs(found.catalog, found.shards).items() if (known := relayed(log, name))) < rows
    ):
        if time.monotonic() > end:
            raise RuntimeError(f"{rows:,} events were not published within {_PATIENCE_S} s.")
        time.sleep(0.2)
