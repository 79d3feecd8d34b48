"""From four to five shards while everything runs: nothing fails, nothing is lost, nothing comes in a wrong order."""

import json
import signal

import msgspec
import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.support.data.samples import ORIGIN, bill
from tests.support.processes.resharding import FeedReader, Growing, Reader, Writer, buckets_of, move_beside
from warehouse.model.keys import BUCKETS, bucket_of
from warehouse.postgres.aggregates.store import BILLS, store_sharded
from warehouse.postgres.aggregates.withdraw import Withdrawal, withdraw
from warehouse.postgres.shards import bucket_fences, moves
from warehouse.postgres.shards.shard_map import initial_map
from warehouse.runtime.errors import MoveGivenUp, SettingInvalid
from warehouse.runtime.failpoints import RESHARD_FAILPOINTS
from warehouse.workers.stream.apply import catch_up_lists
from warehouse.workers.upkeep.reshard import Mover
from warehouse.workers.upkeep.verify import verify

pytestmark = pytest.mark.postgres


def require_clean(growing: Growing) -> None:
    """State, log and lists agree everywhere, and nothing is on its way."""
    catch_up_lists(growing.catalog, growing.shards)
    report = verify(growing.catalog, growing.shards)
    assert report.clean, "\n".join(report.lines)
    assert moves.open_moves(growing.catalog) == []


@pytest.mark.slow
def test_a_fifth_shard_under_reads_and_writes(growing: Growing, capsys: pytest.CaptureFixture[str]) -> None:
    count = 300
    writer = Writer(growing, count)
    planned = growing.add()["planned"]
    with TestClient(create_app(growing.settings)) as client:
        writer.start()
        facts, stored, reader, feed = move_beside(growing, client, writer, pause_s=0.02)
    moved = growing.shards.map.buckets_of(4)
    assert facts["switched"] == facts["deleted"] == planned == len(moved)
    assert [growing.shards.map.owner_of(bucket) for bucket in range(BUCKETS)] == initial_map(5)
    assert 0.17 < len(moved) / BUCKETS < 0.23
    assert reader.failed == []
    assert feed.disordered == []
    assert feed.revisions == stored
    require_clean(growing)
    with growing.shards.databases[0].connection() as connection:
        left = connection.execute("select count(*) from bills where bucket = any(%s)", (moved,)).fetchone()
    assert left == (0,)
    with capsys.disabled():
        share, switch_ms = len(moved) / BUCKETS, facts["longest_switch_s"] * 1000
        changes = sum(stored.values()) - 2 * count
        print(
            f"\n4 → 5 shards: {len(moved)} of {BUCKETS} buckets ({share:.1%}) in {facts['seconds']:.1f} s, 5 s of them "
            f"grace; longest switch {switch_ms:.0f} ms; meanwhile {reader.reads} reads, 0 failed, and {changes} "
            "changes, 0 lost, 0 out of order"
        )


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", RESHARD_FAILPOINTS)
def test_killed_anywhere_it_goes_on(growing: Growing, failpoint: str) -> None:
    count = 24
    writer = Writer(growing, count, batch=3, pause_s=0.05)
    growing.add()
    with growing.catalog.connection() as connection:
        connection.execute("delete from bucket_moves")  # of the plan only what has rows: enough, and sooner done
    buckets = sorted(buckets_of(writer.stored))
    chosen = ("--buckets", ",".join(map(str, buckets)), "--to", "4", "--grace", "5")
    with TestClient(create_app(growing.settings)) as client:
        reader, feed = Reader(client, count, pause_s=0.05), FeedReader(client)
        for thread in (writer, reader, feed):
            thread.start()
        assert growing.command("move", *chosen, failpoint=f"{failpoint}:5").returncode == -signal.SIGKILL
        done = growing.command("move", "--grace", "5")
        assert done.returncode == 0, done.stderr
        reader.end()
        stored = writer.end()
        feed.end(stored)
    assert reader.failed == []
    assert feed.disordered == []
    assert feed.revisions == stored
    growing.shards.refresh()
    assert set(growing.shards.map.buckets_of(4)) == set(buckets)
    require_clean(growing)


def test_there_and_back_again(growing: Growing) -> None:
    """An entity whose bucket returns has one history, and its changes come in order from three pieces of two logs."""
    growing.add()
    home = growing.shards.map.shard_of("1-1/C-1")
    bucket = bucket_of("1-1/C-1")
    for turn, target in enumerate((4, home, 4), start=1):
        store_sharded(growing.shards, BILLS, [bill(1, title=f"Title {turn}"), bill(2, title=f"Title {turn}")])
        moves.plan(growing.catalog, [bucket], target)
        done = Mover(growing.catalog, growing.shards, grace_s=0).run([bucket])
        assert (done.switched, done.deleted) == (1, 1)
    store_sharded(growing.shards, BILLS, [bill(1, title="Title 4")])
    with TestClient(create_app(growing.settings)) as client:
        feed = FeedReader(client)
        feed.start()
        feed.end({"bill 1-1/C-1": 4, "bill 1-1/C-2": 3})
        history = client.get("/api/v1/bills/1-1/C-1/history?sort=revision").json()["data"]
        second = client.get("/api/v1/bills/1-1/C-1?revision=2").json()["data"]["title"]["en"]
    assert feed.disordered == []
    assert feed.revisions == {"bill 1-1/C-1": 4, "bill 1-1/C-2": 3}
    assert [each["revision"] for each in history] == [1, 2, 3, 4]
    assert second == "Title 2"
    for database in (growing.shards.databases[4], growing.shards.databases[home]):
        with database.connection() as connection:
            rows = connection.execute("select revision, moved from change_log where key = '1-1/C-1'").fetchall()
        assert len(rows) == len({revision for revision, _ in rows})
    with growing.catalog.connection() as connection:
        connection.execute("delete from bucket_moves where state = 'planned'")
    require_clean(growing)


