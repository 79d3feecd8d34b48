"""Any read model follows the change logs: positions after durable rows, one leader, and nothing unfit stops it."""

import threading
from pathlib import Path

import msgspec
import pytest
from prometheus_client import generate_latest

from tests.support.data.read_models import FolderReadModel
from tests.support.data.samples import bill, vote
from tests.support.processes.streaming import wait_until
from warehouse.model.changes.events import Position
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read, read_model_positions
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.lists import ListReadModel
from warehouse.workers.stream.apply import apply_once, catch_up, catch_up_lists
from warehouse.workers.stream.consumers import Consumers
from warehouse.workers.stream.lag import read_stream
from warehouse.workers.stream.logged_dead_letters import replay
from warehouse.workers.stream.metrics import Measures, StreamCollector
from warehouse.workers.upkeep.rebuild import Rebuilt, entities, rebuild
from warehouse.workers.upkeep.verify import verify
from warehouse.workers.upkeep.verify_read_models import Comparison, compare_read_model

pytestmark = pytest.mark.postgres


def test_a_whole_read_model_gets_ballots_and_its_position_follows_its_rows(
    catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 11)])
    store_sharded(shards, VOTES, [vote(1, members=7)])
    read_model = FolderReadModel(tmp_path)
    read_model.is_away = True
    with pytest.raises(StoreUnavailable):
        apply_once(read_model, catalog, shards)
    assert read_model_positions.positions(catalog, "folder") == {}
    read_model.is_away = False
    assert apply_once(read_model, catalog, shards) == 11
    assert apply_once(read_model, catalog, shards) == 0
    assert {row.ballots for row in read_model.rows() if row.entity == "vote"} == {7}
    assert read_model.stored_revisions()["bill"] == {f"1-1/C-{number}": 1 for number in range(1, 11)}


def test_what_is_unfit_or_refused_is_parked_and_the_read_model_goes_on(
    catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 11)])
    read_model = FolderReadModel(tmp_path, unfit=frozenset({"1-1/C-3"}), refused=frozenset({"1-1/C-7"}))
    while apply_once(read_model, catalog, shards):
        pass
    assert len(read_model.stored_revisions()["bill"]) == 8
    parked = {each.key: each.reason for each in read_model_positions.dead_letters(catalog)}
    assert parked == {"1-1/C-3": "1-1/C-3 is unfit.", "1-1/C-7": "The store refuses it: 1-1/C-7 does not fit."}


def test_a_list_row_that_postgres_refuses_is_parked_and_the_others_are_applied(
    catalog: Database, shards: Shards
) -> None:
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 11)])
    with catalog.connection() as connection:
        connection.execute("alter table bill_list add constraint seven check (key <> '1-1/C-7')")
    try:
        assert catch_up_lists(catalog, shards) == 10
    finally:
        with catalog.connection() as connection:
            connection.execute("alter table bill_list drop constraint seven")
    assert len(ListReadModel(catalog).stored_revisions()["bill"]) == 9
    assert [(each.read_model, each.key) for each in read_model_positions.dead_letters(catalog)] == [
        ("lists", "1-1/C-7")
    ]


def test_while_another_leads_we_wait_until_it_is_as_far(catalog: Database, shards: Shards, tmp_path: Path) -> None:
    store_sharded(shards, BILLS, [bill(1)])
    read_model, done = FolderReadModel(tmp_path), threading.Event()
    with read_model_positions.lead(catalog, "folder") as leading:
        assert leading is not None
        with read_model_positions.lead(catalog, "folder") as second:
            assert second is None

        def waits() -> None:
            assert catch_up("folder", lambda: FolderReadModel(tmp_path), catalog, shards) == 0
            done.set()

        waiter = threading.Thread(target=waits, daemon=True)
        waiter.start()
        assert not done.wait(0.5)
        assert apply_once(read_model, catalog, shards) == 1
        assert done.wait(60)
        waiter.join(30)


