"""Old months leave the change log: what reads it sees no difference, whatever happens on the way."""

import datetime as dt
import signal
from pathlib import Path

import pytest

from tests.support.data.months import FIRST_KEPT, archived, spread, states_in_logs
from tests.support.data.samples import ORIGIN, bill, vote
from tests.support.processes.command_line import openpolicy
from warehouse.model.changes.events import LogEntry, Position
from warehouse.model.keys import BUCKETS
from warehouse.objects.log_archive import LogArchive
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.aggregates.withdraw import Withdrawal, withdraw
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.log.archive import archiving, logged_months
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import SettingInvalid, StateLost, StoreUnavailable
from warehouse.runtime.failpoints import ARCHIVE_FAILPOINTS
from warehouse.workers.stream.apply import catch_up_lists, logs
from warehouse.workers.upkeep.archive_log import month_before
from warehouse.workers.upkeep.verify import verify

pytestmark = pytest.mark.postgres
VOTES_STORED = 30


@pytest.fixture
def old(catalog: Database, shards: Shards) -> Shards:
    """Shards with three months of changes; all of them are in the lists."""
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 31)])
    store_sharded(shards, VOTES, [vote(number) for number in range(1, VOTES_STORED + 1)])
    store_sharded(shards, VOTES, [vote(number, nays=frozenset({2})) for number in range(1, 20)])
    store_sharded(shards, VOTES, [vote(number, nays=frozenset({3})) for number in range(1, 10)])
    spread(catalog, shards)
    catch_up_lists(catalog, shards)
    return shards


def everything(catalog: Database, shards: Shards) -> dict[str, list[LogEntry]]:
    """All that a reader of a log from its beginning sees, in every way there is to read it."""
    found = {}
    for name, database in logs(catalog, shards).items():
        whole = read.read_whole_after(database, Position(), 10_000)
        found[f"{name} whole"] = whole
        found[f"{name} narrow"] = read.read_after(database, Position(), 10_000)
        found[f"{name} latest"] = read.latest_of(database, range(BUCKETS))
        for kind in (False, True):
            batches = read.latest_in_batches(database, whole=kind)
            found[f"{name} newest, whole {kind}"] = [entry for batch in batches for entry in batch]
        ones = (read.read_one(database, entry.position.seq) for entry in whole)
        found[f"{name} one by one"] = [entry for entry in ones if entry is not None]
    return found


def checksums(catalog: Database, shards: Shards, folder: Path) -> list[tuple[dict[str, str], dict[str, str], str]]:
    """What `verify` sums; it must be clean."""
    report = verify(catalog, shards, LogArchive(folder.as_uri()))
    assert report.clean, "\n".join(report.lines)
    return [(each.states, each.replayed, each.lists) for each in report.databases]


def test_whoever_reads_the_log_sees_no_difference(catalog: Database, old: Shards, tmp_path: Path) -> None:
    before, sums = everything(catalog, old), checksums(catalog, old, tmp_path)
    report = archived(catalog, old, tmp_path)
    assert sum(made.changes for made in report.archived) == 30 + VOTES_STORED + 19
    assert {made.month for made in report.archived} == {"2025-01", "2025-02"}
    assert set(states_in_logs(catalog, old).values()) == {0}
    assert everything(catalog, old) == before
    assert checksums(catalog, old, tmp_path) == sums
    assert archived(catalog, old, tmp_path).archived == []


def test_the_next_change_of_what_was_archived_says_what_it_changed(
    catalog: Database, old: Shards, tmp_path: Path
) -> None:
    archived(catalog, old, tmp_path)
    assert [change.changed for change in store_sharded(old, BILLS, [bill(1, title="Another")])] == [["title_en"]]
    (changed,) = store_sharded(old, VOTES, [vote(VOTES_STORED, nays=frozenset({1}))])
    assert changed.changed == ["ballots", "caucuses", "counted_nays", "counted_yeas", "nays", "yeas"]
    assert store_sharded(old, BILLS, [bill(2)]) == []
    catch_up_lists(catalog, old)
    checksums(catalog, old, tmp_path)


def test_a_tombstone_keeps_its_state_for_who_comes_back(catalog: Database, old: Shards, tmp_path: Path) -> None:
    key = "1-1/C-1"
    database = old.databases[old.map.shard_of(key)]
    withdraw(database, BILLS, [Withdrawal(key, "A mistake", ORIGIN)])
    spread(catalog, old)
    catch_up_lists(catalog, old)
    archived(catalog, old, tmp_path)
    checksums(catalog, old, tmp_path)
    assert sum(states_in_logs(catalog, old).values()) == 1
    (change,) = store_sharded(old, BILLS, [bill(1, title="Another")])
    assert (change.revision, change.changed) == (3, ["title_en"])


