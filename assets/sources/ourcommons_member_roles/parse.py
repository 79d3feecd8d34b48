"""Reads a member's roles document, the only feed with the exact days of terms, caucuses and offices."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from assets.sources.ourcommons_members.parse import MemberRecord, day_of, member_record
from assets.sources.parsed import Unfit
from assets.sources.records import is_person_id
from assets.sources.xml import fields, read_xml, source_of
from warehouse.runtime.errors import SourceChanged

T = TypeVar("T")


class CaucusRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus and the half-open interval `[from_on, to_on)` in which the member belonged to it; null is open."""

    caucus: str
    from_on: dt.date
    to_on: dt.date | None


class OfficeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A parliamentary position and the half-open interval `[from_on, to_on)` in which the member held it."""

    title: str
    from_on: dt.date
    to_on: dt.date | None


class RolesRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One roles document. Texts are in the language of the request."""

    person_id: int
    seats: list[MemberRecord]
    caucuses: list[CaucusRecord]
    offices: list[OfficeRecord]
    unfit: list[Unfit] = []


def parse_roles(document: bytes) -> RolesRecord:
    """Read one `roles/xml` document, in today's format or in that before 2024, which has one seat under its root.

    Raises:
        SourceChanged: it is no roles document, has no seat that can be read, or has the seats of several persons.
    """
    root = read_xml(document, ("Profile",))
    unfit: list[Unfit] = []
    elements = [
        *root.iterfind("MemberOfParliamentRoles/MemberOfParliamentRole"),
        *root.iterfind("MemberOfParliamentRole"),
    ]
    seats = list(_readable(elements, _seat, unfit))
    if not seats:
        why = f": {unfit[0].reason}" if unfit else ""
        raise SourceChanged(f"The roles document has no seat that can be read{why}.")
    persons = {seat.person_id for seat in seats if seat.person_id is not None}
    if len(persons) > 1:
        raise SourceChanged(f"The roles document has seats of several persons: {sorted(persons)[:3]}.")
    caucuses = _readable(root.iterfind("CaucusMemberRoles/CaucusMemberRole"), _caucus, unfit)
    offices = _readable(root.iterfind("ParliamentaryPositionRoles/ParliamentaryPositionRole"), _office, unfit)
    return RolesRecord(
        person_id=persons.pop(),
        seats=sorted(seats, key=lambda seat: seat.from_on or dt.date.min),
        caucuses=sorted(set(caucuses), key=lambda role: (role.from_on, role.caucus)),
        offices=sorted(set(offices), key=lambda role: (role.from_on, role.title)),
        unfit=unfit,
    )


def _readable(elements: Any, read: Callable[[dict[str, str | None]], T], unfit: list[Unfit]) -> Iterator[T]:
    """The rows that can be read; the others are recorded with their reason."""
    for number, element in enumerate(elements, start=1):
        try:
            yield read(fields(element))
        except ValueError as error:
            unfit.append(Unfit(f"{element.tag} {number}", str(error), source_of(element)))


def _seat(row: dict[str, str | None]) -> MemberRecord:
    if not is_person_id(row.get("PersonId") or ""):
        raise ValueError(f"the PersonId is {row.get('PersonId')!r}")
    record = member_record(row)
    if record.from_on is None:
        raise ValueError("the seat has no first day")
    return record


def _caucus(row: dict[str, str | None]) -> CaucusRecord:
    from_on, to_on = _interval(row)
    return CaucusRecord(caucus=_text(row, "CaucusShortName"), from_on=from_on, to_on=to_on)


def _office(row: dict[str, str | None]) -> OfficeRecord:
    from_on, to_on = _interval(row)
    return OfficeRecord(title=_text(row, "Title"), from_on=from_on, to_on=to_on)


def _text(row: dict[str, str | None], name: str) -> str:
    text = row.get(name)
    if not text:
        raise ValueError(f"`{name}` is missing")
    return text


def _interval(row: dict[str, str | None]) -> tuple[dt.date, dt.date | None]:
    """Half-open: the source names the last day."""
    from_on, last_on = day_of(row.get("FromDateTime")), day_of(row.get("ToDateTime"))
    if from_on is None:
        raise ValueError("`FromDateTime` is missing")
    if last_on is not None and last_on < from_on:
        raise ValueError(f"the role ends on {last_on}, before it begins on {from_on}")
    return from_on, None if last_on is None else last_on + dt.timedelta(days=1)
