"""Close votes and split caucuses, by hand."""

import datetime as dt

import msgspec
import numpy as np
import pytest

from assets.derived import count_by_caucus
from serving.core.answers.texts import View
from serving.statistics.figures.parties import split_rows
from tests.api import sample
from warehouse.model.entities import Ballot, Position, Vote
from warehouse.statistics.counting.sheets import Division
from warehouse.statistics.counting.tallies import Tallies
from warehouse.statistics.counting.totals import closeness, margin
from warehouse.statistics.inputs import LoadedTallies
from warehouse.statistics.parties.splits import splits

SPEAKER = 25453
"""Francis Scarpaleggia, in the Chair since 2025-05-26."""


def ballot(person_id: int, caucus: str | None, position: Position, *, paired: bool = False) -> Ballot:
    return Ballot(
        person_id=person_id,
        position=position,
        paired=paired,
        name=f"Member {person_id}",
        caucus=caucus,
        riding=None,
        province=None,
    )


def voted(*ballots: Ballot) -> Vote:
    return sample.vote("45-1", 1, ballots=ballots, held_on=dt.date(2026, 3, 26))


@pytest.mark.parametrize(
    ("yeas", "nays", "by", "share"),
    [(166, 159, 7, 7 / 325), (140, 140, 0, 0.0), (12, 0, 12, 1.0), (0, 0, 0, None), (None, None, None, None)],
)
def test_margin_and_closeness(yeas: int | None, nays: int | None, by: int | None, share: float | None) -> None:
    assert margin(yeas, nays) == by
    assert closeness(yeas, nays) == share


def test_a_caucus_on_both_sides_split_and_the_larger_minority_comes_first() -> None:
    vote = voted(
        ballot(1, "NDP", "yea"),
        ballot(2, "NDP", "nay"),
        ballot(3, "NDP", "nay"),
        ballot(4, "Liberal", "yea"),
        ballot(5, "Liberal", "yea"),
        ballot(6, "Liberal", "nay"),
        ballot(7, "Liberal", "nay"),
        ballot(8, "Conservative", "nay"),
        ballot(9, "Conservative", "paired", paired=True),
    )
    assert [(each.caucus, each.yeas, each.nays, each.minority) for each in splits(vote) or ()] == [
        ("Liberal", 2, 2, 2),
        ("NDP", 1, 2, 1),
    ]


def test_independents_share_a_word_and_cannot_split() -> None:
    vote = voted(ballot(1, "Independent", "yea"), ballot(2, "Independent", "nay"), ballot(3, None, "nay"))
    assert splits(vote) == []


def test_the_casting_ballot_from_the_chair_splits_nobody() -> None:
    vote = voted(ballot(1, "Liberal", "yea"), ballot(SPEAKER, "Liberal", "nay"))
    assert splits(vote) == []
    before = count_by_caucus(vote.ballots, "commons", dt.date(2025, 5, 1))
    assert [(each.yeas, each.nays) for each in before] == [(1, 1)]


def test_without_ballots_it_is_not_known_who_split() -> None:
    assert splits(voted()) is None


def test_a_member_who_is_nay_and_paired_counts_as_both() -> None:
    (liberal,) = count_by_caucus([ballot(1, "Liberal", "nay", paired=True)], "commons", dt.date(2026, 3, 26))
    assert (liberal.yeas, liberal.nays, liberal.paired) == (0, 1, 1)


def test_a_member_on_both_lists_is_on_neither_side() -> None:
    vote = voted(ballot(1, "NDP", "yea"), ballot(2, "NDP", "both"), ballot(3, "Liberal", "nay"))
    assert splits(vote) == []
    one = np.array([[1, 0]])
    tallies = Tallies(
        groups=("ndp", "liberal"),
        yea=one * 2,
        nay=one + np.array([[0, 3]]),
        both=one,
        abstain=one * 0,
        paired=one * 0,
        casting=one * 0,
    )
    division = Division(key="45-1/commons/1", session="45-1", chamber="commons", number=1, held_on=dt.date(2026, 3, 26))
    loaded = LoadedTallies(divisions=(division,), tallies=tallies, watermark=None)
    assert split_rows(loaded, None, 1, View("en", None)) == []
    both = msgspec.structs.replace(loaded, tallies=msgspec.structs.replace(tallies, nay=tallies.nay + one))
    (row,) = split_rows(both, {"ndp"}, 1, View("en", None))
    assert (row.vote, row.caucus.code, row.yeas, row.nays, row.minority) == ("45-1/commons/1", "ndp", 1, 1, 1)
    assert (row.kind, row.yea_means.code) == ("other", None)
