"""Facts in ClickHouse: each entity whole and once, whatever is repeated, torn, withdrawn or rebuilt."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from tests.support.data.events import entry, state_of
from tests.support.data.samples import bill, vote
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.read_facts import FactReader
from warehouse.clickhouse.tables import TABLES
from warehouse.clickhouse.write_facts import FactWriter, batch_of_age
from warehouse.model.changes.events import LogEntry
from warehouse.model.read_models.facts import SessionTotals
from warehouse.runtime.errors import RowRefused, StoreUnavailable
from warehouse.workers.read_models.facts import FactReadModel

pytestmark = pytest.mark.clickhouse


@pytest.fixture
def clickhouse(clickhouse_url: str) -> Iterator[ClickHouse]:
    found = ClickHouse(clickhouse_url, timeout_s=30)
    yield found
    found.close()


@pytest.fixture
def read_model(clickhouse_url: str) -> Iterator[FactReadModel]:
    found = FactReadModel(clickhouse_url)
    yield found
    found.close()


def votes(numbers: Sequence[int], *, revision: int = 1, **options: Any) -> list[LogEntry]:
    return [entry("vote", revision=revision, state=vote(number, **options).root) for number in numbers]


def apply(read_model: FactReadModel, changes: Sequence[LogEntry]) -> None:
    read_model.insert([fact for change in changes if (fact := read_model.projected(change))])


def cast(clickhouse: ClickHouse) -> list[tuple[Any, ...]]:
    return clickhouse.rows(
        "select vote_key, countIf(position = 'yea'), countIf(position = 'nay') from current_ballots "
        "group by vote_key order by vote_key"
    )


def test_every_entity_is_seen_whole_and_an_older_or_equal_revision_changes_nothing(
    read_model: FactReadModel, clickhouse: ClickHouse
) -> None:
    changes = [entry(name) for name in ("bill", "member", "session")] + votes([1, 2])
    apply(read_model, changes)
    apply(read_model, changes)
    assert read_model.stored_revisions() == {
        "bill": {"1-1/C-7": 1},
        "member": {"5": 1},
        "session": {"1-1": 1},
        "vote": {"1-1/commons/1": 1, "1-1/commons/2": 1},
    }
    assert cast(clickhouse) == [("1-1/commons/1", 12, 0), ("1-1/commons/2", 12, 0)]
    apply(read_model, votes([1], revision=3, nays=frozenset({4}), members=10))
    apply(read_model, votes([1], revision=2))
    assert cast(clickhouse)[0] == ("1-1/commons/1", 9, 1)
    assert read_model.stored_revisions()["vote"]["1-1/commons/1"] == 3
    for table in ("bill_stages", "memberships"):
        assert clickhouse.rows(f"select count() from current_{table}") == [(1,)]
    assert read_model.tables.problems() == []
    totals = read_model.totals()["1-1"]
    assert totals._replace(checksum=0) == SessionTotals(votes=2, ballots=22, yeas=21, nays=1)


def test_withdrawn_is_gone_and_a_later_revision_brings_it_back(
    read_model: FactReadModel, clickhouse: ClickHouse
) -> None:
    apply(read_model, [*votes([1, 2]), entry("bill")])
    gone = [entry("vote", revision=2, op="withdrawn", state=vote(1).root), entry("bill", revision=2, op="withdrawn")]
    apply(read_model, gone)
    apply(read_model, [*gone, *votes([1]), entry("bill")])
    assert read_model.stored_revisions()["vote"] == {"1-1/commons/2": 1}
    assert read_model.stored_revisions()["bill"] == {}
    assert [key for key, *_ in cast(clickhouse)] == ["1-1/commons/2"]
    assert clickhouse.rows("select count() from current_bill_stages") == [(0,)]
    apply(read_model, [entry("vote", revision=3, op="updated", state=vote(1).root)])
    assert read_model.stored_revisions()["vote"] == {"1-1/commons/1": 3, "1-1/commons/2": 1}
    assert len(cast(clickhouse)) == 2


def test_an_insert_that_broke_off_is_never_seen_and_is_deleted_later(
    read_model: FactReadModel, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(read_model, votes([1]))
    insert = ClickHouse.insert_arrow

    def tears(self: ClickHouse, table: str, rows: pa.Table) -> None:
        if table == "votes":
            raise StoreUnavailable("It broke off.")
        insert(self, table, rows)

    with monkeypatch.context() as torn:
        torn.setattr(ClickHouse, "insert_arrow", tears)
        with pytest.raises(StoreUnavailable):
            apply(read_model, votes([1], revision=2, members=5))
    assert clickhouse.rows("select count() from ballots") == [(17,)]
    assert cast(clickhouse) == [("1-1/commons/1", 12, 0)]
    apply(read_model, votes([1], revision=2, members=5))
    assert cast(clickhouse) == [("1-1/commons/1", 5, 0)]
    assert read_model.tables.clean(before=batch_of_age(3600)) == 0, "it may be about to be named"
    assert read_model.tables.clean(before=batch_of_age(0)) == 17
    assert clickhouse.rows("select count() from ballots") == [(5,)]
    assert cast(clickhouse) == [("1-1/commons/1", 5, 0)]


def test_a_row_that_was_stored_twice_is_counted_once(read_model: FactReadModel, clickhouse: ClickHouse) -> None:
    """As when a frozen server finishes an insert that was given up and repeated meanwhile."""
    fact = read_model.projected(votes([1])[0])
    assert fact is not None
    other = FactWriter(clickhouse)
    for tables in (read_model.tables, other):
        tables._add(TABLES["vote"], "votes", [fact])
    assert clickhouse.rows("select count() from votes") == [(2,)]
    assert cast(clickhouse) == [("1-1/commons/1", 12, 0)]
    assert clickhouse.rows("select count() from current_votes") == [(1,)]


def test_what_does_not_fit_is_refused_and_named(read_model: FactReadModel, clickhouse: ClickHouse) -> None:
    broken = msgspec.structs.replace(vote(1).root, yeas=70_000)
    with pytest.raises(RowRefused, match="votes"):
        apply(read_model, [entry("vote", state=broken)])
    assert cast(clickhouse) == []
    assert clickhouse.rows("select count() from ballots") == [(0,)]


def test_problems_are_found(read_model: FactReadModel, clickhouse: ClickHouse) -> None:
    apply(read_model, votes([1, 2, 3]))
    clickhouse.command("alter table ballots delete where number = 2 and person_id = 5 settings mutations_sync = 1")
    clickhouse.command("insert into ballots select * from ballots where number = 3 and person_id = 5")
    assert [problem.partition(":")[0] for problem in read_model.tables.problems()] == [
        "vote 1-1/commons/2",
        "vote 1-1/commons/3",
    ]


def test_rebuild_heals_and_readers_see_the_old_or_the_new(read_model: FactReadModel, clickhouse: ClickHouse) -> None:
    apply(read_model, [*votes(range(1, 41)), entry("bill")])
    clickhouse.command("alter table ballots delete where number = 2 settings mutations_sync = 1")
    apply(read_model, [entry("vote", state=vote(99).root)])  # in no log
    seen: set[tuple[Any, ...]] = set()
    ended = threading.Event()

    def read() -> None:
        reader = ClickHouse(clickhouse.url, timeout_s=30)
        while not ended.is_set():
            seen.update(
                reader.rows(
                    "select count(), sum(n) from current_votes left join "
                    "(select vote_key, count() as n from current_ballots group by vote_key) as b on b.vote_key = key"
                )
            )
        reader.close()

    thread = threading.Thread(target=read)
    thread.start()
    changes = [*votes(range(1, 41), members=20), entry("bill"), entry("session")]
    try:
        assert read_model.rebuild([changes[:20], changes[20:]]) == 42
    finally:
        ended.set()
        thread.join()
    assert seen <= {(41, 39 * 12 + 12), (40, 40 * 20)}
    assert clickhouse.rows("select count() from current_ballots") == [(800,)]
    assert clickhouse.rows("select count() from ballots") == [(800,)], "what is not seen any more was deleted"
    assert read_model.stored_revisions() == {
        "bill": {"1-1/C-7": 1},
        "member": {},
        "session": {"1-1": 1},
        "vote": {f"1-1/commons/{number}": 1 for number in range(1, 41)},
    }
    assert read_model.tables.problems() == []
    apply(read_model, votes([1], revision=2, members=3))
    assert cast(clickhouse)[0] == ("1-1/commons/1", 3, 0)


def test_a_rebuild_that_fails_leaves_everything_as_it_was(read_model: FactReadModel, clickhouse: ClickHouse) -> None:
    apply(read_model, [*votes([1, 2]), entry("bill", state=bill(7).root)])
    before = read_model.stored_revisions()
    broken = entry("vote", state=msgspec.structs.replace(state_of("vote"), nays=70_000))
    with pytest.raises(RowRefused):
        read_model.rebuild([votes([1, 2, 3]), [broken]])
    assert read_model.stored_revisions() == before
    assert cast(clickhouse) == [("1-1/commons/1", 12, 0), ("1-1/commons/2", 12, 0)]
    assert read_model.rebuild([votes([1, 2, 3])]) == 3
    assert len(cast(clickhouse)) == 3


def test_tallies_are_those_of_the_ballots_after_corrections_merges_and_deletions(
    read_model: FactReadModel, clickhouse: ClickHouse
) -> None:
    read = FactReader(clickhouse)
    apply(read_model, votes([1, 2]))
    apply(read_model, votes([1], revision=2, nays=frozenset({3, 4})))
    for step in ("select 1", "optimize table ballots final", "clean"):
        if step == "clean":
            assert read_model.tables.clean(before=batch_of_age(0)) == 12
        else:
            clickhouse.command(step)
        tallies = read.tallies("all", "commons").tallies
        assert (tallies.yea.sum(axis=1).tolist(), tallies.nay.sum(axis=1).tolist()) == ([10, 12], [2, 0])


def test_a_vote_whose_ballots_are_gone_is_no_vote_without_ballots(
    read_model: FactReadModel, clickhouse: ClickHouse
) -> None:
    """As when another revision takes its place between the reading of votes and that of ballots."""
    read = FactReader(clickhouse)
    apply(read_model, votes([1, 2]))
    assert read.sheet("1-1", "commons").sheet.cast.sum() == 24
    clickhouse.command("alter table ballots delete where number = 1 settings mutations_sync = 1")
    for ask in (
        lambda: read.sheet("1-1", "commons"),
        lambda: read.sheet_of_votes(["1-1/commons/1"]),
        lambda: read.tallies("1-1", "commons"),
    ):
        with pytest.raises(StoreUnavailable, match="corrected"):
            ask()
    assert read.sheet_of_votes(["1-1/commons/2"]).sheet.cast.sum() == 12


def test_who_there_is_is_read_again_after_a_member_changed_and_after_a_rebuild(
    read_model: FactReadModel, clickhouse: ClickHouse
) -> None:
    read, member = FactReader(clickhouse), state_of("member")

    def named(name: str, revision: int) -> LogEntry:
        return entry("member", revision=revision, state=msgspec.structs.replace(member, name=name))

    apply(read_model, [*votes([1]), named("Ada", 1)])
    assert read.sheet_of_votes(["1-1/commons/1"]).names == {5: "Ada"}
    apply(read_model, [named("Ada Lovelace", 2)])
    assert read.sheet_of_votes(["1-1/commons/1"]).names == {5: "Ada Lovelace"}
    read_model.rebuild([[*votes([1]), named("Augusta", 1)], [named("Augusta Ada", 2)]])
    assert read.sheet("1-1", "commons").names == {5: "Augusta Ada"}


def test_a_batch_asks_once_what_is_there(read_model: FactReadModel, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    rows = ClickHouse.rows
    monkeypatch.setattr(ClickHouse, "rows", lambda self, sql, of=None: asked.append(sql) or rows(self, sql, of))
    changes = [entry(name) for name in ("bill", "member", "session")] + votes([1, 2])
    _ = read_model.tables
    for _again in range(2):
        asked.clear()
        apply(read_model, changes)
        assert len(asked) == 1
    assert sum(len(of) for of in read_model.stored_revisions().values()) == 5
