"""The sitting day of each division: the day on which its sitting began, which may not be the calendar day."""

import datetime as dt
from collections.abc import Collection, Iterable

from assets.derived import FIRST_HOUR, MIDNIGHT, sitting_day
from assets.sources.ourcommons_votes.parse import VoteRecord
from warehouse.runtime.clock import OTTAWA, ottawa_to_utc

_EVENING = 18
_PAUSE = dt.timedelta(minutes=30)
"""Divisions within this time of each other belong to one sitting, even past the hour at which days begin."""


def sitting_days(records: Iterable[VoteRecord]) -> dict[int, dt.date]:
    """The sitting day of every division of a session, by number. The previous division tells whether midnight is a real
    time, and whether a night sitting is still under way in the morning."""
    days: dict[int, dt.date] = {}
    in_order = sorted(records, key=lambda each: each.number)
    nights = _nights(record.held_at_local for record in in_order)
    before: VoteRecord | None = None
    for record in in_order:
        days[record.number] = _day_after(record.held_at_local, before, days, nights)
        before = record
    return days


def _nights(times: Iterable[dt.datetime]) -> set[dt.date]:
    """The dates with a division at night; on these, midnight is a real time too."""
    return {time.date() for time in times if time.hour < FIRST_HOUR and time.time() != MIDNIGHT}


def _day_after(
    local: dt.datetime, before: VoteRecord | None, days: dict[int, dt.date], nights: Collection[dt.date]
) -> dt.date:
    """Within a sitting, times do not always rise with the numbers (41-1 no. 445 to 447)."""
    alone = sitting_day(local)
    yesterday = local.date() - dt.timedelta(days=1)
    if local.time() == MIDNIGHT and local.date() in nights:
        alone = yesterday
    if before is None:
        return alone
    day, since = days[before.number], local - before.held_at_local
    if local.time() == MIDNIGHT:
        last_evening = dt.datetime.combine(yesterday, dt.time(_EVENING))
        is_same = before.held_at_local == local  # the second division of the same midnight
        return day if is_same or last_evening <= before.held_at_local < local else alone
    return day if abs(since) <= _PAUSE and day < local.date() else alone


def instants(records: Iterable[VoteRecord]) -> dict[int, dt.datetime]:
    """The UTC instant of every division, by its number.

    In the night in which clocks go back, one hour occurs twice. A division is placed in the second occurrence if in the
    first one it would be earlier than the division before it.
    """
    found: dict[int, dt.datetime] = {}
    previous: dt.datetime | None = None
    for record in sorted(records, key=lambda each: each.number):
        first = ottawa_to_utc(record.held_at_local)
        second = record.held_at_local.replace(tzinfo=OTTAWA, fold=1).astimezone(dt.UTC)
        previous = second if previous is not None and first < previous <= second else first
        found[record.number] = previous
    return found
