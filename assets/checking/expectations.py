"""The expectations for bills, votes, ballots and members, in the terms of Great Expectations.

The suites are data, readable without running anything. Importing Great Expectations takes seconds and 280 MB, so only
`validate` does it.
"""

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec
import polars as pl

from assets.checking.checks import SHOWN, CheckResult
from warehouse.model.vocabulary.codes import (
    BILL_STATUSES,
    BILL_TYPES,
    CAUCUSES,
    CHAMBERS,
    POSITIONS,
    PROVINCES,
    RESULTS,
    CodeList,
)

Suite = Literal["bills", "votes", "ballots", "members"]
Severity = Literal["error", "warn"]
_SEATS = 343
_ROW = "row"
"""A copy of the key: Great Expectations cannot judge the column that it names rows by."""
_SESSION = r"^[1-9]\d{0,2}-[1-9]\d?"
_FIRST_DAY = dt.datetime(1994, 1, 17)  # noqa: DTZ001  a day, as pandas compares them
"""The 35th Parliament's first day: before it neither bills nor votes are published."""


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """One expectation: its class in Great Expectations, its arguments, and its meaning in plain words.

    `name` is unique within a suite. A failure of severity `error` means that the rows at fault must not be published.
    """

    name: str
    type: str
    kwargs: dict[str, Any]
    meaning: str
    severity: Severity = "error"


def _present(column: str, meaning: str, severity: Severity = "error") -> Expectation:
    return _expectation(f"{column}_present", "NotBeNull", meaning, severity, column=column)


def _unique(column: str, meaning: str) -> Expectation:
    return _expectation(f"{column}_unique", "BeUnique", meaning, column=column)


def _like(column: str, regex: str, meaning: str) -> Expectation:
    return _expectation(f"{column}_well_formed", "MatchRegex", meaning, column=column, regex=regex)


def _between(column: str, least: dt.datetime | int, most: int | None, meaning: str) -> Expectation:
    return _expectation(f"{column}_in_range", "BeBetween", meaning, column=column, min_value=least, max_value=most)


def _among(column: str, values: Iterable[str], meaning: str, severity: Severity = "warn") -> Expectation:
    return _expectation(f"{column}_known", "BeInSet", meaning, severity, column=column, value_set=sorted(values))


