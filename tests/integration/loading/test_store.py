"""Storing aggregates: unchanged input writes nothing, a change makes one revision, a crash leaves all or nothing."""

import hashlib
import threading

import msgspec
import psycopg
import pytest

from tests.support.data.samples import bill, vote
from warehouse.model.keys import BUCKETS, bucket_of
from warehouse.postgres.aggregates.store import BILLS, VOTES, Incoming, store, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards, initial_map
from warehouse.runtime.errors import StoreUnavailable

pytestmark = pytest.mark.postgres


def total(shards: Shards, query: str) -> int:
    """The sum of one number over the shards."""
    result = 0
    for database in shards.databases:
        with database.connection() as connection:
            result += connection.execute(query).fetchone()[0]
    return result


def test_storing_the_same_twice_logs_one_change_each(shards: Shards) -> None:
    votes = [vote(number) for number in range(1, 41)]
    first = store_sharded(shards, VOTES, votes)
    assert sorted(change.key for change in first) == sorted(item.root.key for item in votes)
    assert {(change.revision, change.op) for change in first} == {(1, "created")}
    versions = total(shards, "select coalesce(sum(version), 0)::int from bucket_versions")
    assert store_sharded(shards, VOTES, votes) == []
    assert total(shards, "select count(*) from change_log") == 40
    assert total(shards, "select count(*) from ballots") == 40 * 12
    assert total(shards, "select coalesce(sum(version), 0)::int from bucket_versions") == versions


def test_one_corrected_ballot_makes_one_revision_of_one_vote(shards: Shards) -> None:
    store_sharded(shards, VOTES, [vote(number) for number in range(1, 11)])
    corrected = [vote(number, nays=frozenset({3} if number == 7 else ())) for number in range(1, 11)]
    (change,) = store_sharded(shards, VOTES, corrected)
    assert (change.key, change.revision, change.op) == ("1-1/commons/7", 2, "updated")
    assert change.changed == ["ballots", "caucuses", "counted_nays", "counted_yeas", "nays", "yeas"]
    database = shards.databases[shards.map.shard_of(change.key)]
    with database.connection() as connection:
        positions = connection.execute(
            "select person_id, position from ballots join votes using (bucket, vote_id) where key = %s", (change.key,)
        ).fetchall()
    assert dict(positions) == {person: "nay" if person == 3 else "yea" for person in range(1, 13)}


def test_a_member_struck_from_a_vote_loses_the_ballot(shards: Shards) -> None:
    store_sharded(shards, VOTES, [vote(1, members=5)])
    store_sharded(shards, VOTES, [vote(1, members=4)])
    assert total(shards, "select count(*) from ballots") == 4


def test_ballots_stay_as_they_are_when_only_the_subject_is_reworded(shards: Shards) -> None:
    store_sharded(shards, VOTES, [vote(1), vote(2)])
    database = shards.databases[shards.map.shard_of("1-1/commons/1")]
    rows = "select b.xmin::text, b.* from ballots as b join votes using (bucket, vote_id) where number = 1 order by 4"
    with database.connection() as connection:
        before = connection.execute(rows).fetchall()
    reworded = Incoming(msgspec.structs.replace(vote(1).root, subject_en="Another motion"), vote(1).provenance)
    (change,) = store_sharded(shards, VOTES, [reworded, vote(2)])
    assert change.changed == ["subject_en"]
    with database.connection() as connection:
        assert connection.execute(rows).fetchall() == before
    assert len(before) == 12


def test_texts_that_are_missing_stay_null(shards: Shards) -> None:
    store_sharded(shards, BILLS, [bill(3)])
    assert total(shards, "select count(*) from bills where title_fr is null and short_title_en is null") == 1
    assert total(shards, "select count(*) from change_log where state ->> 'title_fr' is null") == 1


def test_a_summary_is_a_change_and_none_is_as_before_there_were_any(shards: Shards) -> None:
    """What was stored by a version that knew no summaries is announced again only where there is one."""
    before = bill(1)
    known = msgspec.to_builtins(before.root)
    del known["summary_en"], known["summary_fr"]
    store_sharded(shards, BILLS, [before])
    database = shards.databases[shards.map.shard_of(before.root.key)]
    with database.connection() as connection:
        (stored,) = connection.execute("select content_hash from bills").fetchone()
    assert stored == hashlib.sha256(msgspec.json.encode(known)).digest()
    after = msgspec.structs.replace(before.root, summary_en='It is about ,"summary_fr":null.', summary_fr=None)
    (change,) = store_sharded(shards, BILLS, [msgspec.structs.replace(before, root=after)])
    assert change.changed == ["summary_en"]
    assert store_sharded(shards, BILLS, [msgspec.structs.replace(before, root=after)]) == []


def test_a_failing_transaction_leaves_neither_state_nor_log(shards: Shards) -> None:
    database = shards.databases[0]
    bad = bill(2)
    bad = msgspec.structs.replace(bad, root=msgspec.structs.replace(bad.root, chamber="lords"))
    with pytest.raises(psycopg.errors.CheckViolation):
        store(database, BILLS, [bill(1), bad])
    with database.connection() as connection:
        assert connection.execute("select count(*) from bills").fetchone() == (0,)
        assert connection.execute("select count(*) from change_log").fetchone() == (0,)


def test_two_writers_of_the_same_votes_make_one_change_each(shards: Shards) -> None:
    votes = [vote(number) for number in range(1, 31)]
    changed: list[int] = []
    threads = [
        threading.Thread(target=lambda: changed.append(len(store_sharded(shards, VOTES, votes)))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(changed) == 30  # each shard has its own lock: one writer may win here and another there


def test_every_row_lies_in_its_bucket_on_the_shard_that_owns_it(shards: Shards) -> None:
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 61)])
    for number, database in enumerate(shards.databases):
        with database.connection() as connection:
            rows = connection.execute("select key, bucket from bills").fetchall()
        assert rows
        assert all(bucket == bucket_of(key) and shards.map.shard_of(key) == number for key, bucket in rows)


def test_a_fifth_shard_takes_a_fifth_of_the_buckets() -> None:
    moved = sum(before != after for before, after in zip(initial_map(4), initial_map(5), strict=True))
    assert 0.17 < moved / BUCKETS < 0.23
    assert all(after == 4 for before, after in zip(initial_map(4), initial_map(5), strict=True) if before != after)


def test_an_unreachable_database_is_named_without_its_password() -> None:
    with pytest.raises(StoreUnavailable, match=r"postgresql://user:\*\*\*@127.0.0.1:9/none") as raised:
        store(Database("postgresql://user:secret@127.0.0.1:9/none"), BILLS, [bill(1)])
    assert "secret" not in str(raised.value)
