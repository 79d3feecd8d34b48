"""Pointers into states: read and replaced part by part, and refused where they name nothing."""

import pytest

from assets.overrides.merge import state_of
from tests.support.data.samples import bill, vote
from warehouse.model.changes.pointers import NoSuchField, parse, value_at, with_value

VOTE = state_of(vote(7, members=3).root)
BILL = state_of(bill(7).root)


@pytest.mark.parametrize(
    ("text", "value"), [("/yeas", 3), ("/ballots/2/position", "yea"), ("/ballots/9", None), ("/subject_fr", None)]
)
def test_a_value_is_read_where_the_pointer_says(text: str, value: object) -> None:
    assert value_at(VOTE, parse("vote", text)) == value


def test_replacing_one_value_leaves_the_rest() -> None:
    changed = with_value(VOTE, parse("vote", "/ballots/2/position"), "nay")
    assert [each[1] for each in changed["ballots"]] == ["yea", "nay", "yea"]
    assert {name: value for name, value in changed.items() if name != "ballots"} == {
        name: value for name, value in VOTE.items() if name != "ballots"
    }
    assert [each[1] for each in VOTE["ballots"]] == ["yea", "yea", "yea"]


def test_a_part_is_added_in_its_place_and_left_out() -> None:
    ballot = {"person_id": 2, "position": "nay", "paired": False, "name": "Someone"}
    fewer = with_value(VOTE, parse("vote", "/ballots/2"), None)
    assert [each[0] for each in fewer["ballots"]] == [1, 3]
    again = with_value(fewer, parse("vote", "/ballots/2"), ballot)
    assert again["ballots"][1] == [2, "nay", False, "Someone", None, None, None]
    stages = with_value(BILL, parse("bill", "/stages/1/state"), "open")["stages"]
    assert [(each["ordinal"], each["state"]) for each in stages] == [(1, "open")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("yeas", "is no field"), ("/", "no field ''"), ("/colour", "no field 'colour'"), ("/yeas/2", "has no parts"),
        ("/ballots", "/ballots/PERSON_ID"), ("/ballots/2/colour", "no field 'colour'"), ("/a/b/c/d", "is no field"),
        ("/ti~tle", "is no field"),
    ],
)  # fmt: skip
def test_what_names_nothing_is_refused(text: str, why: str) -> None:
    with pytest.raises(NoSuchField, match=why):
        parse("vote", text)


def test_a_field_of_a_part_that_is_not_there_is_refused() -> None:
    pointer = parse("vote", "/ballots/9/position")
    with pytest.raises(NoSuchField, match="no /ballots/9"):
        value_at(VOTE, pointer)
    with pytest.raises(NoSuchField, match="no /ballots/9"):
        with_value(VOTE, pointer, "nay")
    with pytest.raises(NoSuchField, match="whose person_id is 9"):
        with_value(VOTE, parse("vote", "/ballots/9"), {"person_id": 8})