def _in_order(later: str, earlier: str, meaning: str, severity: Severity = "warn") -> Expectation:
    return Expectation(
        name=f"{later}_not_before_{earlier}",
        type="ExpectColumnPairValuesAToBeGreaterThanB",
        kwargs={"column_A": later, "column_B": earlier, "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        meaning=meaning,
        severity=severity,
    )


def _expectation(name: str, what: str, meaning: str, severity: Severity = "error", **kwargs: Any) -> Expectation:
    return Expectation(name=name, type=f"ExpectColumnValuesTo{what}", kwargs=kwargs, meaning=meaning, severity=severity)


def _codes(codes: CodeList) -> list[str]:
    return [code.code for code in codes.codes]


def _names(codes: CodeList) -> list[str]:
    return [name for code in codes.codes for name in (code.en, *code.also)]


SUITES: Mapping[Suite, tuple[Expectation, ...]] = {
    "bills": (
        _present("key", "Every bill has its public key."),
        _unique("key", "A key is one bill."),
        _like("key", _SESSION + r"/[CS]-\d{1,4}[A-Z]?$", "A key is session and number: 45-1/C-3."),
        _unique("legisinfo_id", "A LEGISinfo id is one bill."),
        _present("title_en", "Every bill has its English title.", "warn"),
        _present("title_fr", "Every bill has its French title.", "warn"),
        _present("status", "Every bill has a status.", "warn"),
        _among("type", _codes(BILL_TYPES), "The type is of the known list."),
        _among("status", _codes(BILL_STATUSES), "The status is of the known list."),
        _among("chamber", _codes(CHAMBERS), "A bill begins in one of the two chambers.", "error"),
        _between("introduced_on", _FIRST_DAY, None, "No bill is older than the 35th Parliament."),
        _in_order("royal_assent_on", "introduced_on", "A bill becomes law after its introduction."),
        _in_order("passed_house_third_on", "passed_house_first_on", "The House's readings are in order."),
        _in_order("passed_senate_third_on", "passed_senate_first_on", "The Senate's readings are in order."),
    ),
    "votes": (
        _present("key", "Every vote has its public key."),
        _unique("key", "A key is one vote."),
        _like("key", _SESSION + r"/commons/[1-9]\d*$", "A key is session, chamber and number: 45-1/commons/43."),
        _present("subject_en", "Every vote has its English subject.", "warn"),
        _present("held_at", "Every vote has its instant."),
        _between("held_on", _FIRST_DAY, None, "No vote is older than the 35th Parliament."),
        _between("yeas", 0, _SEATS, "No more yeas than seats."),
        _between("nays", 0, _SEATS, "No more nays than seats."),
        _between("paired", 0, _SEATS, "No more pairs than seats."),
        _among("result", _codes(RESULTS), "The result is of the known list."),
    ),
    "ballots": (
        _unique("key", "A member votes once in a vote."),
        _between("person_id", 1, None, "No PersonId is 0."),
        _present("name", "Every ballot names its member."),
        _present("riding", "Every ballot names the riding.", "warn"),
        _present("caucus", "Every ballot names the caucus at that moment.", "warn"),
        _among("position", _codes(POSITIONS), "The position is of the known list.", "error"),
        _among("caucus", _names(CAUCUSES), "The caucus is of the known list."),
        _among("province", _names(PROVINCES), "The province is one of the thirteen."),
    ),
    "members": (
        _unique("key", "A key is one member."),
        _between("person_id", 1, None, "No PersonId is 0."),
        _present("name", "Every member has a name."),
        _between("memberships", 1, None, "Every member has held a seat."),
        _in_order("last_to_on", "first_from_on", "Memberships end after they begin.", "error"),
        _among("caucus", _names(CAUCUSES), "The caucus is of the known list."),
        _among("province", _names(PROVINCES), "The province is one of the thirteen."),
    ),
}


def validate(suite_name: Suite, frame: pl.DataFrame) -> list[CheckResult]:
    """Validate a frame of `assets.checking.frames` against its suite: one result an expectation, in the suite's order.

    `keys` of a failed result are the keys of all rows at fault, so that the loader can quarantine them; its metadata
    names the first twenty. Nothing blocks: rows are quarantined one by one. Days go in as midnights, which pandas can
    compare.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # before the import: it would report to its maker
    import great_expectations as gx  # noqa: PLC0415  costs seconds; see above

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset(suite_name)
    days = [name for name, kind in frame.schema.items() if kind == pl.Date]
    timed = frame.with_columns(pl.col(days).cast(pl.Datetime("us")), pl.col("key").fill_null("").alias(_ROW))
    pandas = timed.to_pandas()
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": pandas})
    expectations = SUITES[suite_name]
    suite = gx.ExpectationSuite(
        name=suite_name,
        expectations=[
            getattr(gx.expectations, item.type)(**item.kwargs, meta={"name": item.name}) for item in expectations
        ],
    )
    answer = batch.validate(suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [_ROW]})
    answers = {item.expectation_config.meta["name"]: item for item in answer.results}  # in an order of its own
    return [_result(suite_name, item, answers[item.name]) for item in expectations]


def _result(suite_name: Suite, expectation: Expectation, answer: Any) -> CheckResult:
    details = answer.result
    keys = [str(row[_ROW]) for row in details.get("unexpected_index_list") or []]
    metadata: dict[str, Any] = {
        "expectation": expectation.type,
        "rows": details.get("element_count", 0),
        "count": details.get("unexpected_count", 0),
        "keys": keys[:SHOWN],
        "values": sorted({str(value) for value in details.get("unexpected_list") or []})[:SHOWN],
    }
    raised = [info for info in _exceptions(answer.exception_info) if info.get("raised_exception")]
    if raised:
        metadata["exception"] = str(raised[0].get("exception_message"))
    return CheckResult(
        name=f"expect_{suite_name}_{expectation.name}",
        passed=bool(answer.success),
        severity=expectation.severity,
        description=expectation.meaning,
        metadata=metadata,
        keys=keys,
    )


def _exceptions(info: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Great Expectations gives one description, or one a metric under the metric's name."""
    if not info:
        return []
    return [info] if "raised_exception" in info else [item for item in info.values() if isinstance(item, dict)]
