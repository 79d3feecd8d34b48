"""Who sponsored a bill: the person behind a published name, the caucus at introduction, and sponsors before. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from warehouse.model.entities import Bill, FormerSponsor, Member, Membership, SponsorBasis
from warehouse.model.keys import SessionCode
from warehouse.model.vocabulary.names import first_and_last, is_senator, plain_name

_Names = dict[str, set[int]]
_NOBODY: Final[frozenset[int]] = frozenset()


class Sponsors:
    """The people who may have sponsored bills: members by Parliament, and senators whom LEGISinfo names with an id."""

    def __init__(self, members: Iterable[Member], bills: Iterable[Bill]) -> None:
        self._members = {member.person_id: member for member in members}
        self._whole: defaultdict[int, _Names] = defaultdict(lambda: defaultdict(set))
        self._short: defaultdict[int, _Names] = defaultdict(lambda: defaultdict(set))
        for member in self._members.values():
            for parliament in {seat.parliament for seat in member.memberships}:
                for name in (member.name, *member.other_names):
                    self._whole[parliament][plain_name(name)].add(member.person_id)
                    self._short[parliament][first_and_last(name)].add(member.person_id)
        self._senators: _Names = defaultdict(set)
        for bill in bills:
            sponsor = bill.sponsor_name_en or ""
            if bill.sponsor_person_id is not None and bill.sponsor_basis != "name" and is_senator(sponsor):
                self._senators[plain_name(sponsor)].add(bill.sponsor_person_id)

    def covers(self, parliament: int) -> bool:
        """Whether members of a Parliament are known at all."""
        return parliament in self._whole

    def persons(self, name: str, parliament: int) -> Sequence[int]:
        """All people of a Parliament whose name matches: by the whole name, else by its first and last word."""
        if is_senator(name):
            return sorted(self._senators.get(plain_name(name), _NOBODY))
        found = self._whole[parliament].get(plain_name(name)) if self.covers(parliament) else None
        if not found and self.covers(parliament):
            found = self._short[parliament].get(first_and_last(name))
        return sorted(found or _NOBODY)

    def caucus(self, person_id: int, parliament: int, on: dt.date | None) -> str | None:
        """A member's caucus on a day of a Parliament; null if uncertain."""
        member = self._members.get(person_id)
        seats = [seat for seat in member.memberships if seat.parliament == parliament] if member else []
        return caucus_on(seats, on)


def caucus_on(seats: Sequence[Membership], on: dt.date | None) -> str | None:
    """The caucus of one person on a day, of the memberships in one Parliament.

    A term known only from ballots begins with the first ballot, and a bill may be older. On a day between two terms,
    the caucus is known if both terms have the same one. Without a day, it is known if there was only one.
    """
    if on is None:
        caucuses = {seat.caucus for seat in seats}
        return caucuses.pop() if len(caucuses) == 1 else None
    for seat in seats:
        if seat.from_on <= on and (seat.to_on is None or on < seat.to_on):
            return seat.caucus
    before = max((seat for seat in seats if seat.from_on <= on), key=lambda seat: seat.from_on, default=None)
    after = min((seat for seat in seats if seat.from_on > on), key=lambda seat: seat.from_on, default=None)
    around = {seat.caucus for seat in (before, after) if seat is not None}
    return around.pop() if len(around) == 1 else None


def sponsored(bill: Bill, sponsors: Sponsors, *, by_editor: bool = False) -> Bill:
    """The bill with the sponsor's PersonId and caucus at introduction, and how the person was found.

    An id that LEGISinfo or an editor gives is kept. `by_editor` says that an editor has given it.
    """
    parliament = SessionCode.parse(bill.session).parliament
    person_id, basis = bill.sponsor_person_id, bill.sponsor_basis
    if by_editor:
        basis = "editor"
    elif person_id is not None and basis != "name":
        basis = "legisinfo"
    else:
        person_id, basis = _by_name(bill.sponsor_name_en, sponsors, parliament)
    caucus = None if person_id is None else sponsors.caucus(person_id, parliament, bill.introduced_on)
    return msgspec.structs.replace(bill, sponsor_person_id=person_id, sponsor_basis=basis, sponsor_caucus=caucus)


def _by_name(name: str | None, sponsors: Sponsors, parliament: int) -> tuple[int | None, SponsorBasis | None]:
    if name is None:
        return None, None
    found = sponsors.persons(name, parliament)
    if len(found) == 1:
        return found[0], "name"
    return None, "ambiguous" if found else "unknown"


def is_same_sponsor(one: Bill, other: Bill) -> bool:
    """Whether two records of a bill name the same person, as far as names and ids say."""
    ids = one.sponsor_person_id, other.sponsor_person_id
    if ids[0] is not None and ids[0] == ids[1]:
        return True
    names = one.sponsor_name_en, other.sponsor_name_en
    return names[0] is None or names[1] is None or first_and_last(names[0]) == first_and_last(names[1])


def with_former(bill: Bill, old: Bill | None, on: dt.date | None) -> Bill:
    """The bill with its former sponsors; `old` is the previous record and `on` the day of the new one."""
    former = old.former_sponsors if old is not None else ()
    if old is not None and old.sponsor_name_en is not None and not is_same_sponsor(old, bill):
        last = FormerSponsor(
            person_id=old.sponsor_person_id,
            name_en=old.sponsor_name_en,
            name_fr=old.sponsor_name_fr,
            caucus=old.sponsor_caucus,
            bill=old.key,
            until_on=on,
        )
        former = (*former, last)
    return msgspec.structs.replace(bill, former_sponsors=former)
