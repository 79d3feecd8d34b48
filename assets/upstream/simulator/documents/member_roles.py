"""The roles document of one person: terms, caucuses and offices over all Parliaments, newest first."""

import datetime as dt
from collections.abc import Iterator, Sequence

from assets.upstream.addresses import Language
from assets.upstream.simulator.documents import member_lists, xmltext
from assets.upstream.simulator.documents.member_lists import Tenure
from assets.upstream.simulator.story.people import PARTIES, Party, PlannedOffice
from assets.upstream.simulator.story.views import SessionView

_EMPTY = ("CommitteeMemberRoles", "ParliamentaryAssociationsandInterparliamentaryGroupRoles", "ElectionCandidateRoles")


def as_xml(views: Sequence[SessionView], person_id: int, lang: Language) -> bytes | None:
    """`Profile` with its sections; null for a person who never sat. `views` has the latest one of each Parliament."""
    newest = sorted(views, key=lambda view: view.house.parliament, reverse=True)
    held = [
        (view, each) for view in newest for each in member_lists.tenures(view) if each.person.person_id == person_id
    ]
    if not held:
        return None
    is_french = lang == "fr"
    terms = (member_lists.member(each, "MemberOfParliamentRole", is_french=is_french) for _, each in held)
    caucuses = (_caucus(view, *each, is_french) for view, tenure in held for each in _caucuses(view, tenure))
    offices = (_office(each, is_french) for view, tenure in held for each in _offices(view, tenure))
    sections = (
        _section("MemberOfParliamentRoles", terms),
        _section("CaucusMemberRoles", caucuses),
        _section("ParliamentaryPositionRoles", offices),
        *(f"<{name} />" for name in _EMPTY),
    )
    return xmltext.document("Profile", sections)


def _section(name: str, records: Iterator[str]) -> str:
    return xmltext.document(name, records, namespaces="").decode()


def _seat_of(view: SessionView, tenure: Tenure) -> int:
    return next(number for number, seat in enumerate(view.house.seats) if seat.riding == tenure.riding)


def _caucuses(view: SessionView, tenure: Tenure) -> list[tuple[Party, dt.date, dt.date | None]]:
    """The caucuses of a term, newest first, each with its first and last day."""
    seat = _seat_of(view, tenure)
    last = tenure.to_on or view.horizon.date()
    days = {crossing.at.date() for crossing in view.all_crossings if crossing.seat == seat}
    starts = [tenure.from_on, *sorted(day for day in days if tenure.from_on < day <= last)]
    ends: list[dt.date | None] = [*(day - dt.timedelta(days=1) for day in starts[1:]), tenure.to_on]
    parties = [PARTIES[view.party(seat, dt.datetime.combine(day, dt.time(23, 59)))] for day in starts]
    return list(zip(parties, starts, ends, strict=True))[::-1]


def _offices(view: SessionView, tenure: Tenure) -> list[PlannedOffice]:
    """The offices of a term, newest first; those that begin after all that is published are not known yet."""
    if view.house.seats[_seat_of(view, tenure)].person != tenure.person:
        return []
    own = [each for each in view.house.offices if each.seat == _seat_of(view, tenure)]
    known = [each for each in own if each.from_on <= view.horizon.date()]
    return sorted(known, key=lambda each: each.from_on, reverse=True)


def _caucus(view: SessionView, party: Party, from_on: dt.date, to_on: dt.date | None, is_french: bool) -> str:
    return xmltext.element(
        "CaucusMemberRole",
        (
            ("CaucusShortName", party.fr if is_french else party.en),
            *_interval(from_on, to_on),
            ("ParliamentNumber", view.house.parliament),
        ),
    )


def _office(office: PlannedOffice, is_french: bool) -> str:
    title = office.title_fr if is_french else office.title_en
    return xmltext.element("ParliamentaryPositionRole", (("Title", title), *_interval(office.from_on, office.to_on)))


def _interval(from_on: dt.date, to_on: dt.date | None) -> tuple[tuple[str, object], tuple[str, object]]:
    return (
        ("FromDateTime", f"{from_on}T00:00:00"),
        ("ToDateTime", f"{to_on}T23:59:59" if to_on else xmltext.NIL),
    )
