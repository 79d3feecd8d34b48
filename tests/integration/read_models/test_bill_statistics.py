"""Votes counted by bill: what is kept as votes arrive equals the materialized view after any sequence of changes."""

import datetime as dt
import random
from collections.abc import Sequence

import pytest

from tests.support.data.samples import HELD_AT, ORIGIN
from warehouse.model.entities import Ballot, Bill, Vote
from warehouse.model.read_models.bill_statistics import BillStatistics
from warehouse.postgres.aggregates.store import BILLS, VOTES, Incoming, store_sharded
from warehouse.postgres.catalog import bill_statistics
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.bill_statistics import BillStatisticsReadModel
from warehouse.workers.stream.apply import apply_once
from warehouse.workers.upkeep.rebuild import rebuild

pytestmark = pytest.mark.postgres
THIRD, SECOND = "3rd reading and adoption of Bill C-2", "2nd reading of Bill C-2"


def bill(number: int, status: str = "at-second-reading") -> Bill:
    return Bill(
        key=f"45-1/C-{number}", session="45-1", number=f"C-{number}", chamber="commons", title_en="A", status=status
    )


def vote(number: int, of: int | None, subject: str, positions: Sequence[str], result: str = "agreed-to") -> Vote:
    """A vote in which member 1, 2, 3 … has these positions; what is announced is what is counted."""
    ballots = tuple(
        Ballot(
            person_id=member,
            position=position,
            paired=position == "paired",
            name=f"M {member}",
            caucus="A",
            riding="R",
            province="Ontario",
        )
        for member, position in enumerate(positions, start=1)
    )
    yeas, nays = positions.count("yea"), positions.count("nay")
    return Vote(
        key=f"45-1/commons/{number}",
        session="45-1",
        chamber="commons",
        number=number,
        held_at=HELD_AT + dt.timedelta(days=number),
        held_at_local="",
        held_on=HELD_AT.date(),
        subject_en=subject,
        result=result,
        result_en=result,
        bill=None if of is None else f"45-1/C-{of}",
        yeas=yeas,
        nays=nays,
        paired=0,
        counted_yeas=yeas,
        counted_nays=nays,
        counted_paired=0,
        ballots=ballots,
    )


class Counting:
    """Stores entities and lets the counting follow."""

    def __init__(self, catalog: Database, shards: Shards) -> None:
        self.catalog, self.shards, self.read_model = catalog, shards, BillStatisticsReadModel(catalog)

    def store(self, *roots: Bill | Vote) -> None:
        store_sharded(self.shards, BILLS, [Incoming(root, ORIGIN) for root in roots if isinstance(root, Bill)])
        store_sharded(self.shards, VOTES, [Incoming(root, ORIGIN) for root in roots if isinstance(root, Vote)])
        while apply_once(self.read_model, self.catalog, self.shards):
            pass

    def of(self, bill_key: str) -> BillStatistics | None:
        with self.catalog.connection() as connection:
            names = ", ".join(BillStatistics.__struct_fields__)
            row = connection.execute(
                f"select {names} from bill_statistics_kept where bill = %s".encode(), (bill_key,)
            ).fetchone()
        return bill_statistics.from_row(row) if row else None


@pytest.fixture
def counting(catalog: Database, shards: Shards) -> Counting:
    return Counting(catalog, shards)


def test_approval_is_of_the_decisive_vote_and_never_of_all_together(counting: Counting) -> None:
    counting.store(
        bill(2),
        vote(1, 2, SECOND, ["yea", "yea", "nay"]),
        vote(2, 2, f"{THIRD} (reasoned amendment)", ["nay", "nay", "yea"], "negatived"),
        vote(3, 2, THIRD, ["yea", "yea", "yea", "nay", "paired"]),
        vote(4, 2, "Time allocation for Bill C-2", ["yea", "nay", "nay"]),
        vote(5, None, "Motion to adjourn the House", ["yea"] * 9),
    )
    found = counting.of("45-1/C-2")
    assert found is not None
    assert (found.vote_count, found.yea_votes, found.nay_votes) == (4, 7, 6)
    assert found.participating_members == 4  # the fifth was only paired
    assert (found.decisive_vote, found.approval_percentage) == ("45-1/commons/3", 75.0)
    assert found.pooled_yea_percentage == round(100 * 7 / 13, 2)
    assert (found.senate_decisive_vote, found.senate_approval_percentage) == (None, None)


