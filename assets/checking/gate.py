"""The suites of `assets.checking.expectations` as the gate of every load: rows that fail an expectation of severity
`error` are quarantined.

Great Expectations evaluates the suites when Dagster runs a load; on the command line polars does, because ten seconds
of imports would be most of the work. Both find the same rows; a test proves it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import polars as pl

from assets.checking.checks import SHOWN, CheckResult
from assets.checking.expectations import SUITES, Expectation, Suite

Validate = Callable[[Suite, pl.DataFrame], list[CheckResult]]
ROWS = 80_000
"""Rows in one batch. It bounds Great Expectations' memory to some 40 MB, whatever the number of rows."""


class Verdict(msgspec.Struct, frozen=True):
    """The suite as one check, and the reasons, by key, for rows that must not be published."""

    check: CheckResult
    reasons: dict[str, str]


def hold(suite: Suite, frames: Iterable[pl.DataFrame], validate: Validate) -> Verdict:
    """Evaluate a suite frame by frame; without rows nothing is evaluated."""
    totals = {item.name: _Total(item) for item in SUITES[suite]}
    reasons: dict[str, str] = {}
    rows = 0
    for frame in frames:
        if frame.is_empty():
            continue
        rows += frame.height
        for item, result in zip(SUITES[suite], validate(suite, frame), strict=True):
            totals[item.name].add(result)
            if item.severity == "error" and not result.passed:
                reasons |= dict.fromkeys(result.keys, f"{item.name}: expected: {item.meaning}")
    return Verdict(_check(suite, rows, list(totals.values())), reasons)


class _Total:
    """One expectation over all frames."""

    def __init__(self, expectation: Expectation) -> None:
        self.expectation = expectation
        self.passed = True
        self.keys: list[str] = []
        self.exception = ""

    def add(self, result: CheckResult) -> None:
        self.passed &= result.passed
        self.keys += result.keys
        self.exception = self.exception or str(result.metadata.get("exception", ""))

    def as_row(self) -> dict[str, Any]:
        row = {
            "expectation": self.expectation.name, "meaning": self.expectation.meaning, "passed": self.passed,
            "severity": self.expectation.severity, "count": len(self.keys), "keys": self.keys[:SHOWN],
        }  # fmt: skip
        return row | ({"exception": self.exception} if self.exception else {})


def _check(suite: Suite, rows: int, totals: Sequence[_Total]) -> CheckResult:
    failed = [total for total in totals if not total.passed]
    said = "; ".join(f"{total.expectation.name} ({len(total.keys)})" for total in failed)
    return CheckResult(
        name=f"expect_{suite}",
        passed=not failed,
        severity="error" if any(total.expectation.severity == "error" for total in failed) else "warn",
        description=f"{len(totals)} expectations of {rows:,} {suite}"
        + (f"; not met: {said}" if failed else " are met."),
        metadata={"rows": rows, "expectations": [total.as_row() for total in totals]},
        keys=sorted({key for total in failed for key in total.keys}),
    )


def validate_fast(suite: Suite, frame: pl.DataFrame) -> list[CheckResult]:
    """Evaluate a suite with polars: one result for each expectation, in the suite's order, with the keys at fault."""
    results = []
    for item in SUITES[suite]:
        keys = frame.filter(_at_fault(item))["key"].fill_null("").to_list()
        results.append(
            CheckResult(
                name=f"expect_{suite}_{item.name}",
                passed=not keys,
                severity=item.severity,
                description=item.meaning,
                metadata={"rows": frame.height, "count": len(keys), "keys": keys[:SHOWN]},
                keys=keys,
            )
        )
    return results


def _at_fault(item: Expectation) -> pl.Expr:
    """The rows that Great Expectations would call unexpected; only `NotBeNull` judges nulls."""
    arguments = item.kwargs
    column = pl.col(arguments.get("column", "key"))
    match item.type.removeprefix("ExpectColumnValuesTo"):
        case "NotBeNull":
            return column.is_null()
        case "BeUnique":
            return column.is_not_null() & column.is_duplicated()
        case "MatchRegex":
            return column.is_not_null() & ~column.str.contains(arguments["regex"])
        case "BeInSet":
            return column.is_not_null() & ~column.is_in(arguments["value_set"])
        case "BeBetween":
            return _outside(column, arguments["min_value"], arguments["max_value"])
        case "ExpectColumnPairValuesAToBeGreaterThanB":
            return (pl.col(arguments["column_A"]) < pl.col(arguments["column_B"])).fill_null(value=False)
        case other:
            raise AssertionError(f"No rule for {other}")


def _outside(column: pl.Expr, least: Any, most: Any) -> pl.Expr:
    outside = pl.lit(value=False)
    if least is not None:
        outside |= column < least
    if most is not None:
        outside |= column > most
    return outside.fill_null(value=False)
