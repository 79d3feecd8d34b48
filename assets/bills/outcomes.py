"""What became of a bill: law, defeated, dropped, died with its session, carried over, or still pending. Pure."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import msgspec

from warehouse.model.entities import Bill, Outcome, OutcomeRule, Session
from warehouse.model.keys import SessionCode
from warehouse.model.vocabulary.codes import DISSOLUTIONS

_BY_STATUS: Final[dict[str, Outcome]] = {
    "royal-assent-received": "law",
    "defeated": "defeated",
    "not-proceeded-with": "not-proceeded-with",
    "pro-forma": "pro-forma",
}
_DATED: Final = frozenset({"defeated", "not-proceeded-with"})
"""Outcomes that are a bill's latest activity."""


def end_of(session: Session, sessions: Mapping[str, Session]) -> OutcomeRule | None:
    """How a closed session ended. The day of dissolution is that of the last session of a Parliament.

    If the dissolution of a Parliament is not in our table, it is inferred from the sessions: a later session of the
    same Parliament means prorogation, a later Parliament means dissolution. Null where neither is known.
    """
    if session.parliament in DISSOLUTIONS:
        return "dissolution" if session.closed_on == DISSOLUTIONS[session.parliament] else "prorogation"
    if any(each.parliament == session.parliament and each.number > session.number for each in sessions.values()):
        return "prorogation"
    if any(each.parliament > session.parliament for each in sessions.values()):
        return "dissolution"
    return None


def with_outcome(bill: Bill, sessions: Mapping[str, Session], next_bills: Mapping[str, Bill] | None) -> Bill:
    """Return the bill with its outcome.

    `next_bills` are the bills of the same Parliament's next session, by number; null if that session is not loaded.

    Royal assent takes precedence over any status. A bill still pending when its session closes died on that day: always
    at dissolution, and at prorogation too unless it is a House bill that was reinstated in the next session (LEGISinfo
    marks the bill of the next session as reinstated). If the next session is not loaded, the outcome is unknown and
    null. The Senate reinstates no bills.
    """
    outcome, on, rule, again = _judged(bill, sessions, next_bills)
    return msgspec.structs.replace(bill, outcome=outcome, outcome_on=on, outcome_rule=rule, reinstated_as=again)


_Judged = tuple[Outcome | None, dt.date | None, OutcomeRule | None, str | None]


def _judged(bill: Bill, sessions: Mapping[str, Session], next_bills: Mapping[str, Bill] | None) -> _Judged:
    session = sessions.get(bill.session)
    if bill.royal_assent_on is not None:
        found: _Judged = ("law", bill.royal_assent_on, "royal-assent", None)
    elif bill.status in _BY_STATUS:
        outcome = _BY_STATUS[bill.status]
        found = (outcome, bill.latest_activity_on if outcome in _DATED else None, "status", None)
    elif bill.provisional or session is None:
        found = (None, None, "not-listed", None)
    elif session.closed_on is None:
        found = ("pending", None, "session-open", None)
    else:
        found = _at_the_end(bill, session.closed_on, end_of(session, sessions), next_bills)
    return found


def _at_the_end(
    bill: Bill, closed_on: dt.date, end: OutcomeRule | None, next_bills: Mapping[str, Bill] | None
) -> _Judged:
    if end is None:
        return None, None, "end-unknown", None
    if end == "prorogation" and bill.chamber == "commons":
        if next_bills is None:
            return None, None, "next-session-not-held", None
        again = next_bills.get(bill.number)
        if again is not None and again.is_reinstated:
            return "reinstated", None, "reinstated", again.key
    return "died", closed_on, end, None


def previous_session(key: str) -> str | None:
    """The previous session of the same Parliament, if there was one."""
    code = SessionCode.parse(key)
    return f"{code.parliament}-{code.number - 1}" if code.number > 1 else None


def next_session(key: str) -> str:
    """The next session of the same Parliament; it may not exist."""
    code = SessionCode.parse(key)
    return f"{code.parliament}-{code.number + 1}"
