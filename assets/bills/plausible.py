"""Contradictions between a bill's fields: each gives a finding, and a value that would mislead becomes null."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from assets.derived import introduced
from assets.sources.languages import is_english, is_french
from assets.sources.placeholders import is_placeholder
from warehouse.model.entities import Bill, Finding, Session

_DAYS: Final = tuple(
    name for name in Bill.__struct_fields__ if name.endswith("_on") and name != "introduced_on"
)  # which follows from the others
_TITLES: Final = ("title_en", "title_fr", "short_title_en", "short_title_fr")


class StoredSponsor(NamedTuple):
    """Who is stored as the sponsor of a bill."""

    person_id: int | None
    name_en: str | None
    name_fr: str | None


class PlausibilityContext(msgspec.Struct, frozen=True, kw_only=True):
    """What is known besides a bill's own records."""

    session: Session | None
    """With its opening and closing days, if a bill list has given them."""
    latest: dt.date
    """Anything dated later has not happened yet."""
    sponsors: dict[str, StoredSponsor]
    """The stored sponsors, by bill."""

    def trusting_days(self, bills: Sequence[Bill]) -> "PlausibilityContext":
        """Drop the session's days if most of its bills contradict them: then the days are at fault, not the bills."""
        strays = sum(any(not _is_within(bill, day, self.session) for _, day in _days(bill)) for bill in bills)
        return msgspec.structs.replace(self, session=None) if 2 * strays > len(bills) else self


def plausible(bill: Bill, context: PlausibilityContext) -> tuple[Bill, list[Finding]]:
    """The bill without its implausible values, and the findings about them. A sponsor missing from the new record
    stays."""
    changes: dict[str, object] = {}
    doubts: list[tuple[str, str]] = []
    for name, day in _days(bill):
        if day > context.latest:
            changes[name] = None
            doubts.append(("date_in_future", f"`{name}` is {day}, which is still to come; it is not served."))
        elif not _is_within(bill, day, context.session):
            changes[name] = None
            doubts.append(("date_outside_session", f"`{name}` is {day}, when {bill.session} did not sit; not served."))
    stages = tuple(
        msgspec.structs.replace(each, state_on=None) if each.state_on and each.state_on > context.latest else each
        for each in bill.stages
    )
    if stages != bill.stages:
        changes["stages"] = stages
        doubts.append(("date_in_future", "A stage has a date that is still to come; it is not served."))
    dated = bill if not changes else msgspec.structs.replace(bill, **changes)
    for chamber in ("house", "senate"):
        names = [f"passed_{chamber}_{reading}_on" for reading in ("first", "second", "third")] + ["royal_assent_on"]
        days = [(name, day) for name in names if (day := getattr(dated, name)) is not None]
        for (earlier, before), (later, after) in pairwise(days):
            if after < before:
                message = f"`{later}` is {after}, before `{earlier}`, {before}."
                doubts.append(("readings_out_of_order", message))
    for name in _TITLES:
        if is_placeholder(text := getattr(bill, name)):
            changes[name] = None
            doubts.append(("placeholder_title", f"`{name}` is {text!r}, which is no title; it is not served."))
    for name in (*_TITLES, "summary_en", "summary_fr"):
        rule, is_other = ("english_in_french", is_english) if name.endswith("fr") else ("french_in_english", is_french)
        if is_other(text := getattr(bill, name)):
            changes[name] = None
            doubts.append((rule, f"`{name}` is in the other language: {_short(text)!r}; it is not served."))
    known = context.sponsors.get(bill.key)
    if known is not None and bill.sponsor_name_en is None and bill.sponsor_person_id is None:
        changes |= {
            "sponsor_person_id": known.person_id,
            "sponsor_name_en": known.name_en,
            "sponsor_name_fr": known.name_fr,
        }
        doubts.append(("sponsor_vanished", f"LEGISinfo names no sponsor any more; the last one was {known.name_en}."))
    found = introduced(msgspec.structs.replace(bill, **changes)) if changes else bill
    return found, _findings(bill.key, doubts)


def findings_of_days(bill: Bill, session: Session | None) -> list[Finding]:
    """The finding about days outside the session, kept because most bills of the session have such days."""
    strays = [f"`{name}` is {day}" for name, day in _days(bill) if not _is_within(bill, day, session)]
    message = f"{', '.join(strays)}; by LEGISinfo's list {bill.session} did not sit then."
    return _findings(bill.key, [("date_outside_session", message)] if strays else [])


def _findings(key: str, doubts: Sequence[tuple[str, str]]) -> list[Finding]:
    """Merge findings so that each rule has one, with all its messages."""
    said: dict[str, list[str]] = {}
    for rule, message in doubts:
        said.setdefault(rule, []).append(message)
    return [Finding(rule=rule, entity="bill", key=key, message=" ".join(found)) for rule, found in said.items()]


def _days(bill: Bill) -> Iterator[tuple[str, dt.date]]:
    for name in _DAYS:
        if (day := getattr(bill, name)) is not None:
            yield name, day


def _is_within(bill: Bill, day: dt.date, session: Session | None) -> bool:
    """Whether a day may lie before the session: a reinstated bill has passed stages in an earlier one."""
    if session is None:
        return True
    first = dt.date.min if bill.is_reinstated else session.opened_on or dt.date.min
    return first <= day <= (session.closed_on or dt.date.max)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