def test_what_was_withdrawn_stays_so_where_it_moves(growing: Growing) -> None:
    """Gone before and after with the same history; stored again, it goes on with the next revision over there."""
    growing.add()
    key, address = "1-1/C-1", "/api/v1/bills/1-1/C-1"
    store_sharded(growing.shards, BILLS, [bill(1), bill(2)])
    home, bucket = growing.shards.map.shard_of(key), bucket_of(key)
    withdraw(growing.shards.databases[home], BILLS, [Withdrawal(key, "It was recorded twice.", ORIGIN)])
    catch_up_lists(growing.catalog, growing.shards)
    with TestClient(create_app(growing.settings)) as client:
        gone, history = client.get(address), client.get(f"{address}/history?sort=revision").json()["data"]
    moves.plan(growing.catalog, [bucket], 4)
    assert Mover(growing.catalog, growing.shards, grace_s=0).run([bucket]).deleted == 1
    growing.shards.refresh()
    assert growing.shards.map.owner_of(bucket) == 4
    with TestClient(create_app(growing.settings)) as client:
        assert (gone.status_code, client.get(address).status_code) == (410, 410)
        assert client.get(f"{address}/history?sort=revision").json()["data"] == history
    assert [each["revision"] for each in history] == [1, 2]
    (back,) = store_sharded(growing.shards, BILLS, [bill(1)])
    assert back.revision == 3
    with TestClient(create_app(growing.settings)) as client:
        assert client.get(address).status_code == 200
    with growing.catalog.connection() as connection:
        connection.execute("delete from bucket_moves where state = 'planned'")
    require_clean(growing)


@pytest.mark.parametrize("target_known", [False, True])
def test_a_relay_that_does_not_come_along_stops_the_switch(growing: Growing, target_known: bool) -> None:
    growing.add()
    store_sharded(growing.shards, BILLS, [bill(1)])
    home, bucket = growing.shards.map.shard_of("1-1/C-1"), bucket_of("1-1/C-1")
    moves.plan(growing.catalog, [bucket], 4)
    for shard in (home, 4) if target_known else (home,):
        with growing.shards.databases[shard].connection() as connection:
            connection.execute("insert into relay_positions (log, epoch) values (%s, 1)", (f"shard_{shard}",))
    with pytest.raises(MoveGivenUp, match="has not published" if target_known else "and not shard_4"):
        Mover(growing.catalog, growing.shards, grace_s=0, patience_s=0.1).run([bucket])
    growing.shards.refresh()
    assert growing.shards.map.owner_of(bucket) == home
    (change,) = store_sharded(growing.shards, BILLS, [bill(1, title="Still written here")])
    assert change.revision == 2
    assert [move.given_up != "" for move in moves.open_moves(growing.catalog) if move.bucket == bucket] == [True]
    catch_up_lists(growing.catalog, growing.shards)
    assert verify(growing.catalog, growing.shards).clean


def test_a_copy_that_differs_is_not_switched_to(growing: Growing) -> None:
    growing.add()
    store_sharded(growing.shards, BILLS, [bill(1)])
    bucket = bucket_of("1-1/C-1")
    moves.plan(growing.catalog, [bucket], 4)
    with growing.shards.databases[4].connection() as connection:
        connection.execute(
            "create function falsify() returns trigger language plpgsql as "
            "$$ begin new.title_en := 'False'; return new; end $$;"
            "create trigger falsify before insert on bills for each row execute function falsify()"
        )
    with pytest.raises(MoveGivenUp, match="bills: 1 rows here, 1 there, or their contents differ"):
        Mover(growing.catalog, growing.shards, grace_s=0).run([bucket])
    assert store_sharded(growing.shards, BILLS, [bill(1, title="Still written here")])[0].revision == 2


def test_processes_that_do_not_know_the_new_shard_are_named(growing: Growing) -> None:
    growing.add()
    old = msgspec.structs.replace(growing.settings, shard_urls=growing.settings.shard_urls[:4])
    told = "do not know shard_4 are connected: openpolicy with 4 shards"
    with TestClient(create_app(old)), pytest.raises(SettingInvalid, match=told):
        Mover(growing.catalog, growing.shards, grace_s=0).run()
    done = growing.command("move", shards=4)
    assert done.returncode == 2
    assert "shard_4 is not in it" in done.stderr


def test_what_is_no_next_shard_is_refused(growing: Growing) -> None:
    store_sharded(growing.shards, BILLS, [bill(number) for number in range(1, 20)])
    for url, told in (
        (growing.urls[0], "is the catalog"),
        (growing.urls[1], "is shard_0 already"),
    ):
        done = growing.command("add", shards=4, new=url)
        assert done.returncode == 2
        assert told in done.stderr
    first, again = growing.add(), growing.add()
    assert first["planned"] == again["planned"] == sum(owner == 4 for owner in initial_map(5))
    listed = json.loads(growing.command("list", "--json").stdout)
    assert [each["buckets"] for each in listed["shards"]] == [*map(initial_map(4).count, range(4)), 0]
    assert len(listed["moves"]) == first["planned"]
    assert bucket_fences.number_of(growing.shards.databases[4]) == 4