def test_what_was_not_read_to_its_end_stays(catalog: Database, old: Shards, tmp_path: Path) -> None:
    with catalog.connection() as connection:
        connection.execute("update projection_positions set seq = 0, xid = '0' where log = 'shard_0'")
    report = archived(catalog, old, tmp_path)
    assert {(each.log, each.why) for each in report.waiting} == {("shard_0", "lists has not read it to its end")}
    assert {made.log for made in report.archived} == {"shard_1", "shard_2", "shard_3"}
    with old.databases[1].connection() as connection:
        connection.execute("insert into relay_positions (log, epoch) values ('shard_1', 1)")
        connection.execute("update change_log set recorded_at = recorded_at - interval '1 month' where revision = 3")
    waiting = {each.log: each.why for each in archived(catalog, old, tmp_path).waiting}
    assert waiting["shard_1"] == "relay has not read it to its end"


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", ARCHIVE_FAILPOINTS)
def test_killed_and_run_again(
    catalog: Database, old: Shards, database_urls: list[str], tmp_path: Path, failpoint: str
) -> None:
    before, sums = everything(catalog, old), checksums(catalog, old, tmp_path)

    def run(armed: str) -> int:
        variables = {
            "OPENPOLICY_CATALOG_URL": database_urls[0],
            "OPENPOLICY_SHARD_URLS": ",".join(database_urls[1:]),
            "OPENPOLICY_OBJECTS_URL": tmp_path.as_uri(),
            "OPENPOLICY_FAILPOINT": armed,
        }
        return openpolicy("log", "archive", "--before", f"{FIRST_KEPT:%Y-%m}", "--json", env=variables).returncode

    assert run(failpoint) == -signal.SIGKILL
    archived(catalog, old, tmp_path, before=dt.date(2024, 1, 1))  # nothing is due: only to read what is there by now
    assert everything(catalog, old) == before
    assert run(f"{failpoint}:2") == -signal.SIGKILL
    assert everything(catalog, old) == before
    assert run("") == 0
    assert everything(catalog, old) == before
    assert checksums(catalog, old, tmp_path) == sums
    assert set(states_in_logs(catalog, old).values()) == {0}
    for database in old.databases:
        with database.connection() as connection:
            assert connection.execute(
                "select count(*) from change_log_archives where compacted_at is null"
            ).fetchone() == (0,)
    objects = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.parquet")}
    named = {f"change_log/{name}.parquet" for database in old.databases for name in _registered(database)}
    assert objects == named, "a killed process leaves no object that nobody knows of"


def _registered(database: Database) -> list[str]:
    with database.connection() as connection:
        return [row[0] for row in connection.execute("select name from change_log_archives")]


def test_damage_is_named_by_verify_and_by_readers(catalog: Database, old: Shards, tmp_path: Path) -> None:
    archived(catalog, old, tmp_path)
    altered, missing = (min(tmp_path.glob(f"change_log/{log}/*/*.parquet")) for log in ("shard_0", "shard_1"))
    body = bytearray(altered.read_bytes())
    body[len(body) // 3] ^= 0xFF
    altered.write_bytes(body)
    missing.rename(missing.with_suffix(".gone"))
    archived(catalog, old, tmp_path, before=dt.date(2024, 1, 1))
    problems = [
        problem for each in verify(catalog, old, LogArchive(tmp_path.as_uri())).databases for problem in each.problems
    ]
    assert len(problems) == 2
    assert altered.stem in problems[0]
    assert "altered" in problems[0]
    assert missing.stem in problems[1]
    assert "missing" in problems[1]
    log = old.databases[int(missing.parts[-3].removeprefix("shard_"))]
    with pytest.raises(StateLost, match=missing.stem):
        read.read_whole_after(log, Position(), 10_000)


def test_without_the_object_store_it_is_said_what_is_missing(catalog: Database, old: Shards, tmp_path: Path) -> None:
    archived(catalog, old, tmp_path)
    old.databases[0].past = None
    with pytest.raises(StoreUnavailable, match="no object store"):
        read.read_after(old.databases[0], Position(), 10)
    problems = [problem for each in verify(catalog, old).databases for problem in each.problems]
    assert all("OPENPOLICY_OBJECTS_URL" in problem for problem in problems)
    assert len(problems) == 4


def test_one_process_archives_at_a_time(catalog: Database, old: Shards, tmp_path: Path) -> None:
    with archiving(old.databases[0]), pytest.raises(StoreUnavailable, match="Another process"):
        archived(catalog, old, tmp_path)
    assert archived(catalog, old, tmp_path).archived


def test_a_month_takes_less_when_it_was_archived_and_the_list_says_so(
    catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    store_sharded(shards, VOTES, [vote(number, members=330) for number in range(1, 101)])
    spread(catalog, shards)
    catch_up_lists(catalog, shards)
    (before,) = [each for each in logged_months(shards.databases[0]) if each.month == dt.date(2025, 1, 1)]
    assert before.archived == 0
    archived(catalog, shards, tmp_path)
    (after,) = [each for each in logged_months(shards.databases[0]) if each.month == dt.date(2025, 1, 1)]
    assert after.archived == after.changes == before.changes
    assert after.table_bytes < before.table_bytes / 2
    assert after.objects == 1
    assert after.object_bytes == sum(path.stat().st_size for path in tmp_path.rglob("shard_0/**/*.parquet"))


@pytest.mark.parametrize(
    ("keep_months", "before", "expected"),
    [
        (12, None, "2025-11"),
        (1, None, "2026-10"),
        (11, None, "2025-12"),
        (1, "2026-10", "2026-10"),
        (12, "2020-02", "2020-02"),
    ],
)
def test_this_month_and_the_last_one_stay(keep_months: int, before: str | None, expected: str) -> None:
    assert f"{month_before(dt.date(2026, 11, 27), keep_months, before):%Y-%m}" == expected


@pytest.mark.parametrize("before", ["2026-11", "2027-01", "2026-13", "last"])
def test_other_months_are_refused(before: str) -> None:
    with pytest.raises(SettingInvalid):
        month_before(dt.date(2026, 11, 27), 12, before)
