"""The sheet: divisions down, persons across. Every count of members starts here.

People without a ballot have `NONE`. The person in the Chair of the House is in no count; the ballot by which a Speaker
breaks a tie is kept apart.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from warehouse.model.curated import Chair, house_seats
from warehouse.statistics.counting.formulas import ABSTAIN, BOTH, NAY, NONE, PAIRED, YEA, Codes, Counts, Flags
from warehouse.statistics.counting.offices import CaucusTerm, OfficeTerm

Groups = NDArray[np.int16]
NO_GROUP = -1
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
"""The day from which numpy counts days."""


class Division(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded vote as statistics need it."""

    key: str
    session: str
    chamber: str
    number: int
    held_on: dt.date
    result: str = ""
    subject: str | None = None
    subject_fr: str | None = None
    bill: str | None = None
    bill_type: str = ""
    kind: str = "other"
    disputed: bool = False
    yeas: int | None = None
    """As announced, like `nays` and `paired`; None if nothing was announced."""
    nays: int | None = None
    paired: int | None = None


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open interval `[from_on, to_on)` in which a person sat for one riding in one caucus."""

    person_id: int
    caucus: str
    province: str
    from_on: dt.date
    to_on: dt.date | None = None
    riding: str = ""


class Ballots(msgspec.Struct, frozen=True, kw_only=True):
    """Ballots as columns of one length. `vote` counts into the divisions, groups into their names, -1 for none."""

    vote: NDArray[np.int64]
    person: NDArray[np.int64]
    position: Codes
    paired: Flags
    caucus: Groups
    province: Groups
    side: Groups


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """The names of the groups in columns."""

    caucus: tuple[str, ...]
    province: tuple[str, ...]
    side: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Matrices of divisions by persons. `caucus` and `province` are those of the ballot or, without a ballot, of the
    seat. `casting` are ballots from the Chair, which are in no other matrix."""

    divisions: tuple[Division, ...]
    persons: NDArray[np.int64]
    names: Names
    position: Codes
    paired: Flags
    caucus: Groups
    province: Groups
    side: Groups
    eligible: Flags
    casting: Codes
    cabinet: Flags
    """Who held an office of the cabinet."""
    doubtful: Flags
    """By division: on that day a riding has two holders, or the House has more members than seats, so the number of
    eligible members is unknown."""

    @property
    def cast(self) -> Flags:
        """Where a ballot was cast: yea, nay, both or abstention."""
        found: Flags = self.took_position | (self.position == BOTH)
        return found

    @property
    def took_position(self) -> Flags:
        """Where a ballot was cast that can be compared with others. Members on both lists neither agree with nor differ
        from anybody."""
        found: Flags = (self.position == YEA) | (self.position == NAY) | (self.position == ABSTAIN)
        return found

    @property
    def yea(self) -> Flags:
        """Members on the list of the yeas."""
        found: Flags = (self.position == YEA) | (self.position == BOTH)
        return found

    @property
    def nay(self) -> Flags:
        """Members on the list of the nays."""
        found: Flags = (self.position == NAY) | (self.position == BOTH)
        return found

    @property
    def is_paired(self) -> Flags:
        """Members who were paired and cast no ballot. In a broken pair the ballot counts, and the pair does not."""
        found: Flags = self.position == PAIRED
        return found

    @property
    def broken_pairs(self) -> int:
        """How many ballots were cast by members who are also recorded as paired."""
        return int((self.cast & self.paired).sum())

    def totals(self) -> tuple[Counts, Counts]:
        """The yeas and nays of each division, without the Chair's. Members on both lists count in both, as in the
        House's own totals."""
        return self.yea.sum(axis=1), self.nay.sum(axis=1)

    def only(self, wanted: Flags) -> "Sheet":
        """The same persons in some of the divisions."""
        return msgspec.structs.replace(
            self,
            divisions=tuple(each for each, is_wanted in zip(self.divisions, wanted, strict=True) if is_wanted),
            **{name: getattr(self, name)[wanted] for name in _MATRICES},
        )

    def column(self, person_id: int) -> int | None:
        """The column of a person; None if the person is in none of these divisions."""
        place = int(np.searchsorted(self.persons, person_id))
        return place if place < len(self.persons) and int(self.persons[place]) == person_id else None


