"""Two members over any sessions: how often they agree, and where they differed."""

import datetime as dt
from typing import Final

import msgspec
import numpy as np

from serving.core.answers.code_names import result_of_code
from serving.core.answers.envelope import PersonRef
from serving.core.answers.links import API
from serving.core.answers.texts import Coded, Text, View
from serving.statistics.figures.frame import Figure
from warehouse.statistics.counting.formulas import NAMES
from warehouse.statistics.counting.sheets import first_applied
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.agreement import FEWEST_SHARED, Variant
from warehouse.statistics.members.pairs import side_by_side

METHODS: Final = ("agreement/1",)
DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 500


class PairInSession(msgspec.Struct, frozen=True, kw_only=True):
    """Two members in one session: divisions in which both cast a ballot, and how."""

    session: str
    overlap: int
    same: int
    differed: int
    agreement: Figure


class DifferingBallots(msgspec.Struct, frozen=True, kw_only=True):
    """A division in which the two cast different ballots."""

    vote: str
    held_on: dt.date
    subject: Text
    result: Coded
    bill: str | None
    one_position: str
    other_position: str
    link: str


class PairOverSessions(msgspec.Struct, frozen=True, kw_only=True):
    """Two members over all sessions that were asked for. `agreement` is null where they share too few divisions."""

    one: PersonRef
    other: PersonRef
    overlap: int
    """Divisions in which both cast a ballot."""
    same: int
    differed: int
    agreement: Figure
    smallest_overlap: int
    """Below so many shared divisions an agreement says nothing, and is null."""
    sessions: list[PairInSession]
    differences: list[DifferingBallots]
    """The newest divisions in which they differed, at most `limit`; `every_difference` lists all."""
    every_difference: str


class ComparedSession(msgspec.Struct, frozen=True, kw_only=True):
    """One session, compared."""

    session: PairInSession
    differences: list[DifferingBallots]
    no_ballots: int
    applied: int


def compare(
    loaded: LoadedSheet, session: str, people: tuple[int, int], variant: Variant, view: View, *, applied_once: bool
) -> ComparedSession | None:
    """Two members in one session; None where one of them has no part in it."""
    whole = loaded.sheet
    sheet = whole.only(first_applied(whole)) if applied_once else whole
    one, other = (sheet.column(person_id) for person_id in people)
    if one is None or other is None:
        return None
    side = side_by_side(sheet, one, other, variant)
    overlap, same = int(side.both.sum()), int(side.same.sum())
    return ComparedSession(
        session=PairInSession(
            session=session, overlap=overlap, same=same, differed=overlap - same, agreement=_agreement(same, overlap)
        ),
        differences=[
            DifferingBallots(
                vote=division.key,
                held_on=division.held_on,
                subject=view.text(division.subject, division.subject_fr),
                result=result_of_code(division.result, view),
                bill=division.bill,
                one_position=NAMES[int(sheet.position[row, one])],
                other_position=NAMES[int(sheet.position[row, other])],
                link=f"{API}/votes/{division.key}",
            )
            for row in np.nonzero(side.both & ~side.same)[0][::-1].tolist()
            for division in [sheet.divisions[row]]
        ],
        no_ballots=int((~sheet.cast.any(axis=1)).sum()),
        applied=len(whole.divisions) - len(sheet.divisions),
    )


def over_sessions(
    one: PersonRef, other: PersonRef, found: list[ComparedSession], limit: int, link: str
) -> PairOverSessions:
    """The counts of sessions added up; the sessions are newest first."""
    overlap, same = (sum(getattr(each.session, name) for each in found) for name in ("overlap", "same"))
    return PairOverSessions(
        one=one,
        other=other,
        overlap=overlap,
        same=same,
        differed=overlap - same,
        agreement=_agreement(same, overlap),
        smallest_overlap=FEWEST_SHARED,
        sessions=[each.session for each in found],
        differences=[difference for each in found for difference in each.differences][:limit],
        every_difference=link,
    )


def _agreement(same: int, overlap: int) -> Figure:
    return Figure(same / overlap if overlap >= FEWEST_SHARED else None, "agreement/1", overlap)