def test_the_leader_sees_that_the_lead_is_wanted(catalog: Database) -> None:
    held = threading.Event()

    def waits() -> None:
        with read_model_positions.lead(catalog, "folder", wait=True) as mine:
            assert mine is not None
            held.set()

    with read_model_positions.lead(catalog, "folder") as leading:
        assert leading is not None
        assert not leading.is_wanted()
        waiter = threading.Thread(target=waits, daemon=True)
        waiter.start()
        wait_until(leading.is_wanted, "the lead is wanted", 60)
        assert not held.is_set()
    assert held.wait(60)
    waiter.join(30)


def test_consumers_follow_by_themselves(catalog: Database, shards: Shards, database_urls: list[str]) -> None:
    settings = Settings(catalog_url=database_urls[0], shard_urls=tuple(database_urls[1:]))
    consumers = Consumers(["lists"], settings, catalog, shards, Measures())
    consumers.start()
    try:
        store_sharded(shards, VOTES, [vote(number) for number in range(1, 11)])
        wait_until(
            lambda: len(ListReadModel(catalog).stored_revisions()["vote"]) == 10, "the list of votes follows", 30
        )
        assert consumers.is_alive()
    finally:
        consumers.stop()
    assert not consumers.is_alive()


def test_a_position_never_goes_back(catalog: Database) -> None:
    with catalog.connection() as connection:
        for position in (Position(900, 5), Position(800, 9), Position(900, 4)):
            read_model_positions.save_position(connection, "folder", "shard_0", position, 1)
    assert read_model_positions.positions(catalog, "folder") == {"shard_0": Position(900, 5)}


def test_a_withdrawn_entity_leaves_the_list_and_no_older_change_brings_it_back(
    catalog: Database, shards: Shards
) -> None:
    store_sharded(shards, BILLS, [bill(1)])
    store_sharded(shards, BILLS, [bill(1, title="Another")])
    database = shards.databases[shards.map.shard_of("1-1/C-1")]
    older, newer = read.read_after(database, Position(), 10)
    read_model = ListReadModel(catalog)
    withdrawn = msgspec.structs.replace(newer, revision=3, op="withdrawn")
    again = msgspec.structs.replace(newer, revision=4)
    changes = {entry.revision: read_model.projected(entry) for entry in (older, newer, withdrawn, again)}

    def apply(revision: int) -> dict[str, int]:
        change = changes[revision]
        assert change is not None
        read_model.insert([change])
        return read_model.stored_revisions()["bill"]

    assert [apply(revision) for revision in (1, 2)] == [{"1-1/C-1": 1}, {"1-1/C-1": 2}]
    assert [apply(revision) for revision in (3, 3, 2, 1)] == [{}, {}, {}, {}]
    assert [apply(revision) for revision in (4, 3, 1)] == [{"1-1/C-1": 4}] * 3
    with catalog.connection() as connection:
        shown = connection.execute(
            "select revision from bill_list where live_from <= 3 and (live_to is null or live_to > 3)"
        ).fetchall()
    assert shown == [], "the list version made by the withdrawal shows it no more"