_MATRICES = ("position", "paired", "caucus", "province", "side", "eligible", "casting", "cabinet", "doubtful")


def build(
    divisions: Sequence[Division],
    ballots: Ballots,
    names: Names,
    seats: Sequence[Seat],
    chairs: Sequence[Chair],
    *,
    offices: Sequence[OfficeTerm] = (),
) -> Sheet:
    """Lay out ballots and seats.

    Members are eligible if they held a seat on the day or cast a ballot, and were not in the Chair. A ballot proves a
    seat, because seats are known by day only and may miss a change within a day.
    """
    days = np.array([each.held_on for each in divisions], dtype="datetime64[D]")
    held = _held(days, seats)
    holders = np.array([seat.person_id for seat in seats], dtype=np.int64)
    persons = np.unique(np.concatenate([ballots.person, holders[held.any(axis=1)]]))
    shape = (len(divisions), len(persons))
    cast = (ballots.vote, np.searchsorted(persons, ballots.person))
    position, paired, eligible = np.zeros(shape, np.int8), np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    position[cast], paired[cast], eligible[cast] = ballots.position, ballots.paired, True
    seat, division = (each[::-1] for each in np.nonzero(held))  # of two seats on a day, the first is written last
    column = np.searchsorted(persons, holders[seat])
    silent = ~eligible[division, column]
    groups = _groups(shape, ballots, cast)
    _add_silent(groups, names, seats, seat[silent], (division[silent], column[silent]))
    eligible[division, column] = True
    doubtful = _doubtful(divisions, held, seats, eligible)
    presiding = _presiding(divisions, days, persons, chairs)
    casting = np.where(presiding, position, NONE).astype(np.int8)
    return Sheet(
        divisions=tuple(divisions),
        persons=persons,
        names=names,
        position=np.where(presiding, NONE, position).astype(np.int8),
        paired=paired & ~presiding,
        caucus=groups["caucus"],
        province=groups["province"],
        side=groups["side"],
        eligible=eligible & ~presiding,
        casting=casting,
        cabinet=_cabinet(divisions, days, persons, offices),
        doubtful=doubtful,
    )


def _held(days: NDArray[np.datetime64], seats: Sequence[Seat]) -> Flags:
    """Which seat, down, was held on which day, across."""
    numbers = days.astype(np.int64)  # numpy takes ten times as long to read a date as its number
    from_on = np.array([seat.from_on.toordinal() for seat in seats], np.int64) - _EPOCH
    to_on = np.array([(seat.to_on or dt.date.max).toordinal() for seat in seats], np.int64) - _EPOCH
    held: Flags = (numbers >= from_on[:, None]) & (numbers < to_on[:, None])
    return held


