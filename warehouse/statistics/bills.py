"""Bills on their way: how many reach each milestone, and how long each step takes. The unit is a bill of a session."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Literal

import msgspec

from warehouse.model.keys import BillNumber, SessionCode, session_order
from warehouse.model.vocabulary.names import plain_name
from warehouse.statistics.survival import Spell, Survival, kaplan_meier

Milestone = Literal["H1", "H2", "H3", "S1", "S2", "S3", "RA"]
Stratum = Literal["house-government", "private-member", "senate-government", "senate-public", "senate-private"]
_HOUSE: Final[tuple[Milestone, ...]] = ("H1", "H2", "H3")
_SENATE: Final[tuple[Milestone, ...]] = ("S1", "S2", "S3")
STRATA: Final[tuple[Stratum, ...]] = (
    "house-government",
    "private-member",
    "senate-government",
    "senate-public",
    "senate-private",
)
_PRO_FORMA: Final = frozenset({"C-1", "S-1"})
_FIRST_PRIVATE: Final = 201
_FIRST_SENATE_PRIVATE: Final = 1001


class BillFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of one bill: the day of each milestone it reached."""

    key: str
    session: str
    number: str
    type: str | None
    status: str | None
    sponsor_person_id: int | None
    sponsor_name: str | None
    introduced_on: dt.date | None
    is_reinstated: bool
    provisional: bool
    sponsor_basis: str | None = None
    sponsor_caucus: str | None = None
    """The code of the sponsor's caucus on the day of introduction."""
    outcome: str | None = None
    milestones: dict[Milestone, dt.date]
    stage_reached: Milestone | None = None
    """The last milestone passed, also where its day is not published."""

    @property
    def path(self) -> tuple[Milestone, ...]:
        """The milestones in the order in which a bill of this chamber meets them."""
        first, second = (_HOUSE, _SENATE) if self.number.startswith("C") else (_SENATE, _HOUSE)
        return (*first, *second, "RA")

    @property
    def stratum(self) -> Stratum | None:
        """The published type; else what the number says by convention. None for pro forma bills."""
        if self.number in _PRO_FORMA or self.status == "pro-forma":
            return None
        for stratum in STRATA:
            if stratum == self.type:
                return stratum
        number = BillNumber.parse(self.number)
        if number.prefix == "C":
            return "private-member" if number.number >= _FIRST_PRIVATE else "house-government"
        if number.number >= _FIRST_SENATE_PRIVATE:
            return "senate-private"
        return "senate-public" if number.number >= _FIRST_PRIVATE else "senate-government"

    def reached(self, milestone: Milestone) -> bool:
        """Whether the bill got there; a later milestone proves an earlier one whose day is not published."""
        later = self.path[self.path.index(milestone) :]
        return self.stage_reached in later or any(each in self.milestones for each in later)


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How many bills of a stratum reached a milestone."""

    stratum: Stratum
    milestone: Milestone
    bills: int
    of: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """How long bills of a stratum took from one milestone to the next."""

    stratum: Stratum
    since: Milestone
    until: Milestone
    survival: Survival
    open: int
    """Still waiting, counted up to the day of the answer."""
    died: int
    """Cut short by the end of the session."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The session that bills belong to, as of a day."""

    opened_on: dt.date | None
    closed_on: dt.date | None
    today: dt.date

    @property
    def is_closed(self) -> bool:
        """Whether nothing can happen to its bills any more."""
        return self.closed_on is not None and self.closed_on <= self.today


class Clocks(msgspec.Struct, frozen=True, kw_only=True):
    """The steps, and what could not be timed."""

    steps: list[Step]
    undated: int
    """Spells whose first day is not published, or whose days are in the wrong order."""
    began_before: int
    """Spells of reinstated bills that began in an earlier session."""


def counted(bills: Iterable[BillFacts]) -> list[BillFacts]:
    """The bills that statistics are about: not pro forma, and listed by LEGISinfo."""
    return [bill for bill in bills if bill.stratum is not None and not bill.provisional]


def funnel(bills: Sequence[BillFacts]) -> list[Reached]:
    """Each stratum's milestones, in the order in which its bills meet them."""
    found = []
    for stratum in STRATA:
        own = [bill for bill in bills if bill.stratum == stratum]
        for milestone in own[0].path if own else ():
            reached = sum(bill.reached(milestone) for bill in own)
            found.append(Reached(stratum=stratum, milestone=milestone, bills=reached, of=len(own)))
    return found


def clocks(bills: Sequence[BillFacts], window: Window) -> Clocks:
    """The time of each step in calendar days, with open and dead spells censored."""
    steps, undated, began_before = [], 0, 0
    for stratum in STRATA:
        own = [bill for bill in bills if bill.stratum == stratum]
        path = own[0].path if own else ()
        for since, until in pairwise(path):
            spells = []
            for bill in own:
                if not bill.reached(since):
                    continue
                began = bill.milestones.get(since)
                if began is not None and window.opened_on is not None and began < window.opened_on:
                    began_before += 1
                elif (spell := _spell(bill, began, until, window)) is None:
                    undated += 1
                else:
                    spells.append(spell)
            survival = kaplan_meier(spells)
            waiting = survival.n - survival.ended
            died = waiting if window.is_closed else 0
            steps.append(
                Step(stratum=stratum, since=since, until=until, survival=survival, open=waiting - died, died=died)
            )
    return Clocks(steps=steps, undated=undated, began_before=began_before)


