"""Days, months, years and ranges of them: `2024`, `2024-01..2024-06`, `..2024-06-15`."""

import calendar
import datetime as dt
import re
from typing import Final

from warehouse.search.query.errors import QueryInvalid

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_RANGE: Final = ".."
_EARLIEST_YEAR: Final = 1867


def is_range(text: str) -> bool:
    """Whether a value is two dates with two dots between them."""
    return _RANGE in text


def date_range(text: str, position: int) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day; null where the range is open.

    Raises:
        QueryInvalid: no date is written like this, or the range ends before it begins.
    """
    if not is_range(text):
        return _span(text, position)
    first, _, last = text.partition(_RANGE)
    from_on = _span(first, position)[0] if first else None
    to_on = _span(last, position + len(first) + len(_RANGE))[1] if last else None
    if from_on is None and to_on is None:
        raise _unreadable(text, position)
    if from_on is not None and to_on is not None and to_on < from_on:
        raise QueryInvalid("The range ends before it begins.", "La période finit avant de commencer.", position)
    return from_on, to_on


def year_of(text: str, position: int) -> str:
    """A year in four digits.

    Raises:
        QueryInvalid: it is none.
    """
    if len(text) != 4:
        raise _unreadable(text, position)
    return str(_span(text, position)[0].year)


def _span(text: str, position: int) -> tuple[dt.date, dt.date]:
    """First and last day of a day, a month or a year."""
    match = _DATE.fullmatch(text)
    if match is None or int(match[1]) < _EARLIEST_YEAR:
        raise _unreadable(text, position)
    year, month, day = (None if part is None else int(part) for part in match.groups())
    assert year is not None
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError:
        raise _unreadable(text, position) from None
    if day is not None:
        return first, first
    last_month = month or 12
    return first, dt.date(year, last_month, calendar.monthrange(year, last_month)[1])


def _unreadable(text: str, position: int) -> QueryInvalid:
    return QueryInvalid(
        f"{text[:40]!r} is not a date; write 2024, 2024-01, 2024-01-31 or a range such as 2024-01..2024-06.",
        f"{text[:40]!r} n’est pas une date; écrivez 2024, 2024-01, 2024-01-31 ou une période, 2024-01..2024-06.",
        position,
    )
