"""Bills of a session: how far they get, how long it takes, and whose they are; and seats by caucus on a day."""

import datetime as dt
from collections import Counter
from typing import Annotated

import msgspec
import numpy as np

from serving.core.answers.code_names import caucus_of
from serving.core.answers.envelope import PersonRef
from serving.core.answers.texts import Coded, View, described
from serving.statistics.coverage import ParliamentOfDay
from serving.statistics.figures.frame import Figure, figure
from warehouse.model.vocabulary.codes import BILL_TYPES
from warehouse.statistics.bills import Clocks, by_caucus, clocks, counted, funnel, sponsors
from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.tallies import INDEPENDENT
from warehouse.statistics.inputs import LoadedBills, SeatsOnDay

METHODS = ("funnel/1", "kaplan-meier/1")
UNIT = "bill"


class MilestoneOut(msgspec.Struct, frozen=True, kw_only=True):
    """Bills of one kind that reached a milestone: H and S are the chambers, 1 to 3 the readings, RA royal assent."""

    stratum: Coded
    milestone: str
    bills: int
    share: Figure


class StepOut(msgspec.Struct, frozen=True, kw_only=True):
    """Calendar days from one milestone to the next; the median null while fewer than half have taken the step."""

    stratum: Coded
    since: str
    until: str
    median_days: Figure
    at_risk: int | None
    taken: int
    open: int
    died: int


class BillFunnel(msgspec.Struct, frozen=True, kw_only=True):
    """The bills of a session; the unit is a bill of that session, not a thread over sessions."""

    session: str
    unit: str
    as_of: dt.date
    """Open spells are counted up to this day."""
    bills: int
    funnel: list[MilestoneOut]
    steps: list[StepOut]


