"""What can be derived about Parliaments from their sessions."""

import datetime as dt
from collections.abc import Mapping

from warehouse.model.entities import Session
from warehouse.model.vocabulary.codes import GENERAL_ELECTIONS


def parliament_on(day: dt.date, sessions: Mapping[str, Session]) -> int | None:
    """The Parliament of a seat that begins on this day; null before the 35th.

    It is the Parliament of the last general election on or before the day. For a Parliament whose election is not in
    our list, seats begin after the close of the last session before it.
    """
    beyond = {session.parliament for session in sessions.values()} - set(GENERAL_ELECTIONS)
    for parliament in sorted(beyond, reverse=True):
        earlier = [session.closed_on for session in sessions.values() if session.parliament < parliament]
        if all(closed_on is not None and closed_on < day for closed_on in earlier):
            return parliament
    return max((parliament for parliament, election in GENERAL_ELECTIONS.items() if election <= day), default=None)


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
