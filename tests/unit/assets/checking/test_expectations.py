"""Great Expectations suites: good frames pass, each kind of bad row is named, and the import stays cheap."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import polars as pl
import pytest

from assets.checking.expectations import SUITES, Suite, validate
from assets.checking.frames import ballots_frame, bills_frame, members_frame, votes_frame
from warehouse.model.entities import Ballot, Bill, Member, Membership, Vote

DAY = dt.date(2025, 6, 2)
BILL = Bill(
    key="45-1/C-3",
    session="45-1",
    number="C-3",
    chamber="commons",
    type="house-government",
    title_en="An Act",
    title_fr="Loi",
    status="royal-assent-received",
    legisinfo_id=7,
    introduced_on=DAY,
    passed_house_first_on=DAY,
    passed_house_third_on=DAY,
    royal_assent_on=DAY,
)
OTHER_BILL = msgspec.structs.replace(
    BILL, key="45-1/S-201A", number="S-201A", chamber="senate", legisinfo_id=8, royal_assent_on=None, introduced_on=None
)
BALLOT = Ballot(
    person_id=1, position="nay", paired=True, name="Ann Lee", caucus="NDP", riding="Perth", province="Ontario"
)
VOTE = Vote(
    key="45-1/commons/1",
    session="45-1",
    chamber="commons",
    number=1,
    held_on=DAY,
    held_at_local="2025-06-02T15:00:00",
    held_at=dt.datetime(2025, 6, 2, 19, tzinfo=dt.UTC),
    subject_en="a",
    result="agreed",
    result_en="Agreed To",
    yeas=170,
    nays=160,
    paired=4,
    ballots=(BALLOT, msgspec.structs.replace(BALLOT, person_id=2, province=None)),
)
TIE = msgspec.structs.replace(VOTE, key="45-1/commons/2", number=2, yeas=None, nays=None, paired=None, result="tie")
MEMBERSHIP = Membership(
    parliament=45, caucus="NDP", riding="Perth", province="Ontario", from_on=DAY, to_on=None, source="both"
)
MEMBER = Member(
    key="1", person_id=1, name="Ann Lee", caucus="NDP", riding="Perth", province="Ontario", memberships=(MEMBERSHIP,)
)
SECOND = msgspec.structs.replace(MEMBER, key="2", person_id=2, caucus=None, province=None)


def changed(struct: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(struct, **changes)


FRAMES: dict[Suite, Callable[[Any], pl.DataFrame]] = {
    "bills": bills_frame,
    "votes": votes_frame,
    "ballots": ballots_frame,
    "members": members_frame,
}
GOOD: dict[Suite, list[Any]] = {
    "bills": [BILL, OTHER_BILL],
    "votes": [VOTE, TIE],
    "ballots": [VOTE, TIE],
    "members": [MEMBER, SECOND],
}
EARLY = dt.date(1900, 1, 1)
TWICE = changed(VOTE, ballots=(BALLOT, BALLOT))
# A bad row for every expectation, and the keys that must come back.
BAD: list[tuple[Suite, str, Any, list[str]]] = [
    ("bills", "key_present", changed(BILL, key=None), [""]),
    ("bills", "key_unique", changed(BILL, key="45-1/S-201A"), ["45-1/S-201A", "45-1/S-201A"]),
    ("bills", "key_well_formed", changed(BILL, key="45-1/C3"), ["45-1/C3"]),
    ("bills", "legisinfo_id_unique", changed(BILL, legisinfo_id=8), ["45-1/C-3", "45-1/S-201A"]),
    ("bills", "title_en_present", changed(BILL, title_en=None), ["45-1/C-3"]),
    ("bills", "title_fr_present", changed(BILL, title_fr=None), ["45-1/C-3"]),
    ("bills", "status_present", changed(BILL, status=None), ["45-1/C-3"]),
    ("bills", "type_known", changed(BILL, type="unknown"), ["45-1/C-3"]),
    ("bills", "status_known", changed(BILL, status="unknown"), ["45-1/C-3"]),
    ("bills", "chamber_known", changed(BILL, chamber="lords"), ["45-1/C-3"]),
    ("bills", "introduced_on_in_range", changed(BILL, introduced_on=EARLY), ["45-1/C-3"]),
    ("bills", "royal_assent_on_not_before_introduced_on", changed(BILL, royal_assent_on=EARLY), ["45-1/C-3"]),
    (
        "bills", "passed_house_third_on_not_before_passed_house_first_on", changed(BILL, passed_house_third_on=EARLY),
        ["45-1/C-3"],
    ),
    (
        "bills", "passed_senate_third_on_not_before_passed_senate_first_on",
        changed(BILL, passed_senate_first_on=DAY, passed_senate_third_on=EARLY), ["45-1/C-3"],
    ),
    ("votes", "key_present", changed(VOTE, key=None), [""]),
    ("votes", "key_unique", changed(VOTE, key="45-1/commons/2"), ["45-1/commons/2", "45-1/commons/2"]),
    ("votes", "key_well_formed", changed(VOTE, key="45-1/senate/1"), ["45-1/senate/1"]),
    ("votes", "subject_en_present", changed(VOTE, subject_en=None), ["45-1/commons/1"]),
    ("votes", "held_at_present", changed(VOTE, held_at=None), ["45-1/commons/1"]),
    ("votes", "held_on_in_range", changed(VOTE, held_on=EARLY), ["45-1/commons/1"]),
    ("votes", "yeas_in_range", changed(VOTE, yeas=400), ["45-1/commons/1"]),
    ("votes", "nays_in_range", changed(VOTE, nays=-1), ["45-1/commons/1"]),
    ("votes", "paired_in_range", changed(VOTE, paired=400), ["45-1/commons/1"]),
    ("votes", "result_known", changed(VOTE, result="unknown"), ["45-1/commons/1"]),
    ("ballots", "key_unique", TWICE, ["45-1/commons/1/1", "45-1/commons/1/1"]),
    ("ballots", "person_id_in_range", changed(VOTE, ballots=(changed(BALLOT, person_id=0),)), ["45-1/commons/1/0"]),
    ("ballots", "name_present", changed(VOTE, ballots=(changed(BALLOT, name=None),)), ["45-1/commons/1/1"]),
    ("ballots", "riding_present", changed(VOTE, ballots=(changed(BALLOT, riding=None),)), ["45-1/commons/1/1"]),
    ("ballots", "caucus_present", changed(VOTE, ballots=(changed(BALLOT, caucus=None),)), ["45-1/commons/1/1"]),
    ("ballots", "position_known", changed(VOTE, ballots=(changed(BALLOT, position="?"),)), ["45-1/commons/1/1"]),
    ("ballots", "caucus_known", changed(VOTE, ballots=(changed(BALLOT, caucus="?"),)), ["45-1/commons/1/1"]),
    ("ballots", "province_known", changed(VOTE, ballots=(changed(BALLOT, province="?"),)), ["45-1/commons/1/1"]),
    ("members", "key_unique", changed(MEMBER, key="2"), ["2", "2"]),
    ("members", "person_id_in_range", changed(MEMBER, person_id=0), ["1"]),
    ("members", "name_present", changed(MEMBER, name=None), ["1"]),
    ("members", "memberships_in_range", changed(MEMBER, memberships=()), ["1"]),
    (
        "members", "last_to_on_not_before_first_from_on",
        changed(MEMBER, memberships=(changed(MEMBERSHIP, to_on=EARLY),)), ["1"],
    ),
    ("members", "caucus_known", changed(MEMBER, caucus="?"), ["1"]),
    ("members", "province_known", changed(MEMBER, province="?"), ["1"]),
]  # fmt: skip


@pytest.mark.parametrize("suite", SUITES)
def test_good_frames_pass(suite: Suite) -> None:
    results = validate(suite, FRAMES[suite](GOOD[suite]))
    assert [result.name for result in results] == [f"expect_{suite}_{item.name}" for item in SUITES[suite]]
    assert [result.name for result in results if not result.passed] == []
    assert not any("exception" in result.metadata for result in results)


@pytest.mark.parametrize(
    ("suite", "name", "bad", "keys"), BAD, ids=lambda value: value if isinstance(value, str) else ""
)
def test_bad_rows_fail_and_are_named(suite: Suite, name: str, bad: Any, keys: list[str]) -> None:
    results = validate(suite, FRAMES[suite]([bad, GOOD[suite][1]]))
    result = next(result for result in results if result.name == f"expect_{suite}_{name}")
    assert not result.passed
    assert sorted(result.keys) == sorted(keys)
    assert result.metadata["keys"] == result.keys
    assert "exception" not in result.metadata


def test_every_expectation_has_its_bad_row() -> None:
    assert {(suite, name) for suite, name, _, _ in BAD} == {
        (suite, item.name) for suite, items in SUITES.items() for item in items
    }


@pytest.mark.parametrize("suite", SUITES)
def test_an_empty_frame_passes(suite: Suite) -> None:
    assert all(result.passed for result in validate(suite, FRAMES[suite]([])))


def test_importing_the_suites_does_not_import_great_expectations() -> None:
    imported = "print('great_expectations' in sys.modules or 'pandas' in sys.modules)"
    code = f"import sys, assets.checking.expectations; {imported}"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
