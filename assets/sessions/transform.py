"""Sessions out of several documents: which one to believe, and what is doubtful about it."""

import datetime as dt
from collections.abc import Iterable, Mapping

from warehouse.model.codes import GENERAL_ELECTIONS
from warehouse.model.entities import Session


def sessions_by_key(sessions: Iterable[Session]) -> dict[str, Session]:
    """One session a key, oldest first; of two descriptions the later one that was given counts."""
    latest = {session.key: session for session in sessions}
    return dict(sorted(latest.items(), key=lambda item: (item[1].parliament, item[1].number)))


def parliament_on(day: dt.date) -> int | None:
    """The Parliament whose general election was the last one on or before the day; null before the 35th."""
    held = [parliament for parliament, election in GENERAL_ELECTIONS.items() if election <= day]
    return max(held, default=None)


def last_day_of(parliament: int, sessions: Mapping[str, Session], latest_parliament: int) -> dt.date | None:
    """The last day of a Parliament that is over: the close of its last known session; null while it may still sit.

    A Parliament is over when a later one is known: the close of a session alone may be a prorogation.
    """
    if parliament >= latest_parliament:
        return None
    days = [
        session.closed_on for session in sessions.values() if session.parliament == parliament and session.closed_on
    ]
    return max(days, default=None)