class SponsorStatisticsOut(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one sponsor's bills."""

    sponsor: PersonRef
    introduced: int
    passed_first_chamber: int
    became_law: int
    median_days_to_law: Figure


class CaucusBillsOut(msgspec.Struct, frozen=True, kw_only=True):
    """What became of bills by the caucus of their sponsor on the day of introduction, and by kind of bill."""

    caucus: Coded
    """Null where it is not known: senators, Parliaments without ballots, doubtful names."""
    stratum: Coded
    introduced: int
    became_law: int
    defeated: int
    not_proceeded_with: int
    died: int
    pending: int
    unknown: Annotated[
        int,
        described(
            "Carried over or dead: the next session is not available.",
            "Rétablis ou morts\u00a0: la session suivante n’est pas conservée.",
        ),
    ]
    law_share: Figure


class CaucusSeats(msgspec.Struct, frozen=True, kw_only=True):
    """Filled seats of a caucus."""

    caucus: Coded
    seats: int
    share: float


class SeatStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """The chamber by caucus on a day."""

    on: dt.date
    seats: int | None
    """Seats with a holder; null, with a note that says why, where it is doubtful who held one."""
    house_seats: int | None
    """All seats of the House that day."""
    by_caucus: list[CaucusSeats]
    effective_number: Figure
    fractionalisation: Figure


def bill_statistics(loaded: LoadedBills, session: str, today: dt.date, view: View) -> tuple[BillFunnel, Clocks]:
    """The funnel and the steps of a session's bills."""
    own = counted(loaded.bills)
    timed = clocks(own, loaded.window(today))
    return (
        BillFunnel(
            session=session,
            unit=UNIT,
            as_of=today,
            bills=len(own),
            funnel=[
                MilestoneOut(
                    stratum=_stratum(each.stratum, view),
                    milestone=each.milestone,
                    bills=each.bills,
                    share=figure(each.bills / each.of, "funnel/1", each.of),
                )
                for each in funnel(own)
            ],
            steps=[
                StepOut(
                    stratum=_stratum(each.stratum, view),
                    since=each.since,
                    until=each.until,
                    median_days=figure(each.survival.median_days, "kaplan-meier/1", each.survival.n),
                    at_risk=each.survival.at_risk,
                    taken=each.survival.ended,
                    open=each.open,
                    died=each.died,
                )
                for each in timed.steps
            ],
        ),
        timed,
    )


def left_out(loaded: LoadedBills) -> dict[str, int]:
    """Bills that no statistic counts."""
    return {
        "pro_forma": sum(bill.stratum is None for bill in loaded.bills),
        "provisional": sum(bill.provisional for bill in loaded.bills),
    }


def sponsor_rows(loaded: LoadedBills, view: View) -> list[SponsorStatisticsOut]:
    """Sponsors with the most bills first."""
    return [
        SponsorStatisticsOut(
            sponsor=PersonRef(each.person_id, view.person(each.name) or each.name),
            introduced=each.introduced,
            passed_first_chamber=each.passed_first_chamber,
            became_law=each.became_law,
            median_days_to_law=figure(each.median_days_to_law, "sponsor/1", each.became_law),
        )
        for each in sponsors(counted(loaded.bills))
    ]


def caucus_rows(loaded: LoadedBills, view: View) -> list[CaucusBillsOut]:
    """Caucuses with the most laws first."""
    return [
        CaucusBillsOut(
            caucus=caucus_of(each.caucus, view),
            stratum=_stratum(each.stratum, view),
            introduced=each.introduced,
            became_law=each.became_law,
            defeated=each.defeated,
            not_proceeded_with=each.not_proceeded_with,
            died=each.died,
            pending=each.pending,
            unknown=each.unknown,
            law_share=figure(each.became_law / each.introduced, "outcome/1", each.introduced),
        )
        for each in by_caucus(counted(loaded.bills))
    ]


def without_caucus(loaded: LoadedBills) -> int:
    """Counted bills whose sponsor's caucus is not known."""
    return sum(bill.sponsor_caucus is None for bill in counted(loaded.bills))


def ambiguous(loaded: LoadedBills) -> int:
    """Counted bills whose sponsor's name several members have."""
    return sum(bill.sponsor_basis == "ambiguous" for bill in counted(loaded.bills))


def seat_statistics(found: SeatsOnDay, term: ParliamentOfDay, view: View) -> SeatStatistics:
    """Seats by caucus; each independent is a party of one in the effective number. Nothing is counted of a day on which
    the House had no members, or more of them than one a riding and one a seat."""
    is_left_out = bool(why_no_seats(found, term))
    of_caucus = {} if is_left_out else Counter(each.caucus for each in found.holders)
    total = sum(of_caucus.values())
    alone = sum(seats for caucus, seats in of_caucus.items() if caucus in INDEPENDENT)
    parties = [seats for caucus, seats in of_caucus.items() if caucus not in INDEPENDENT] + [1] * alone
    sizes = np.array(parties, np.int64)
    ranked = sorted(of_caucus.items(), key=lambda each: (-each[1], each[0]))
    return SeatStatistics(
        on=found.on,
        seats=None if is_left_out else total,
        house_seats=term.house_seats(found.on),
        by_caucus=[CaucusSeats(caucus=caucus_of(name, view), seats=n, share=n / total) for name, n in ranked],
        effective_number=figure(formulas.effective_number(sizes) if total else None, "enp/1", total),
        fractionalisation=figure(formulas.fractionalisation(sizes) if total else None, "rae/1", total),
    )


def why_no_seats(found: SeatsOnDay, term: ParliamentOfDay) -> str | None:
    """The note that says why the seats of a day are not counted; null where they are."""
    if term.is_dissolved:
        return "dissolved"
    size = term.house_seats(found.on)
    is_crowded = size is not None and len(found.holders) > size
    return "doubtful_house" if found.contested or is_crowded else None


def _stratum(code: str, view: View) -> Coded:
    known = BILL_TYPES.get(code)
    return view.coded(code, known.en if known else None, known.fr if known else None)


def without_sponsor(loaded: LoadedBills) -> int:
    """Counted bills that name nobody."""
    return sum(not bill.sponsor_name and bill.sponsor_person_id is None for bill in counted(loaded.bills))