def test_a_rebuild_restores_what_was_damaged_while_an_older_version_stays_readable(
    catalog: Database, shards: Shards, database_urls: list[str]
) -> None:
    settings = Settings(catalog_url=database_urls[0], shard_urls=tuple(database_urls[1:]))
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 11)])
    catch_up_lists(catalog, shards)
    store_sharded(shards, BILLS, [bill(1, title="Newer")])
    store_sharded(shards, VOTES, [vote(1)])
    catch_up_lists(catalog, shards)
    with catalog.connection() as connection:
        version = connection.execute("select max(version) from list_versions").fetchone()[0]
        connection.execute("delete from bill_list where key = '1-1/C-2'")
        connection.execute("update bill_list set title_en = 'Damaged' where key = '1-1/C-3'")
        connection.execute("update bill_list set live_to = %s where key = '1-1/C-4'", (version,))
        connection.execute(
            "insert into vote_list (key, revision, live_from, session, session_order, chamber, number, held_at,"
            " held_on, result, disputed, state, provenance, recorded_at) select 'extra', 1, 1, session, 1, chamber, 9,"
            " held_at, held_on, result, disputed, state, provenance, recorded_at from vote_list"
        )
    assert not verify(catalog, shards).clean
    reads: list[int] = []
    assert rebuild("lists", settings, catalog, shards, read=reads.append) == Rebuilt(11, 0)
    assert sum(reads) == 11 == entities(catalog, shards)
    assert verify(catalog, shards).clean
    with catalog.connection() as connection:
        live = "live_from <= %(v)s and (live_to is null or live_to > %(v)s)"
        now = connection.execute("select max(version) from list_versions").fetchone()[0]
        first = connection.execute(f"select title_en from bill_list where key = '1-1/C-1' and {live}", {"v": 1})
        assert (now, first.fetchone()) == (version + 1, ("An Act respecting tests",))
        kept = connection.execute(f"select count(*) from bill_list where {live}", {"v": version}).fetchone()
    assert kept == (8,), "of the version before: all but the row that was deleted and the one that was closed"
    store_sharded(shards, BILLS, [bill(2, title="After")])
    assert catch_up_lists(catalog, shards) == 1
    assert verify(catalog, shards).clean


def test_what_was_parked_is_applied_once_the_reason_is_gone(
    catalog: Database, shards: Shards, database_urls: list[str]
) -> None:
    settings = Settings(catalog_url=database_urls[0], shard_urls=tuple(database_urls[1:]))
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 6)])
    with catalog.connection() as connection:
        connection.execute("alter table bill_list add constraint three check (key <> '1-1/C-3')")
    try:
        catch_up_lists(catalog, shards)
        waiting = read_model_positions.dead_letters(catalog)
        refused = replay(waiting, settings, catalog, shards)
        assert (refused.sent, list(refused.left)) == ([], [waiting[0].id])
    finally:
        with catalog.connection() as connection:
            connection.execute("alter table bill_list drop constraint three")
    assert replay(waiting, settings, catalog, shards).sent == [waiting[0].id]
    assert read_model_positions.dead_letters(catalog) == []
    assert verify(catalog, shards).clean


def test_verify_says_which_entity_a_read_model_does_not_show(
    catalog: Database, shards: Shards, database_urls: list[str]
) -> None:
    settings = Settings(catalog_url=database_urls[0], shard_urls=tuple(database_urls[1:]))
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 4)])
    catch_up_lists(catalog, shards)
    assert compare_read_model("lists", settings, catalog, shards) == Comparison(holder="lists", entities=3, problems=[])
    with catalog.connection() as connection:
        connection.execute("update bill_list set revision = 9 where key = '1-1/C-1'")
        connection.execute("delete from bill_list where key = '1-1/C-2'")
    assert compare_read_model("lists", settings, catalog, shards).problems == [
        "bill 1-1/C-1: lists has revision 9, the log 1",
        "bill 1-1/C-2: lists has revision None, the log 1",
    ]


def test_status_and_metrics_say_what_waits_and_what_was_parked(
    catalog: Database, shards: Shards, database_urls: list[str]
) -> None:
    settings = Settings(catalog_url=database_urls[0], shard_urls=tuple(database_urls[1:]))
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 6)])
    lists = next(each for each in read_stream(settings, catalog, shards).consumers if each.name == "lists")
    assert (lists.name, lists.waiting, lists.dead_letters) == ("lists", 5, 0)
    assert lists.lag_s > 0
    catch_up_lists(catalog, shards)
    store_sharded(shards, BILLS, [bill(1, title="Later")])
    measures = Measures()
    measures.registry.register(StreamCollector(lambda: read_stream(settings, catalog, shards)))
    assert measures.applied("lists", lambda: 5) == 5
    shown = generate_latest(measures.registry).decode()
    log = f"shard_{shards.map.shard_of('1-1/C-1')}"
    assert f'openpolicy_lag_events{{consumer="lists",place="{log}"}} 1.0' in shown
    assert 'openpolicy_dead_letters{consumer="lists"} 0.0' in shown
    assert 'openpolicy_read_model_batch_events_sum{read_model="lists"} 5.0' in shown
