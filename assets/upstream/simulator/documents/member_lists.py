"""The members lists: sitting members, members of one Parliament, and everybody with the latest seat."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence

import msgspec

from assets.upstream.addresses import Language
from assets.upstream.simulator.documents import xmltext
from assets.upstream.simulator.documents.vote_lists import BOM
from assets.upstream.simulator.story.faults import Fault
from assets.upstream.simulator.story.people import PARTIES, Party, Person, Riding
from assets.upstream.simulator.story.views import SessionView

CSV_HEADER = (
    "Honorific Title",
    "First Name",
    "Last Name",
    "Constituency",
    "Province / Territory",
    "Political Affiliation",
    "Start Date",
    "End Date",
)


class Tenure(msgspec.Struct, frozen=True):
    """One person in one seat of one Parliament, with the caucus at its end."""

    person: Person
    riding: Riding
    party: Party
    is_minister: bool
    from_on: dt.date
    to_on: dt.date | None
    """The last day; null while the seat is held."""


def tenures(view: SessionView) -> list[Tenure]:
    """Everybody who sat in the Parliament of a view, by last name; the latest view of a Parliament is complete."""
    house, left = view.house, view.target(Fault.BY_ELECTION)
    found: list[Tenure] = []
    for number, seat in enumerate(house.seats):
        party = PARTIES[view.party(number, view.horizon)]
        is_minister = number in house.ministers
        end = house.ended_on
        if left is not None and left.leaver == number:
            vacant_from, filled_on = left.vacant_from.date(), left.filled_from.date()
            found.append(Tenure(left.newcomer, seat.riding, party, is_minister, filled_on, end))
            end = vacant_from - dt.timedelta(days=1)
        for gone in house.departures:
            if gone.seat != number or gone.left_on > view.horizon.date():
                continue
            if gone.successor is not None and gone.filled_on is not None and gone.filled_on <= view.horizon.date():
                found.append(Tenure(gone.successor, seat.riding, party, False, gone.filled_on, end))
            end = gone.left_on
            party = PARTIES[view.party(number, dt.datetime.combine(end, dt.time()))]
        found.append(Tenure(seat.person, seat.riding, party, is_minister, house.elected_on, end))
    return sorted(found, key=lambda each: (each.person.last, each.person.first, each.person.person_id))


def latest_tenures(views: Sequence[SessionView]) -> list[Tenure]:
    """One row a person over all Parliaments: the latest seat."""
    latest = {each.person.person_id: each for view in views for each in tenures(view)}
    return sorted(latest.values(), key=lambda each: (each.person.last, each.person.first, each.person.person_id))


def as_xml(rows: Sequence[Tenure], lang: Language) -> bytes:
    """`ArrayOfMemberOfParliament/MemberOfParliament`, with PersonId."""
    return xmltext.document(
        "ArrayOfMemberOfParliament", (member(row, "MemberOfParliament", is_french=lang == "fr") for row in rows)
    )


def as_csv(rows: Sequence[Tenure]) -> bytes:
    """Byte order mark, CRLF, American times and no id."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_HEADER)
    writer.writerows(_cells(rows))
    return (BOM + out.getvalue()).encode()


def _cells(rows: Sequence[Tenure]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield (
            "Hon." if row.is_minister else "",
            row.person.first,
            row.person.last,
            row.riding.name_en,
            row.riding.province,
            row.party.en,
            f"{row.from_on} 12:00:00 AM",
            f"{row.to_on} 11:59:59 PM" if row.to_on else "",
        )


def member(row: Tenure, tag: str, *, is_french: bool) -> str:
    """A seat as an element of a list or of a roles document."""
    honorific = ("L’hon." if is_french else "Hon.") if row.is_minister else None
    return xmltext.element(
        tag,
        (
            ("PersonId", row.person.person_id),
            ("PersonShortHonorific", honorific),
            ("PersonOfficialFirstName", row.person.first),
            ("PersonOfficialLastName", row.person.last),
            ("ConstituencyName", row.riding.name_fr if is_french else row.riding.name_en),
            ("ConstituencyProvinceTerritoryName", row.riding.province_fr if is_french else row.riding.province),
            ("CaucusShortName", row.party.fr if is_french else row.party.en),
            ("FromDateTime", f"{row.from_on}T00:00:00"),
            ("ToDateTime", f"{row.to_on}T23:59:59" if row.to_on else xmltext.NIL),
        ),
    )
