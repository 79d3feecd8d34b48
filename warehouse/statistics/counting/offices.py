"""Who presided over the House and who governed, by the dates of Parliament's documents, else of the curated tables."""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from warehouse.model.curated import Chair, chairs


class OfficeTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A person in an office, in the half-open interval `[from_on, to_on)`; null `to_on`: still in office."""

    person_id: int
    office: str
    in_cabinet: bool
    from_on: dt.date
    to_on: dt.date | None

    def covers(self, on: dt.date) -> bool:
        """Whether the office was held on a day."""
        return self.from_on <= on < (self.to_on or dt.date.max)


class CaucusTerm(msgspec.Struct, frozen=True, kw_only=True):
    """The caucus that governed, in the half-open interval `[from_on, to_on)`; null `to_on`: still governing."""

    caucus: str
    from_on: dt.date
    to_on: dt.date | None

    def covers(self, on: dt.date) -> bool:
        """Whether it governed on a day."""
        return self.from_on <= on < (self.to_on or dt.date.max)


def presiding(offices: Iterable[OfficeTerm]) -> list[Chair]:
    """The people in the Chair of the House, with their intervals. The curated table only fills days that no document
    covers."""
    documented = sorted((each for each in offices if each.office == "speaker"), key=lambda each: each.from_on)
    found = [
        Chair(
            name="",
            person_id=each.person_id,
            chamber="commons",
            from_on=each.from_on,
            to_on=each.to_on,
            source="ourcommons_member_roles",
        )
        for each in documented
    ]
    for chair in chairs():
        found += [
            msgspec.structs.replace(chair, from_on=from_on, to_on=to_on)
            for from_on, to_on in _uncovered(chair.from_on, chair.to_on, documented)
        ]
    return found


def _uncovered(
    from_on: dt.date, to_on: dt.date | None, documented: Sequence[OfficeTerm]
) -> Iterable[tuple[dt.date, dt.date | None]]:
    """The parts of an interval that no documented one covers; these are in the order of their first days."""
    at, last = from_on, to_on or dt.date.max
    for each in documented:
        if each.from_on >= last or (each.to_on or dt.date.max) <= at:
            continue
        if each.from_on > at:
            yield at, each.from_on
        at = max(at, each.to_on or dt.date.max)
    if at < last:
        yield at, to_on
