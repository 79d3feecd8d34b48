"""Changes to facts: codes instead of words, sides by the day, and nothing else than what the state says."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from tests.support.data.events import entry, state_of
from warehouse.model.curated import governing_caucus, ministries
from warehouse.model.entities import Ballot, Vote
from warehouse.model.read_models.facts import bill_type_of
from warehouse.projections.facts import project


def voted(on: dt.date, **ballot: Any) -> tuple[Any, ...]:
    """The ballot of one member on a day, as a fact."""
    cast = {
        "person_id": 9,
        "position": "nay",
        "paired": True,
        "name": "N",
        "caucus": "Liberal",
        "riding": None,
        "province": "Québec",
    } | ballot
    vote: Vote = msgspec.structs.replace(state_of("vote"), held_on=on, ballots=(Ballot(**cast),))
    return project(entry("vote", state=vote)).parts[0]


@pytest.mark.parametrize(
    ("on", "caucus", "side"),
    [
        (dt.date(2006, 2, 5), "Liberal", "government"),
        (dt.date(2006, 2, 6), "Liberal", "opposition"),
        (dt.date(2006, 2, 6), "Conservative", "government"),
        (dt.date(2015, 11, 4), "Conservative", "opposition"),
        (dt.date(2025, 6, 2), "Liberal", "government"),
        (dt.date(2025, 6, 2), "Independent", "opposition"),
        (dt.date(2025, 6, 2), None, ""),
        (dt.date(1990, 1, 1), "Liberal", ""),
        (dt.date(2025, 6, 2), "Meadow Party (simulated)", ""),
    ],
)
def test_the_side_is_that_of_the_day(on: dt.date, caucus: str | None, side: str) -> None:
    assert voted(on, caucus=caucus)[-1] == side


def test_ministries_follow_each_other_without_a_gap() -> None:
    table = ministries()
    assert [each.to_on for each in table[:-1]] == [each.from_on for each in table[1:]]
    assert table[-1].to_on is None
    assert governing_caucus(table[0].from_on) == "liberal"


def test_a_ballot_has_codes_and_keeps_words_that_no_list_has() -> None:
    day = dt.date(2025, 6, 2)
    assert voted(day) == (9, "N", "nay", True, "liberal", "", "QC", "government")
    assert voted(day, caucus="Rhinoceros", province=None)[4:7] == ("Rhinoceros", "", "")


def test_a_vote_keeps_what_is_missing_missing_and_shares_its_key_with_its_ballots() -> None:
    vote = msgspec.structs.replace(state_of("vote"), yeas=None, bill="1-1/C-203", subject_en="Motion for closure")
    fact = project(entry("vote", state=vote, revision=4))
    assert (fact.key, fact.revision, fact.is_withdrawn) == (vote.key, 4, False)
    assert fact.row[10:13] == ("private-member", "closure", None)
    assert fact.shared == (vote.key, "1-1", "commons", 7, vote.held_on)
    assert len(fact.parts) == len(vote.ballots) == 12


def test_other_entities_and_withdrawals() -> None:
    bill, member, session = (project(entry(name)) for name in ("bill", "member", "session"))
    assert [stage[2] for stage in bill.parts] == ["first-reading"]
    assert (member.key, member.shared[0], len(member.parts)) == ("5", 5, 1)
    assert (session.key, session.row[:2], session.parts) == ("1-1", (1, 1), ())
    assert project(entry("bill", op="withdrawn", revision=2)).is_withdrawn
    with pytest.raises(msgspec.ValidationError):
        project(msgspec.structs.replace(entry("bill"), state="{}"))


@pytest.mark.parametrize(
    ("bill", "expected"),
    [
        ("45-1/C-3", "house-government"), ("45-1/C-200", "house-government"), ("45-1/C-201", "private-member"),
        ("45-1/C-1000", "private-member"), ("45-1/C-1001", ""), ("42-1/C-44A", "house-government"),
        ("45-1/S-2", "senate-government"), ("45-1/S-201", "senate-public"), ("45-1/S-1001", "senate-private"),
        ("45-1/X", ""), (None, ""),
    ],
)  # fmt: skip
def test_the_number_tells_the_type_of_a_bill(bill: str | None, expected: str) -> None:
    assert bill_type_of(bill) == expected
