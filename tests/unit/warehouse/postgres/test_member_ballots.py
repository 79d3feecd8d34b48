"""Which conditions on votes are ranges of sittings, and which are not."""

import datetime as dt
from typing import Any

import pytest

from warehouse.model.read_models.selection import Condition
from warehouse.postgres.lists.member_ballots import days_range, sessions_range, spans_of

SPANS = spans_of([("43-2", 100, 199), ("44-1", 200, 250), ("44-1", 230, 299), ("45-1", 300, 399)])
DAY = (dt.date(2025, 6, 13) - dt.date(1867, 7, 1)).days * 10_000


@pytest.mark.parametrize(
    ("field", "values", "range_"),
    [
        ("session", ("44-1",), (200, 299)),
        ("parliament", (45,), (300, 399)),
        ("session", ("43-2", "44-1"), (100, 299)),
        ("session", ("43-2", "45-1"), None),  # 44-1 voted between them
        ("session", ("42-1",), (1, 0)),  # nothing is in it
    ],
)
def test_sessions_are_the_sittings_between_their_first_and_last_vote(
    field: str, values: tuple[Any, ...], range_: tuple[int, int] | None
) -> None:
    assert sessions_range(SPANS, Condition(field, "eq", values)) == range_


def test_sessions_that_voted_on_one_day_are_no_range() -> None:
    spans = SPANS | {"44-2": (299, 305)}
    assert sessions_range(spans, Condition("session", "eq", ("44-2",))) is None
    assert sessions_range(spans, Condition("session", "eq", ("43-2",))) == (100, 199)


@pytest.mark.parametrize(
    ("operator", "days", "inside", "outside"),
    [
        ("eq", (0,), (DAY, DAY + 9_999), (DAY - 1, DAY + 10_000)),
        ("gte", (0,), (DAY, DAY + 50_000), (DAY - 1,)),
        ("gt", (0,), (DAY + 10_000,), (DAY + 9_999,)),
        ("lte", (0,), (DAY + 9_999, 0), (DAY + 10_000,)),
        ("lt", (0,), (DAY - 1,), (DAY,)),
        ("range", (0, 2), (DAY, DAY + 29_999), (DAY - 1, DAY + 30_000)),
    ],
)
def test_days_are_all_sittings_of_them(
    operator: Any, days: tuple[int, ...], inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    values = tuple(dt.date(2025, 6, 13) + dt.timedelta(days=day) for day in days)
    range_ = days_range(Condition("held_on", operator, values))
    assert range_ is not None
    assert all(range_[0] <= sitting <= range_[1] for sitting in inside)
    assert not any(range_[0] <= sitting <= range_[1] for sitting in outside)


@pytest.mark.parametrize("operator", ["ne", "isnull", "eq"])
def test_other_days_are_no_range(operator: Any) -> None:
    values: tuple[Any, ...] = (True,) if operator == "isnull" else (dt.date(2025, 6, 13), dt.date(2025, 7, 1))
    assert days_range(Condition("held_on", operator, values)) is None


@pytest.mark.parametrize("operator", ["eq", "gt", "gte", "lt", "lte"])
@pytest.mark.parametrize(
    "day", [dt.date.min, dt.date(1867, 7, 1), dt.date(2455, 1, 1), dt.date(8894, 12, 26), dt.date.max]
)
def test_no_day_is_beyond_what_the_database_can_compare(operator: Any, day: dt.date) -> None:
    first, last = days_range(Condition("held_on", operator, (day,))) or (0, 0)
    assert first >= -(2**31)
    assert last < 2**31
    assert (first, last) != (0, 0)
