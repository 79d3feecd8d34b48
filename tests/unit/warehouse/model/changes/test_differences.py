"""Differences between states, and which of them are corrections."""

from typing import Any

from warehouse.model.changes.corrections import corrected, operation_of
from warehouse.model.changes.differences import Difference, differences

OLD: dict[str, Any] = {
    "result": "agreed",
    "yeas": 2,
    "subject_fr": None,
    "ballots": [[1, "yea", False, "One", "A", None, None], [2, "yea", False, "Two", "A", None, None]],
}


def paths(new: dict[str, Any]) -> list[str]:
    return [each.path for each in differences(OLD, OLD | new)]


def test_each_ballot_is_compared_with_the_same_persons() -> None:
    new = [[3, "nay", False, "Three", None, None, None], [2, "nay", True, "Two", "A", None, None]]
    found = {each.path: each for each in differences(OLD, OLD | {"ballots": new})}
    assert set(found) == {"/ballots/1", "/ballots/2/position", "/ballots/2/paired", "/ballots/3"}
    assert found["/ballots/2/position"] == Difference("/ballots/2/position", "yea", "nay")
    assert found["/ballots/1"].new is None
    assert found["/ballots/3"].old is None
    assert found["/ballots/3"].new["name"] == "Three"


def test_the_order_of_parts_is_no_difference() -> None:
    assert paths({"ballots": OLD["ballots"][::-1]}) == []


def test_parts_are_named_by_what_identifies_them() -> None:
    old = {"stages": [{"ordinal": 2, "state": "open"}], "identifiers": [{"scheme": "a/b~c", "value": "1"}]}
    new = {"stages": [{"ordinal": 2, "state": "done"}], "identifiers": [{"scheme": "a/b~c", "value": "2"}]}
    assert [each.path for each in differences(old, new)] == ["/identifiers/a~1b~0c/value", "/stages/2/state"]


def changed(entity: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [each.path for each in corrected(entity, "x", old, differences(old, new))]


def test_what_had_been_published_and_changes_is_a_correction() -> None:
    assert changed("vote", OLD, OLD | {"result": "tie", "yeas": None, "counted_yeas": 3}) == ["/result", "/yeas"]
    assert changed("vote", OLD, OLD | {"ballots": OLD["ballots"][:1]}) == ["/ballots/2"]
    assert changed("bill", {"introduced_on": "2025-06-01"}, {"introduced_on": "2025-06-02"}) == ["/introduced_on"]


def test_what_is_published_for_the_first_time_is_not() -> None:
    assert changed("vote", OLD, OLD | {"subject_fr": "Motion"}) == []
    assert changed("vote", OLD | {"ballots": []}, OLD) == []
    bill = {"title_en": "An Act", "passed_house_second_on": None, "status": "a", "stages": []}
    assert changed("bill", bill, bill | {"passed_house_second_on": "2025-06-01", "status": "b"}) == []
    assert changed("member", {"name": "A"}, {"name": "B"}) == []


def test_the_operation_says_it() -> None:
    assert operation_of("vote", "created", "x", {}, []) == "created"
    assert operation_of("vote", "withdrawn", "x", OLD, []) == "withdrawn"
    assert operation_of("vote", "updated", "x", OLD, differences(OLD, OLD | {"result": "tie"})) == "corrected"
    assert operation_of("vote", "updated", "x", OLD, differences(OLD, OLD | {"subject_fr": "M"})) == "updated"
