"""The gate: polars and Great Expectations find the same rows at fault, and a suite is summed up as one check."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from assets.checking.checks import CheckResult, carried, healed, not_shrunk
from assets.checking.expectations import SUITES, Suite, validate
from assets.checking.frames import BALLOTS, BILLS, MEMBERS, VOTES
from assets.checking.gate import hold, validate_fast

DAY, LATER = dt.date(2025, 6, 2), dt.date(2025, 7, 2)
NOON = dt.datetime(2025, 6, 2, 16, tzinfo=dt.UTC)
COLUMNS: dict[str, list[Any]] = {
    "key": ["45-1/C-3", "45-1/C-3", "45-1/X", "45-1/commons/1", "45-1/commons/0", ""],
    "legisinfo_id": [1, 1, None, 2, 3, None],
    "chamber": ["commons", "senate", "lords", None, "", "commons"],
    "type": ["house-government", "unknown", None, "senate-public", "", "x"],
    "status": ["royal-assent-received", "unknown", None, "", "?", "x"],
    "result": ["agreed", "negatived", "tie", "unknown", None, "lost"],
    "position": ["yea", "nay", "paired", None, "maybe", ""],
    "caucus": ["Liberal", "Conservative", None, "Martian", "", "NDP"],
    "province": ["Ontario", "Québec", None, "Quebec", "Texas", ""],
    "introduced_on": [DAY, None, LATER, dt.date(1900, 1, 1), DAY, DAY],
    "royal_assent_on": [LATER, None, DAY, DAY, None, DAY],
    "held_on": [DAY, None, dt.date(1900, 1, 1), DAY, DAY, DAY],
    "held_at": [NOON, None, NOON, NOON, NOON, NOON],
    "first_from_on": [DAY, None, LATER, DAY, DAY, DAY],
    "last_to_on": [LATER, None, DAY, DAY, None, LATER],
    "person_id": [1, 1, 0, -5, None, 7],
    "memberships": [1, 0, 2, None, 1, 1],
    "yeas": [0, -1, 344, 343, None, 5],
}
SCHEMAS: dict[Suite, pl.Schema] = {"bills": BILLS, "votes": VOTES, "ballots": BALLOTS, "members": MEMBERS}
FILLERS: dict[Any, list[Any]] = {
    pl.String(): ["a", None, "b", "", "c", "d"],
    pl.Int32(): [1, None, 3, 400, 5, -6],
    pl.Date(): [DAY, None, LATER, DAY, LATER, DAY],
    pl.Boolean(): [True, None, False, True, False, True],
}


def strange(suite: Suite) -> pl.DataFrame:
    """Six rows in which every expectation meets good, bad and missing values."""
    schema = SCHEMAS[suite]
    return pl.DataFrame({name: COLUMNS.get(name) or FILLERS[kind] for name, kind in schema.items()}, schema=schema)


@pytest.mark.parametrize("suite", list(SUITES))
def test_polars_and_great_expectations_find_the_same_rows(suite: Suite) -> None:
    frame = strange(suite)
    fast, slow = validate_fast(suite, frame), validate(suite, frame)
    assert [(item.name, item.passed, sorted(item.keys)) for item in fast] == [
        (item.name, item.passed, sorted(item.keys)) for item in slow
    ]
    assert not all(item.passed for item in fast)


def test_a_suite_is_one_check_and_names_the_rows_that_must_not_be_published() -> None:
    frame = strange("votes")
    verdict = hold("votes", [frame[:3], frame[3:]], validate_fast)
    assert (verdict.check.name, verdict.check.passed, verdict.check.severity) == ("expect_votes", False, "error")
    assert verdict.check.metadata["rows"] == 6
    assert "yeas_in_range (2)" in verdict.check.description
    assert "45-1/X" in verdict.reasons


def test_what_is_only_a_warning_parks_nothing() -> None:
    frame = strange("ballots")[:1].with_columns(caucus=pl.lit("Martian"))
    verdict = hold("ballots", [frame], validate_fast)
    assert (verdict.check.passed, verdict.check.severity, verdict.reasons) == (False, "warn", {})


def test_nothing_to_judge_passes_without_judging() -> None:
    def never(_suite: Suite, _frame: pl.DataFrame) -> list[CheckResult]:
        raise AssertionError

    assert hold("bills", [BILLS.to_frame()], never).check.passed


def test_a_refused_document_is_forgotten_when_upstream_takes_it_back() -> None:
    refused, record = not_shrunk("bills", 1, 100), CheckResult(name="bills_once", passed=False, keys=["45-1/C-3"])
    again = healed([refused, record])
    assert [(item.name, item.passed) for item in again] == [("bills_not_shrunk", True), ("bills_once", False)]


def test_a_load_of_some_records_keeps_what_was_found_of_the_others() -> None:
    before = [
        CheckResult(
            name="ballots_equal_totals", passed=False, severity="warn", keys=["45-1/commons/1", "45-1/commons/2"]
        ),
        CheckResult(name="expect_ballots", passed=False, keys=["45-1/commons/2/77", "45-1/commons/3/77"]),
        CheckResult(name="votes_dense", passed=False, keys=["45-1/commons/9"]),
    ]
    now = [CheckResult(name=result.name, passed=True) for result in before]
    found = carried(now, before, {"45-1/commons/2"}, {"ballots_equal_totals", "expect_ballots"})
    assert [(item.passed, item.keys) for item in found] == [
        (False, ["45-1/commons/1"]),
        (False, ["45-1/commons/3/77"]),
        (True, []),
    ]
    assert found[0].severity == "warn"
