"""All members with their seats and offices. Every sheet needs the roster, which changes a few times a year."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from warehouse.model.curated import Chair
from warehouse.statistics.counting.offices import CaucusTerm, OfficeTerm, presiding
from warehouse.statistics.counting.sheets import Seat


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who is or was a member."""

    names: dict[int, str]
    """The latest known name, by PersonId."""
    seats: dict[int, list[Seat]]
    """By Parliament."""
    offices: tuple[OfficeTerm, ...] = ()
    chairs: tuple[Chair, ...] = ()
    """Of the House."""
    prime_ministers: tuple[CaucusTerm, ...] = ()
    """The caucus of each Prime Minister that a document dates."""

    def of_day(self, parliament: int, on: dt.date) -> "Roster":
        """The part of the roster that matters on a day, the same for every division of that day."""
        seats = [
            seat
            for seat in self.seats.get(parliament, ())
            if seat.from_on <= on and (seat.to_on is None or on < seat.to_on)
        ]
        return Roster(
            names=self.names,
            seats={parliament: seats},
            offices=tuple(each for each in self.offices if each.covers(on)),
            chairs=tuple(
                each for each in self.chairs if each.from_on <= on and (each.to_on is None or on < each.to_on)
            ),
            prime_ministers=tuple(each for each in self.prime_ministers if each.covers(on)),
        )


def roster_of(names: dict[int, str], seats: dict[int, list[Seat]], offices: Sequence[OfficeTerm]) -> Roster:
    """The roster, with the facts derived from offices and seats."""
    return Roster(
        names=names,
        seats=seats,
        offices=tuple(offices),
        chairs=tuple(presiding(offices)),
        prime_ministers=tuple(_prime_ministers(offices, seats)),
    )


def _prime_ministers(offices: Iterable[OfficeTerm], seats: Mapping[int, Sequence[Seat]]) -> Iterable[CaucusTerm]:
    """The caucus of each Prime Minister on each day of the office on which they held a seat."""
    for office in offices:
        if office.office != "prime-minister":
            continue
        for seat in (each for held in seats.values() for each in held if each.person_id == office.person_id):
            from_on = max(seat.from_on, office.from_on)
            to_on = min((day for day in (seat.to_on, office.to_on) if day is not None), default=None)
            if seat.caucus and (to_on is None or from_on < to_on):
                yield CaucusTerm(caucus=seat.caucus, from_on=from_on, to_on=to_on)
