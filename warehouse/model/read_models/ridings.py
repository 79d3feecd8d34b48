"""Ridings with everybody who sat for them, and when nobody did."""

import datetime as dt
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from warehouse.model.entities import EndSource
from warehouse.model.vocabulary.codes import DISSOLUTIONS

TermSource = Literal["ballots", "members", "both"]
VacancyEnd = Literal["members", "ballots"]
_LEFT: Final = frozenset({"roles", "members", "last_listed"})
"""Ends that a document of the House proves."""
_SOONEST: Final = dt.timedelta(days=47)
"""A by-election is held no sooner after a seat falls vacant: the writ is issued after 11 days at the earliest
(Parliament of Canada Act, s. 31), and the election held 36 days after it (Canada Elections Act, s. 57)."""
_ONE_DAY: Final = dt.timedelta(days=1)


class RidingTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open interval `[from_on, to_on)` in which a person sat for the riding in one caucus."""

    parliament: int
    person_id: int
    name: str
    """The latest known name."""
    caucus: str | None
    from_on: dt.date
    to_on: dt.date | None
    source: TermSource
    end_source: EndSource | None
    parliament_ended_on: dt.date | None
    """The day after the last term of that Parliament ended; null while anybody still sits in it."""
    parliament_known_until: dt.date | None
    """The last day of that Parliament of which ballots or a complete list of members are known."""

    def covers(self, on: dt.date) -> bool:
        """Whether the person sat on a day."""
        return self.from_on <= on and (self.to_on is None or on < self.to_on)


class SeatVacancy(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open interval `[from_on, to_on)` in which nobody held the seat; `to_on` null where the end is unknown."""

    parliament: int
    from_on: dt.date
    to_on: dt.date | None
    certain_until: dt.date
    """The last day on which the seat was certainly vacant."""
    from_source: EndSource
    """What gave the end of the last member's term."""
    to_source: VacancyEnd | None
    """What gave `to_on`: the next member's first day by the House's documents, or by the first ballot, which comes
    some days after the by-election."""


class RidingTerms(msgspec.Struct, frozen=True, kw_only=True):
    """A riding under one representation order, which is in force in `[order_from, order_to)`."""

    key: str
    representation_order: int
    order_from: dt.date
    order_to: dt.date | None
    name_en: str
    name_fr: str | None
    province: str | None
    terms: tuple[RidingTerm, ...]
    """By their first days."""

    def holder(self, on: dt.date) -> RidingTerm | None:
        """Who sat for it on a day; None where nobody is known to have, or several are."""
        found = [term for term in self.terms if term.covers(on)]
        return found[0] if len(found) == 1 else None

    def is_vacant(self, on: dt.date) -> bool | None:
        """Whether nobody held the seat on a day; None where it is not known."""
        if any(vacancy.from_on <= on <= vacancy.certain_until for vacancy in vacancies(self.terms)):
            return True
        return None if self.holder(on) is None else False


def vacancies(terms: Sequence[RidingTerm]) -> list[SeatVacancy]:
    """When the seat was vacant, by the terms of one riding, in the order of their first days.

    A vacancy begins where a document of the House ends a term before the Parliament does; an end that follows from
    silence begins none. It certainly lasts for the shortest time in which a by-election can be held, until the next
    member's first day where a document gives it, and until the last day of which ballots or lists of the Parliament
    are known that name no next member. The days before the first term of a Parliament are no vacancy: terms that only
    ballots prove begin with the first ballot.
    """
    found: list[SeatVacancy] = []
    for place, term in enumerate(terms):
        left_on, over_on = term.to_on, _over_on(term)
        following = next((each for each in terms[place + 1 :] if each.parliament == term.parliament), None)
        if left_on is None or term.end_source not in _LEFT or (over_on is not None and left_on >= over_on):
            continue
        if following is not None and following.from_on <= left_on:
            continue
        certain_until = left_on + _SOONEST - _ONE_DAY
        if following is None:
            certain_until = max(certain_until, term.parliament_known_until or certain_until)
        elif following.source != "ballots":
            certain_until = following.from_on
        next_on = None if following is None else following.from_on
        ends = [day - _ONE_DAY for day in (over_on, next_on) if day is not None]
        found.append(
            SeatVacancy(
                parliament=term.parliament,
                from_on=left_on,
                to_on=next_on,
                certain_until=min([certain_until, *ends]),
                from_source=term.end_source,
                to_source=None if following is None else "ballots" if following.source == "ballots" else "members",
            )
        )
    return found


def _over_on(term: RidingTerm) -> dt.date | None:
    """The first day on which the Parliament of a term is no more; None while it may still sit."""
    dissolved = DISSOLUTIONS.get(term.parliament)
    return term.parliament_ended_on if dissolved is None else dissolved + _ONE_DAY