def test_a_second_reading_decides_only_where_it_ended_the_bill(counting: Counting) -> None:
    counting.store(
        bill(2),
        bill(3),
        bill(4),
        vote(1, 2, SECOND, ["yea", "nay"]),
        vote(2, 3, SECOND, ["yea", "nay", "nay"], "negatived"),
    )
    passed, defeated, never = (counting.of(f"45-1/C-{number}") for number in (2, 3, 4))
    assert passed is not None
    assert (passed.decisive_vote, passed.approval_percentage) == (None, None)
    assert defeated is not None
    assert defeated.approval_percentage == 33.33
    assert never is not None
    assert (never.vote_count, never.participating_members, never.pooled_yea_percentage) == (0, 0, None)


def test_a_vote_that_was_corrected_to_another_bill_leaves_the_first(counting: Counting) -> None:
    counting.store(bill(2), bill(3), vote(1, 2, THIRD, ["yea", "nay"]))
    counting.store(vote(1, 3, THIRD, ["yea", "nay"]))
    first, second = counting.of("45-1/C-2"), counting.of("45-1/C-3")
    assert first is not None
    assert second is not None
    assert (first.vote_count, second.vote_count) == (0, 1)


def test_the_view_starts_unpopulated_and_is_refreshed_beside_its_readers(counting: Counting) -> None:
    counting.store(bill(2), vote(1, 2, THIRD, ["yea", "nay"]))
    bill_statistics.refresh_view(counting.catalog)
    assert bill_statistics.view_parity(counting.catalog) == []
    counting.store(vote(2, 2, THIRD, ["yea", "yea"]))
    assert bill_statistics.view_parity(counting.catalog) == ["45-1/C-2"]
    with counting.catalog.connection() as reader:
        reader.execute("select * from bill_statistics")  # its lock would hold up a plain refresh
        bill_statistics.refresh_view(counting.catalog)
    assert bill_statistics.view_parity(counting.catalog) == []
    found = bill_statistics.view_age(counting.catalog)
    assert found is not None
    assert found[0] == 1


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_the_kept_rows_are_those_of_the_view(counting: Counting, seed: int) -> None:
    chance = random.Random(seed)
    subjects = (THIRD, SECOND, f"{THIRD} (amendment)", "Motion for closure")
    for _ in range(12):
        roots: list[Bill | Vote] = [bill(chance.randint(2, 5), chance.choice(["a", "b"])) for _ in range(2)]
        for _ in range(chance.randint(1, 4)):
            positions = [chance.choice(["yea", "nay", "abstain", "paired"]) for _ in range(chance.randint(0, 6))]
            result = chance.choice(["agreed-to", "negatived"])
            roots.append(
                vote(
                    chance.randint(1, 8), chance.choice([None, 2, 3, 4, 5]), chance.choice(subjects), positions, result
                )
            )
        unique = {root.key: root for root in roots}
        counting.store(*unique.values())
        bill_statistics.refresh_view(counting.catalog)
        assert bill_statistics.view_parity(counting.catalog) == []
    before = [counting.of(f"45-1/C-{number}") for number in range(2, 6)]
    rebuild("bill_statistics", Settings(), counting.catalog, counting.shards)
    after = [counting.of(f"45-1/C-{number}") for number in range(2, 6)]
    assert [_plain(each) for each in before] == [_plain(each) for each in after]


def _plain(found: BillStatistics | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {name: getattr(found, name) for name in found.__struct_fields__ if name != "counted_at"}