def _spell(bill: BillFacts, began: dt.date | None, until: Milestone, window: Window) -> Spell | None:
    if began is None:
        return None
    ended = bill.milestones.get(until)
    if ended is None and bill.reached(until):
        return None
    last = ended or (min(window.closed_on, window.today) if window.closed_on else window.today)
    return Spell(days=(last - began).days, ended=ended is not None) if last >= began else None


class Sponsor(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the bills of one sponsor. A bill carried over is one bill."""

    person_id: int | None
    name: str
    introduced: int
    passed_first_chamber: int
    became_law: int
    median_days_to_law: int | None


def sponsors(bills: Sequence[BillFacts]) -> list[Sponsor]:
    """One row a person: by PersonId, and where there is none by the name without honorific, accents and initials.

    A name without an id is the person's who has that name in the other bills, if it is one person's only. Bills whose
    sponsor's name several members have are left out: two people must not become one.
    """
    once = [bill for bill in _once(bills) if bill.sponsor_basis != "ambiguous"]
    persons: dict[str, set[int]] = {}
    for bill in once:
        if bill.sponsor_person_id is not None and bill.sponsor_name:
            persons.setdefault(plain_name(bill.sponsor_name), set()).add(bill.sponsor_person_id)
    of_sponsor: dict[int | str, list[BillFacts]] = {}
    for bill in once:
        if bill.sponsor_name or bill.sponsor_person_id is not None:
            name = plain_name(bill.sponsor_name or "")
            known = persons.get(name, set())
            only = next(iter(known)) if len(known) == 1 else None
            who = bill.sponsor_person_id if bill.sponsor_person_id is not None else only
            of_sponsor.setdefault(name if who is None else who, []).append(bill)
    found = [_sponsor(who if isinstance(who, int) else None, own) for who, own in of_sponsor.items()]
    return sorted(found, key=lambda sponsor: (-sponsor.introduced, -sponsor.became_law, sponsor.name))


class CaucusBills(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the bills whose sponsors sat in one caucus when they introduced them. A bill carried over is one
    bill, with its last outcome."""

    caucus: str
    """Empty where the caucus is not known: senators, old Parliaments, doubtful names."""
    stratum: Stratum
    introduced: int
    became_law: int
    defeated: int
    not_proceeded_with: int
    died: int
    pending: int
    unknown: int
    """Whether they died or were carried over is not known here."""


def by_caucus(bills: Sequence[BillFacts]) -> list[CaucusBills]:
    """One row a caucus and kind of bill: a government's bills are its ministers', so they are counted apart."""
    groups: dict[tuple[str, Stratum], list[str | None]] = {}
    for bill in _once(bills):
        if (stratum := bill.stratum) is not None:
            groups.setdefault((bill.sponsor_caucus or "", stratum), []).append(bill.outcome)
    found = [
        CaucusBills(
            caucus=caucus,
            stratum=stratum,
            introduced=len(outcomes),
            became_law=outcomes.count("law"),
            defeated=outcomes.count("defeated"),
            not_proceeded_with=outcomes.count("not-proceeded-with"),
            died=outcomes.count("died"),
            pending=outcomes.count("pending"),
            unknown=outcomes.count(None) + outcomes.count("reinstated"),
        )
        for (caucus, stratum), outcomes in groups.items()
    ]
    return sorted(found, key=lambda each: (-each.became_law, -each.introduced, each.caucus, each.stratum))


def _sponsor(person_id: int | None, own: Sequence[BillFacts]) -> Sponsor:
    to_law = [
        Spell(days=(bill.milestones["RA"] - bill.introduced_on).days, ended=True)
        for bill in own
        if "RA" in bill.milestones and bill.introduced_on is not None
    ]
    return Sponsor(
        person_id=person_id,
        name=next((bill.sponsor_name for bill in reversed(own) if bill.sponsor_name), ""),
        introduced=len(own),
        passed_first_chamber=sum(bill.reached(bill.path[2]) for bill in own),
        became_law=sum("RA" in bill.milestones for bill in own),
        median_days_to_law=kaplan_meier(to_law).median_days,
    )


def _once(bills: Sequence[BillFacts]) -> list[BillFacts]:
    """The last record of each bill: one that was reinstated keeps its number within its Parliament."""
    last: dict[tuple[str, str], BillFacts] = {}
    for bill in sorted(bills, key=lambda each: session_order(each.session)):
        if bill.is_reinstated:
            parliament = SessionCode.parse(bill.session).parliament
            for session, number in list(last):
                if number == bill.number and SessionCode.parse(session).parliament == parliament:
                    del last[session, number]
        last[bill.session, bill.number] = bill
    return list(last.values())
