"""Bills of a session (how far they get, how long it takes, who sponsors them), and seats by caucus on a day."""

import datetime as dt
from collections import Counter

import msgspec
import numpy as np

from serving.core.answers.code_names import caucus_of
from serving.core.answers.envelope import PersonRef
from serving.core.answers.texts import Coded, View
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
    """Bills of one kind that reached a milestone; a later one proves an earlier.
    / Les projets de loi d’un genre ayant franchi une étape; une étape ultérieure prouve les précédentes."""

    stratum: Coded
    """The kind of bill, as a code of `bill-types`. / Le genre de projet de loi, un code de `bill-types`."""
    milestone: str
    """The milestone: H and S are the chambers, 1 to 3 the readings, RA royal assent.
    / L’étape : H et S sont les chambres (Chambre, Sénat), 1 à 3 les lectures, RA la sanction royale."""
    bills: int
    """How many bills reached it. / Combien de projets de loi l’ont franchie."""
    share: Figure
    """Their share of all bills of that kind. / Leur part de tous les projets de ce genre."""


class StepOut(msgspec.Struct, frozen=True, kw_only=True):
    """Calendar days from one milestone to the next, after Kaplan and Meier.
    / Les jours civils d’une étape à la suivante, selon Kaplan et Meier."""

    stratum: Coded
    """The kind of bill, as a code of `bill-types`. / Le genre de projet de loi, un code de `bill-types`."""
    since: str
    """The milestone at which it begins. / L’étape où cela commence."""
    until: str
    """The milestone at which it ends. / L’étape où cela finit."""
    median_days: Figure
    """The median in calendar days; its value is null while fewer than half have taken the step.
    / La médiane en jours civils; sa valeur est nulle tant que moins de la moitié ont fait ce pas."""
    at_risk: int | None
    """Bills that still waited at the median; null where there is no median.
    / Les projets qui attendaient encore à la médiane; nul s’il n’y a pas de médiane."""
    taken: int
    """Bills that took the step. / Les projets ayant fait ce pas."""
    open: int
    """Bills that wait for it today. / Les projets qui l’attendent aujourd’hui."""
    died: int
    """Bills that ended before it. / Les projets qui ont pris fin avant."""


class BillFunnel(msgspec.Struct, frozen=True, kw_only=True):
    """How far the bills of a session got and how long it took; the unit is a bill of that session, not a thread over
    sessions.
    / Jusqu’où les projets de loi d’une session sont allés et en combien de temps; l’unité est le projet de cette
    session, non son fil à travers les sessions."""

    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    unit: str
    """What is counted: `bill`. / Ce qui est compté : `bill`."""
    as_of: dt.date
    """The day up to which open waits are counted, an Ottawa date.
    / Le jour jusqu’où les attentes en cours sont comptées, une date d’Ottawa."""
    bills: int
    """How many bills are counted. / Combien de projets de loi sont comptés."""
    funnel: list[MilestoneOut]
    """The milestones, by kind of bill. / Les étapes, par genre de projet de loi."""
    steps: list[StepOut]
    """The time between milestones, by kind of bill. / Le temps entre les étapes, par genre de projet de loi."""