def _groups(
    shape: tuple[int, int], ballots: Ballots, cast: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> dict[str, Groups]:
    """The caucus, province and side on each ballot."""
    groups = {name: np.full(shape, NO_GROUP, np.int16) for name in ("caucus", "province", "side")}
    for name, matrix in groups.items():
        matrix[cast] = getattr(ballots, name)
    return groups


def _add_silent(
    groups: dict[str, Groups],
    names: Names,
    seats: Sequence[Seat],
    silent: NDArray[np.int64],
    place: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> None:
    """Give members without a ballot the caucus and province of their seat; only ballots have a side."""
    needed, at = np.unique(silent, return_inverse=True)
    for name in ("caucus", "province"):
        numbers = {group: number for number, group in enumerate(getattr(names, name))}
        wanted = [numbers.get(getattr(seats[seat], name), NO_GROUP) for seat in needed]
        groups[name][place] = np.array(wanted, np.int16)[at]


def first_applied(sheet: Sheet) -> Flags:
    """Find divisions that are the first of their day with exactly these positions of all members.

    By unanimous consent the ballots of one division may be applied to the next; these ballots are real but not
    independent. No feed tells which were applied, but divisions of one day with identical ballots of all members show
    it.
    """
    seen: set[tuple[object, str, bytes]] = set()
    first = np.zeros(len(sheet.divisions), np.bool_)
    for row, division in enumerate(sheet.divisions):
        positions = (division.held_on, division.chamber, sheet.position[row].tobytes())
        first[row] = positions not in seen
        seen.add(positions)
    return first


def with_sides(
    ballots: Ballots, names: Names, divisions: Sequence[Division], prime_ministers: Sequence[CaucusTerm]
) -> tuple[Ballots, Names]:
    """The ballots with the side of each by the caucus of the Prime Minister of that day, on the days that a document
    dates one; on the others the side stays as it is."""
    governed = [
        next((each.caucus for each in prime_ministers if each.covers(division.held_on)), None) for division in divisions
    ]
    if not any(governed):
        return ballots, names
    sides = tuple(sorted({*names.side, "government", "opposition"}))
    renamed = np.array([*(sides.index(name) for name in names.side), NO_GROUP], np.int16)[ballots.side]
    governing = np.array([_number(names.caucus, name) if name else NO_GROUP for name in governed], np.int16)
    is_known = np.array([name is not None for name in governed], np.bool_)[ballots.vote] & (ballots.caucus >= 0)
    of_day = np.where(ballots.caucus == governing[ballots.vote], sides.index("government"), sides.index("opposition"))
    side = np.where(is_known, of_day, renamed).astype(np.int16)
    return msgspec.structs.replace(ballots, side=side), msgspec.structs.replace(names, side=sides)


def _presiding(
    divisions: Sequence[Division], days: NDArray[np.datetime64], persons: NDArray[np.int64], chairs: Sequence[Chair]
) -> Flags:
    """Where a person is in the Chair of that chamber."""
    found = np.zeros((len(divisions), len(persons)), np.bool_)
    for chair in chairs:
        if chair.person_id is None:
            continue
        column = int(np.searchsorted(persons, chair.person_id))
        if column < len(persons) and int(persons[column]) == chair.person_id:
            of_chamber = np.array([each.chamber == chair.chamber for each in divisions], dtype=np.bool_)
            found[:, column] |= of_chamber & _covered(days, chair.from_on, chair.to_on)
    return found


def _doubtful(divisions: Sequence[Division], held: Flags, seats: Sequence[Seat], eligible: Flags) -> Flags:
    """Divisions of the House with more members than seats, or with two holders of a riding."""
    found = np.zeros(len(divisions), np.bool_)
    holders = Counter(seat.riding for seat in seats if seat.riding)
    of_riding: dict[str, list[int]] = {riding: [] for riding, count in holders.items() if count > 1}
    for number, seat in enumerate(seats) if of_riding else ():
        if seat.riding in of_riding:
            of_riding[seat.riding].append(number)
    for numbers in of_riding.values():
        found |= held[numbers].sum(axis=0) > 1
    size = np.array([house_seats(each.held_on) or eligible.shape[1] for each in divisions], dtype=np.int64)
    is_house = np.array([each.chamber == "commons" for each in divisions], dtype=np.bool_)
    crowded: Flags = is_house & (found | (eligible.sum(axis=1) > size))
    return crowded


def _cabinet(
    divisions: Sequence[Division],
    days: NDArray[np.datetime64],
    persons: NDArray[np.int64],
    offices: Sequence[OfficeTerm],
) -> Flags:
    """Where a person held an office of the cabinet."""
    found = np.zeros((len(divisions), len(persons)), np.bool_)
    for each in offices:
        column = int(np.searchsorted(persons, each.person_id))
        if each.in_cabinet and column < len(persons) and int(persons[column]) == each.person_id:
            found[:, column] |= _covered(days, each.from_on, each.to_on)
    return found


def _covered(days: NDArray[np.datetime64], from_on: dt.date, to_on: dt.date | None) -> Flags:
    held: Flags = days >= np.datetime64(from_on, "D")
    return held if to_on is None else held & (days < np.datetime64(to_on, "D"))


def _number(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else NO_GROUP
