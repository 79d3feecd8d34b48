"""What a read model says it holds is what the shards hold: after a withdrawal, a move of buckets and a rebuild."""

from pathlib import Path

import msgspec
import pytest

from tests.support.data.events import state_of
from tests.support.data.samples import ORIGIN, bill, vote
from tests.support.processes.resharding import Growing
from warehouse.model.keys import bucket_of
from warehouse.postgres.aggregates.store import (
    BILLS,
    MEMBERS,
    SESSIONS,
    VOTES,
    Incoming,
    store,
    store_sharded,
)
from warehouse.postgres.aggregates.withdraw import Withdrawal, withdraw
from warehouse.postgres.shards import moves
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import READ_MODELS, open_read_model
from warehouse.workers.stream.apply import catch_up
from warehouse.workers.upkeep.rebuild import rebuild
from warehouse.workers.upkeep.reshard import Mover
from warehouse.workers.upkeep.verify_read_models import compare_read_model

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse]
TABLES = {"bill": "bills", "vote": "votes", "member": "members", "session": "sessions"}
KEPT = {
    "lists": ("bill", "vote", "member"),
    "bill_statistics": ("bill", "vote"),
    "search": ("bill", "vote", "member"),
    "facts": ("bill", "vote", "member", "session"),
}
"""What each read model has a use for."""
COUNT, THERE_AND_BACK = 20, "1-1/C-5"


class Followed:
    """An installation of five shards and one read model, told of by the tables of states and not by the logs."""

    def __init__(self, read_model: str, settings: Settings, growing: Growing) -> None:
        self.read_model, self.settings, self.growing = read_model, settings, growing

    def stored(self) -> dict[str, dict[str, int]]:
        """The revision of every entity in the shards and in the catalog."""
        found: dict[str, dict[str, int]] = {entity: {} for entity in KEPT[self.read_model]}
        for entity, keys in found.items():
            is_shared = entity in {"member", "session"}
            for database in [self.growing.catalog] if is_shared else self.growing.shards.databases:
                with database.connection() as connection:
                    keys.update(connection.execute(f"select key, revision from {TABLES[entity]}").fetchall())
        return found

    def require_equal(self) -> dict[str, dict[str, int]]:
        """Bring the read model up to date; what it holds is what is stored."""
        opened = self.settings, self.growing.catalog
        catch_up(
            self.read_model,
            lambda: open_read_model(self.read_model, *opened),
            self.growing.catalog,
            self.growing.shards,
        )
        return self.require_held()

    def require_held(self) -> dict[str, dict[str, int]]:
        """What it holds now is what is stored."""
        read_model = open_read_model(self.read_model, self.settings, self.growing.catalog)
        try:
            held = read_model.stored_revisions()
        finally:
            read_model.close()
        assert held == self.stored()
        assert (
            compare_read_model(self.read_model, self.settings, self.growing.catalog, self.growing.shards).problems == []
        )
        return held

    def withdraw(self, *bills: str) -> None:
        """Withdraw bills where they are now."""
        for key in bills:
            self.growing.shards.refresh()
            shard = self.growing.shards.databases[self.growing.shards.map.shard_of(key)]
            assert len(withdraw(shard, BILLS, [Withdrawal(key, "It was recorded twice.", ORIGIN)])) == 1

    def move(self, target: int, *keys: str) -> None:
        """Move the buckets of entities."""
        buckets = sorted({bucket_of(key) for key in keys})
        assert moves.plan(self.growing.catalog, buckets, target) == len(buckets)
        done = Mover(self.growing.catalog, self.growing.shards, grace_s=0).run(buckets)
        assert done.deleted == len(buckets)
        self.growing.shards.refresh()


@pytest.fixture(params=list(READ_MODELS))
def followed(request: pytest.FixtureRequest, growing: Growing, clickhouse_url: str, tmp_path: Path) -> Followed:
    growing.add()
    with growing.catalog.connection() as connection:
        connection.execute("delete from bucket_moves")  # what moves is said by the tests
    settings = msgspec.structs.replace(
        growing.settings, clickhouse_url=clickhouse_url, search_url=f"tantivy:{tmp_path / 'search'}"
    )
    return Followed(request.param, settings, growing)


def test_held_is_what_the_shards_hold(followed: Followed) -> None:
    growing = followed.growing
    store(growing.catalog, MEMBERS, [Incoming(state_of("member"), ORIGIN)])
    store(growing.catalog, SESSIONS, [Incoming(state_of("session"), ORIGIN)])
    store_sharded(growing.shards, BILLS, [bill(number) for number in range(1, COUNT + 1)])
    store_sharded(growing.shards, VOTES, [vote(number) for number in range(1, COUNT + 1)])
    held = followed.require_equal()
    assert {entity: len(keys) for entity, keys in held.items() if entity in {"bill", "vote"}} == {
        "bill": COUNT,
        "vote": COUNT,
    }

    followed.withdraw("1-1/C-1", "1-1/C-2")
    assert "1-1/C-1" not in followed.require_equal()["bill"]

    home = growing.shards.map.shard_of(THERE_AND_BACK)
    followed.move(4, THERE_AND_BACK, "1-1/C-2", "1-1/C-3", "1-1/C-4", "1-1/commons/3", "1-1/commons/4")
    followed.require_equal()
    store_sharded(growing.shards, BILLS, [bill(number, title="Moved") for number in range(3, 7)])
    store_sharded(growing.shards, VOTES, [vote(number, nays=frozenset({2})) for number in range(3, 7)])
    store_sharded(growing.shards, BILLS, [bill(2)])  # which was withdrawn where it was before
    held = followed.require_equal()
    assert (held["bill"]["1-1/C-3"], held["bill"]["1-1/C-2"], held["vote"]["1-1/commons/3"]) == (2, 3, 2)

    followed.move(home, THERE_AND_BACK)  # shard 4 still logs it as alive, and is read after where it is withdrawn
    followed.withdraw(THERE_AND_BACK, "1-1/C-4")
    assert THERE_AND_BACK not in followed.require_equal()["bill"]

    built = rebuild(followed.read_model, followed.settings, growing.catalog, growing.shards)
    assert built.dead_letters == 0
    held = followed.require_held()
    assert held["bill"].keys() == {f"1-1/C-{number}" for number in range(1, COUNT + 1) if number not in {1, 4, 5}}
    assert len(held["vote"]) == COUNT