class SponsorStatisticsOut(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one sponsor’s bills; one that was carried over within a Parliament counts once.
    / Ce que sont devenus les projets de loi d’une personne; un projet rétabli dans une législature compte une fois."""

    sponsor: PersonRef
    """The sponsor. / La marraine ou le parrain."""
    introduced: int
    """Bills introduced. / Les projets déposés."""
    passed_first_chamber: int
    """Bills that passed their first chamber. / Les projets adoptés par leur première chambre."""
    became_law: int
    """Bills that received royal assent. / Les projets sanctionnés."""
    median_days_to_law: Figure
    """The median of calendar days from introduction to royal assent; its value is null where none became law.
    / La médiane des jours civils du dépôt à la sanction; sa valeur est nulle si aucun n’a été sanctionné."""


class CaucusBillsOut(msgspec.Struct, frozen=True, kw_only=True):
    """What became of bills by the caucus of their sponsor on the day of introduction, and by kind of bill.
    / Ce que sont devenus les projets de loi selon le caucus de leur parrain le jour du dépôt et leur genre."""

    caucus: Coded
    """The caucus, as a code of `caucuses`; its code is null where it is not known: senators, Parliaments without
    ballots, doubtful names.
    / Le caucus, un code de `caucuses`; son code est nul si on l’ignore : Sénat, législatures sans le vote de chaque
    député, noms douteux."""
    stratum: Coded
    """The kind of bill, as a code of `bill-types`. / Le genre de projet de loi, un code de `bill-types`."""
    introduced: int
    """Bills introduced. / Les projets déposés."""
    became_law: int
    """Bills that received royal assent. / Les projets sanctionnés."""
    defeated: int
    """Bills that were defeated. / Les projets rejetés."""
    not_proceeded_with: int
    """Bills that were not proceeded with. / Les projets abandonnés."""
    died: int
    """Bills that died with their session. / Les projets morts avec leur session."""
    pending: int
    """Bills that are before Parliament. / Les projets à l’étude au Parlement."""
    unknown: int
    """Bills carried over or dead: the next session is not available.
    / Les projets rétablis ou morts : la session suivante n’est pas disponible."""
    law_share: Figure
    """`became_law`/`introduced`. / `became_law`/`introduced`."""


class CaucusSeats(msgspec.Struct, frozen=True, kw_only=True):
    """Filled seats of a caucus. / Les sièges pourvus d’un caucus."""

    caucus: Coded
    """The caucus, as a code of `caucuses`. / Le caucus, un code de `caucuses`."""
    seats: int
    """How many seats. / Combien de sièges."""
    share: float
    """Their share of all filled seats, 0 to 1. / Leur part de tous les sièges pourvus, de 0 à 1."""


class SeatStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """The House by caucus on a day. / La Chambre par caucus un jour donné."""

    on: dt.date
    """The day, an Ottawa date. / Le jour, une date d’Ottawa."""
    seats: int | None
    """Seats with a holder; null, with a note that says why, where it is doubtful who held one.
    / Les sièges ayant un titulaire; nul, avec une note qui dit pourquoi, si l’on doute de qui en occupait un."""
    house_seats: int | None
    """All seats of the House that day; null where that is not known.
    / Tous les sièges de la Chambre ce jour-là; nul si on l’ignore."""
    by_caucus: list[CaucusSeats]
    """The caucuses, the largest first. / Les caucus, le plus grand d’abord."""
    effective_number: Figure
    """The effective number of parties after Laakso and Taagepera: 1/Σs², s the shares of filled seats, each independent
    alone.
    / Le nombre effectif de partis selon Laakso et Taagepera : 1/Σs², s étant les parts des sièges pourvus, chaque
    indépendant compté seul."""
    fractionalisation: Figure
    """Fractionalisation after Rae: 1−Σs². / Le fractionnement selon Rae : 1−Σs²."""


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
    """Seats by caucus. In the effective number each independent is a party of one. Nothing is counted on a day when the
    House had no members, or had more members than ridings or seats."""
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
    """The note on why the seats of a day are not counted; null if they are."""
    if term.is_dissolved:
        return "dissolved"
    size = term.house_seats(found.on)
    is_crowded = size is not None and len(found.holders) > size
    return "doubtful_house" if found.contested or is_crowded else None


def _stratum(code: str, view: View) -> Coded:
    known = BILL_TYPES.get(code)
    return view.coded(code, known.en if known else None, known.fr if known else None)


def without_sponsor(loaded: LoadedBills) -> int:
    """The number of counted bills without a sponsor."""
    return sum(not bill.sponsor_name and bill.sponsor_person_id is None for bill in counted(loaded.bills))
