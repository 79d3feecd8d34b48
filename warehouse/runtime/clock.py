"""Instants are UTC; sitting days and Parliament's wall-clock times are Ottawa's."""

import datetime as dt
from zoneinfo import ZoneInfo

OTTAWA = ZoneInfo("America/Toronto")


def now() -> dt.datetime:
    """This instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The day in Ottawa."""
    return dt.datetime.now(OTTAWA).date()


def ottawa_to_utc(local: dt.datetime) -> dt.datetime:
    """The UTC instant of a naive Ottawa wall-clock time; in the repeated autumn hour the first one is meant."""
    return local.replace(tzinfo=OTTAWA).astimezone(dt.UTC)
