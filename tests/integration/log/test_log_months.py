"""The change log in months: an old log is divided when it is migrated, and what came too early finds its month."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.data.samples import bill, vote
from warehouse.postgres.aggregates.store import BILLS, VOTES, store, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log.partitions import make_ahead
from warehouse.postgres.migrate import migrate
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.sqlfiles import queries, sql_root
from warehouse.workers.stream.apply import catch_up_lists
from warehouse.workers.upkeep.verify import verify

pytestmark = pytest.mark.postgres
_MONTHS = "select tableoid::regclass::text, count(*) from change_log group by 1 order by 1"
_BEFORE = ("0001_pre_change_log.sql", "0002_pre_relay.sql", "0003_pre_updates.sql", "0004_pre_log_months.sql")
_ROW = """
insert into change_log (bucket, entity, key, revision, op, changed, state, source, source_url, document_sha256,
    fetched_at, recorded_at)
values (1, 'bill', %s, 1, 'created', '{}', '{"a": 1}', 's', 'u', 'd', now(), %s::timestamptz)
"""


def test_the_log_of_an_older_version_is_divided_into_its_months(empty_database_url: str) -> None:
    folder = Path(sql_root()) / "postgres/common/migrations"
    with psycopg.connect(empty_database_url, autocommit=True, options="-c timezone=UTC") as connection:
        for name in _BEFORE[:3]:
            connection.execute((folder / name).read_bytes())
        for key, recorded_at in (("a", "2025-01-31T23:59:59Z"), ("b", "2025-02-01T00:00:00Z"), ("c", "2025-03-05Z")):
            connection.execute(_ROW, (key, recorded_at))
        before = connection.execute("select * from change_log order by xid, seq").fetchall()
        connection.execute((folder / _BEFORE[3]).read_bytes())
        columns = "seq, xid, bucket, entity, key, revision, op, changed, state, source, source_url, document_sha256, \
            fetched_at, recorded_at"
        assert connection.execute(f"select {columns} from change_log order by xid, seq").fetchall() == before
        assert connection.execute(_MONTHS).fetchall() == [
            ("change_log_2025_01", 1),
            ("change_log_2025_02", 1),
            ("change_log_2025_03", 1),
        ]
        connection.execute(_ROW, ("d", "2025-03-06Z"))
        assert connection.execute("select seq from change_log where key = 'd'").fetchone() == (4,)
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(_ROW, ("d", "2025-03-07Z"))


def test_what_is_recorded_in_a_month_that_is_missing_moves_into_it_once_it_is_made(
    catalog: Database, shards: Shards
) -> None:
    database = shards.databases[shards.map.shard_of("1-1/C-1")]
    this_month = "to_char(now() at time zone 'UTC', '\"change_log_\"YYYY_MM')"
    with database.connection() as connection:
        (name,) = connection.execute(f"select {this_month}").fetchone() or ("",)
        connection.execute(f"drop table {name}".encode())
    store(database, BILLS, [bill(1)])
    with database.connection() as connection:
        assert connection.execute(_MONTHS).fetchall() == [("change_log_default", 1)]
        assert make_ahead(connection) == 1
        assert make_ahead(connection) == 0
        assert connection.execute(_MONTHS).fetchall() == [(name, 1)]
    store(database, BILLS, [bill(1, title="Another")])
    catch_up_lists(catalog, shards)
    assert verify(catalog, shards).clean


def test_migrating_again_makes_the_months_to_come(database_urls: list[str], shards: Shards) -> None:
    with shards.databases[0].connection() as connection:
        before = connection.execute("select relid::regclass::text from pg_partition_tree('change_log')").fetchall()
        connection.execute(f"drop table {max(name for (name,) in before if name[-1].isdigit())}".encode())
    assert migrate(database_urls[0], database_urls[1:]) == []
    with shards.databases[0].connection() as connection:
        after = connection.execute("select relid::regclass::text from pg_partition_tree('change_log')").fetchall()
    assert sorted(after) == sorted(before)


def test_the_hot_reads_of_the_log_use_an_index_in_every_month(shards: Shards) -> None:
    store_sharded(shards, VOTES, [vote(number) for number in range(1, 40)])
    statements = (
        "select seq from change_log where not moved and (xid, seq) > ('0', 0) order by xid, seq limit 10",
        "select xid, seq from change_log where not moved order by xid desc, seq desc limit 1",
        "select seq from change_log where op = 'updated' and not moved and (xid, seq) < ('99', 0)"
        " order by xid desc limit 1",
        "select seq from change_log where entity = 'vote' and key = '1-1/commons/1' and revision = 1",
        "select key from change_log where seq = any('{1,2,3}')",
    )
    with shards.databases[0].connection() as connection:
        connection.execute("set local enable_seqscan = off")
        for statement in statements:
            plan = "\n".join(row[0] for row in connection.execute(f"explain {statement}".encode()))
            assert "Seq Scan" not in plan, plan
            assert "Sort  (cost" not in plan, plan


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("change_log", "read_after"),
        ("change_log", "read_whole_after"),
        ("change_log", "head"),
        ("read_changes", "head"),
    ],
)
def test_a_batch_is_read_along_the_index_whatever_waits_behind_it(shards: Shards, file: str, name: str) -> None:
    """Sorting would read every state that is logged after the position, for each batch anew."""
    query = queries(f"postgres/common/queries/{file}.sql")[name]
    with shards.databases[0].connection() as connection:
        for node in ("sort", "seqscan", "bitmapscan"):  # what few rows would be cheaper with
            connection.execute(f"set local enable_{node} = off".encode())
        plan = connection.execute(f"explain {query}".encode(), {"xid": "0", "seq": 0, "limit": 10}).fetchall()
    nodes = "\n".join(line for (line,) in plan)
    assert "Merge Append" in nodes
    assert "Sort  " not in nodes


_GREAT = """
insert into change_log (bucket, entity, key, revision, op, changed, state, source, source_url, document_sha256,
    fetched_at, recorded_at)
select bucket, entity, key, revision + turn, 'updated', '{title_en}', state, source, source_url, document_sha256,
    fetched_at, now()
from change_log cross join generate_series(1, 2000) as turn"""


@pytest.mark.parametrize(("file", "name"), [("change_log", "read_whole_after"), ("read_changes", "page")])
def test_the_middle_of_one_great_transaction_is_read_a_batch_at_a_time(shards: Shards, file: str, name: str) -> None:
    """To the planner nothing comes after the only transaction there is; sorting the rest of it would seem free."""
    database = shards.databases[0]
    store(database, BILLS, [bill(1)])
    with database.connection() as connection:
        connection.execute(_GREAT)
    with database.connection() as connection:
        connection.execute("analyze change_log")
        (middle,) = connection.execute("select xid::text, min(seq) + 5 from change_log where revision > 1 group by xid")
        given: dict[str, object] = dict.fromkeys(("types", "keys", "ops", "sessions", "chambers"))
        given |= {"xid": middle[0], "seq": middle[1], "limit": 10, "scan": 10, "rows": 10}
        given |= {name: ["bill"] for name in ("with_session", "with_chamber_code", "with_chamber_letter")}
        query = queries(f"postgres/common/queries/{file}.sql")[name]
        ((plan,),) = connection.execute(f"explain (analyze, format json) {query}".encode(), given).fetchall()
    scans = [node for node in _nodes(plan[0]["Plan"]) if node.get("Index Name", "").endswith("_xid_seq_idx")]
    assert sum(node["Actual Rows"] for node in scans) == 10


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", []):
        yield from _nodes(each)
