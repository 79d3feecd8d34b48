"""The sitting day of each division: the day on which its sitting began, not the one on the clock."""

import datetime as dt
from collections.abc import Iterable

from assets.sources.ourcommons_votes.parse import VoteRecord
from warehouse.runtime.clock import OTTAWA, ottawa_to_utc

_FIRST_HOUR = 9
"""No sitting of the House begins earlier: before that hour, the sitting of the evening before is still going on."""
_EVENING = 18
_PAUSE = dt.timedelta(minutes=30)
"""Divisions that follow each other within this time are of one sitting, also past the hour at which days begin."""
_MIDNIGHT = dt.time(0)


def sitting_day(local: dt.datetime) -> dt.date:
    """The sitting day of a naive Ottawa time that stands alone.

    Midnight to the second is a date without a time, as in the documents of 2018, and stays on its day.
    """
    early = local.hour < _FIRST_HOUR and local.time() != _MIDNIGHT
    return local.date() - dt.timedelta(days=1) if early else local.date()


def sitting_days(records: Iterable[VoteRecord]) -> dict[int, dt.date]:
    """The sitting day of every division of a session, by its number: a division knows by the one before it whether
    midnight is a time, and whether a sitting of the night is still going on in the morning."""
    days: dict[int, dt.date] = {}
    before: VoteRecord | None = None
    for record in sorted(records, key=lambda each: each.number):
        days[record.number] = _day_after(record.held_at_local, before, days)
        before = record
    return days


def _day_after(local: dt.datetime, before: VoteRecord | None, days: dict[int, dt.date]) -> dt.date:
    alone = sitting_day(local)
    if before is None:
        return alone
    day, since = days[before.number], local - before.held_at_local
    if local.time() == _MIDNIGHT:
        last_evening = dt.datetime.combine(local.date() - dt.timedelta(days=1), dt.time(_EVENING))
        return day if last_evening <= before.held_at_local < local else alone
    goes_on = dt.timedelta(0) <= since <= _PAUSE and day < local.date()
    return day if goes_on else alone


def instants(records: Iterable[VoteRecord]) -> dict[int, dt.datetime]:
    """The UTC instant of every division, by its number.

    In the night in which the clocks go back, an hour comes twice. A division that would be earlier than the one before
    it, and is not if its time is of the second hour, is of the second hour.
    """
    found: dict[int, dt.datetime] = {}
    previous: dt.datetime | None = None
    for record in sorted(records, key=lambda each: each.number):
        first = ottawa_to_utc(record.held_at_local)
        second = record.held_at_local.replace(tzinfo=OTTAWA, fold=1).astimezone(dt.UTC)
        previous = second if previous is not None and first < previous <= second else first
        found[record.number] = previous
    return found
