"""Withdrawing: the state goes, the history stays, revisions go on without a gap, and storing again brings it back."""

import pytest

from tests.support.data.samples import ORIGIN, bill, vote
from tests.support.servers.postgres import SHARDS
from warehouse.model.changes.events import Position
from warehouse.postgres import verify as proof
from warehouse.postgres.aggregates.store import BILLS, VOTES, Aggregate, Change, Incoming, store_sharded
from warehouse.postgres.aggregates.withdraw import Withdrawal, withdraw
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.shards.shard_map import Shards

pytestmark = pytest.mark.postgres
KEY = "1-1/commons/7"
WHY = "It was recorded twice."


def owner(shards: Shards, key: str) -> Database:
    return shards.databases[shards.map.shard_of(key)]


def take_back(shards: Shards, aggregate: Aggregate, key: str) -> list[Change]:  # type: ignore[type-arg]
    return withdraw(owner(shards, key), aggregate, [Withdrawal(key, WHY, ORIGIN)])


def problems(shards: Shards) -> list[str]:
    """What verify finds between states, replayed log and withdrawals."""
    found: list[str] = []
    for number, database in enumerate(shards.databases):
        owned = shards.map.buckets_of(number)
        found += [*proof.gaps(database, owned), *proof.withdrawn(database, owned), *proof.orphans(database)]
        for entity in ("bill", "vote"):
            states, replayed = proof.checksums(database, entity, owned)
            found += [] if states == replayed else proof.differences(database, entity, owned)
            found += proof.misplaced(database, entity, frozenset(owned))
    return found


@pytest.fixture
def stored(shards: Shards) -> Shards:
    assert len(shards.databases) == SHARDS
    store_sharded(shards, VOTES, [vote(number) for number in range(1, 11)])
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 11)])
    return shards


def test_a_withdrawn_vote_leaves_a_tombstone_with_its_last_state(stored: Shards) -> None:
    database = owner(stored, KEY)
    (change,) = take_back(stored, VOTES, KEY)
    assert (change.key, change.revision, change.op, change.changed) == (KEY, 2, "withdrawn", [])
    assert [each.key for each in take_back(stored, VOTES, KEY)] == []
    with database.connection() as connection:
        assert connection.execute("select count(*) from votes where key = %s", (KEY,)).fetchone() == (0,)
        left = connection.execute("select count(*) from ballots where vote_id not in (select vote_id from votes)")
        assert left.fetchone() == (0,)
    last = read.read_whole_after(database, Position(), 1000)[-1]
    assert (last.key, last.op, last.reason, last.source) == (KEY, "withdrawn", WHY, ORIGIN.source)
    assert '"ballots": [[1, "yea"' in last.state
    assert problems(stored) == []


@pytest.mark.parametrize("nays", [frozenset(), frozenset({3})])
def test_storing_it_again_brings_it_back_with_the_next_revision(stored: Shards, nays: frozenset[int]) -> None:
    take_back(stored, VOTES, KEY)
    (back,) = store_sharded(stored, VOTES, [vote(7, nays=nays)])
    assert (back.revision, back.op, bool(back.changed)) == (3, "updated", bool(nays))
    assert store_sharded(stored, VOTES, [vote(7, nays=nays)]) == []
    assert problems(stored) == []
    (again,) = take_back(stored, VOTES, KEY)
    assert again.revision == 4
    assert problems(stored) == []


def test_stages_go_with_their_bill_and_other_bills_stay(stored: Shards) -> None:
    (change,) = take_back(stored, BILLS, "1-1/C-3")
    assert change.revision == 2
    keys: list[str] = []
    for database in stored.databases:
        with database.connection() as connection:
            keys += [key for (key,) in connection.execute("select key from bills join bill_stages using (bill_id)")]
    assert sorted(keys) == sorted(f"1-1/C-{number}" for number in range(1, 11) if number != 3)
    assert problems(stored) == []


def test_what_was_never_stored_cannot_be_withdrawn(stored: Shards) -> None:
    assert take_back(stored, BILLS, "1-1/C-99") == []
    changes = store_sharded(stored, BILLS, [bill(99)])
    assert [(each.revision, each.op) for each in changes] == [(1, "created")]


def test_a_withdrawal_that_is_not_noted_is_found(stored: Shards) -> None:
    take_back(stored, VOTES, KEY)
    with owner(stored, KEY).connection() as connection:
        connection.execute("delete from withdrawals")
    assert problems(stored) == [f"vote {KEY}: withdrawn with revision None, by the log with 2"]


def test_a_whole_batch_comes_back_together(stored: Shards) -> None:
    for number in (2, 4):
        take_back(stored, BILLS, f"1-1/C-{number}")
    incoming: list[Incoming] = [bill(number, title="An Act respecting more") for number in range(1, 12)]  # type: ignore[type-arg]
    changes = {each.key: (each.revision, each.op) for each in store_sharded(stored, BILLS, incoming)}
    assert changes["1-1/C-2"] == changes["1-1/C-4"] == (3, "updated")
    assert changes["1-1/C-1"] == (2, "updated")
    assert changes["1-1/C-11"] == (1, "created")
    assert problems(stored) == []
