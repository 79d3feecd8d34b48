"""When the invented Parliament meets: sessions one after the other, the last one still running."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from warehouse.model.keys import SessionCode

FIRST_PARLIAMENT = 90
"""Numbers far from any real Parliament, so that no invented session is ever taken for a real one."""

_CURRENT_OPENED = dt.date(2024, 11, 18)
_CURRENT_PUBLISHED_TO = dt.date(2026, 3, 27)
_CURRENT_PLANNED_TO = dt.date(2026, 6, 19)
_BETWEEN_OPENINGS = dt.timedelta(weeks=88)
_LENGTH = dt.timedelta(weeks=80, days=-3)
_CAMPAIGN = dt.timedelta(weeks=5)


class SimulatedSession(msgspec.Struct, frozen=True):
    """One session in time. Days are Ottawa's."""

    code: SessionCode
    index: int
    """Position among the simulated sessions, from 0."""
    opened_on: dt.date
    published_to: dt.date
    """The last day upstream knows of before the first `advance`."""
    planned_to: dt.date
    closed_on: dt.date | None


def terms_of(codes: Sequence[str]) -> tuple[SimulatedSession, ...]:
    """Lay the sessions out in time, the last of them running now.

    Raises:
        ValueError: no session, one twice, or a number that a real Parliament could have.
    """
    sessions = sorted(SessionCode.parse(code) for code in codes)
    if not sessions or len(set(sessions)) != len(sessions):
        raise ValueError("Name at least one session, each once, for example 90-1.")
    if sessions[0].parliament < FIRST_PARLIAMENT:
        raise ValueError(f"Simulated parliaments start at {FIRST_PARLIAMENT}; {sessions[0]} could be a real one.")
    last = len(sessions) - 1
    return tuple(_term(code, index, last - index) for index, code in enumerate(sessions))


def _term(code: SessionCode, index: int, back: int) -> SimulatedSession:
    if back == 0:
        return SimulatedSession(code, index, _CURRENT_OPENED, _CURRENT_PUBLISHED_TO, _CURRENT_PLANNED_TO, None)
    opened_on = _CURRENT_OPENED - back * _BETWEEN_OPENINGS
    closed_on = opened_on + _LENGTH
    return SimulatedSession(code, index, opened_on, closed_on, closed_on, closed_on)


def elected_on(first: SimulatedSession) -> dt.date:
    """Election day of the Parliament whose first simulated session this is: a Monday five weeks before."""
    return first.opened_on - _CAMPAIGN


def sitting_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Weekdays of three weeks in four, without high summer and the turn of the year."""
    days = (first + dt.timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5 and day.isocalendar().week % 4 and not _recess(day)]


def _recess(day: dt.date) -> bool:
    return day.month in (7, 8) or (day.month, day.day) >= (12, 19) or (day.month, day.day) <= (1, 24)
