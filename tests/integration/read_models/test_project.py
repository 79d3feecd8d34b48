"""The list tables: idempotent, safe against late commits, exact for a walk that began earlier; verify sees a fault."""

import pytest

from tests.support.data.samples import bill, vote
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.workers.stream.apply import catch_up_lists
from warehouse.workers.upkeep.verify import verify

pytestmark = pytest.mark.postgres


def current(catalog: Database, table: str) -> dict[str, int]:
    """Key and revision of the rows a reader sees now."""
    with catalog.connection() as connection:
        return dict(connection.execute(f"select key, revision from {table} where live_to is null").fetchall())


def test_lists_follow_the_logs_and_repeating_changes_nothing(catalog: Database, shards: Shards) -> None:
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 31)])
    store_sharded(shards, VOTES, [vote(number) for number in range(1, 31)])
    assert catch_up_lists(catalog, shards) == 60
    assert catch_up_lists(catalog, shards) == 0
    before = current(catalog, "bill_list")
    with catalog.connection() as connection:
        connection.execute("delete from projection_positions")
    assert catch_up_lists(catalog, shards) == 60
    assert current(catalog, "bill_list") == before == {f"1-1/C-{number}": 1 for number in range(1, 31)}
    assert verify(catalog, shards).clean


def test_a_late_commit_is_not_skipped(catalog: Database, shards: Shards) -> None:
    """A transaction that began first and commits last has the lower id: readers wait for it."""
    store_sharded(shards, BILLS, [bill(1)])
    catch_up_lists(catalog, shards)
    shard_of = shards.map.shard_of
    key = next(f"1-1/C-{n}" for n in range(2, 99) if shard_of(f"1-1/C-{n}") == shard_of("1-1/C-1"))
    database = shards.databases[shard_of(key)]
    with database.connection() as slow:
        slow.execute("select pg_current_xact_id()")
        store_sharded(shards, BILLS, [bill(int(key.rpartition("-")[2]))])
        assert catch_up_lists(catalog, shards) == 0
    assert catch_up_lists(catalog, shards) == 1
    assert key in current(catalog, "bill_list")


def test_an_earlier_list_version_still_shows_the_earlier_rows(catalog: Database, shards: Shards) -> None:
    store_sharded(shards, BILLS, [bill(1, title="Before"), bill(2)])
    catch_up_lists(catalog, shards)
    with catalog.connection() as connection:
        version = connection.execute("select max(version) from list_versions").fetchone()[0]
    store_sharded(shards, BILLS, [bill(1, title="After"), bill(3)])
    catch_up_lists(catalog, shards)
    live = """select title_en from bill_list
        where live_from <= %(v)s and (live_to is null or live_to > %(v)s) order by key"""
    with catalog.connection() as connection:
        then = connection.execute(live, {"v": version}).fetchall()
        now = connection.execute(live, {"v": version + 1}).fetchall()
    assert [title for (title,) in then] == ["Before", "An Act respecting tests"]
    assert [title for (title,) in now] == ["After", "An Act respecting tests", "An Act respecting tests"]


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("update votes set yeas = yeas + 1 where key = '1-1/commons/1'", "vote 1-1/commons/1: state is revision 1"),
        ("delete from ballots where person_id = 4", "vote 1-1/commons/"),
        ("delete from change_log where key = '1-1/commons/1'", "the log replays to None"),
        ("delete from votes where key = '1-1/commons/1'", "ballots of vote"),
        ("update change_log set revision = 2 where key = '1-1/commons/1'", "not dense"),
    ],
)
def test_verify_names_what_differs_on_a_shard(catalog: Database, shards: Shards, damage: str, named: str) -> None:
    store_sharded(shards, VOTES, [vote(1), vote(2)])
    catch_up_lists(catalog, shards)
    assert verify(catalog, shards).clean
    with shards.databases[shards.map.shard_of("1-1/commons/1")].connection() as connection:
        connection.execute(damage)
    report = verify(catalog, shards)
    assert not report.clean
    assert any(named in line for line in report.lines)


@pytest.mark.parametrize(
    "damage",
    [
        "update vote_list set subject_en = 'Something else' where number = 1",
        "update vote_list set state = state || '{\"yeas\": 99}' where number = 1",
        "delete from vote_list where number = 1",
        "insert into vote_list (key, revision, live_from, session, session_order, chamber, number, held_at, held_on,"
        " result, disputed, state, provenance, recorded_at) select 'extra', 1, 1, session, 1, chamber, 9, held_at,"
        " held_on, result, disputed, state, provenance, recorded_at from vote_list where number = 1",
    ],
)
def test_verify_names_a_list_row_that_differs(catalog: Database, shards: Shards, damage: str) -> None:
    store_sharded(shards, VOTES, [vote(1), vote(2)])
    catch_up_lists(catalog, shards)
    with catalog.connection() as connection:
        connection.execute(damage)
    report = verify(catalog, shards)
    assert not report.clean
    assert any("vote_list" in line for line in report.lines)
