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
    """Two members in one session. / Deux membres dans une session."""

    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    overlap: int
    """Votes in which both cast a ballot. / Les votes où les deux ont voté."""
    same: int
    """Votes in which they took the same position. / Les votes où ils ont pris la même position."""
    differed: int
    """Votes in which they differed. / Les votes où ils ont différé."""
    agreement: Figure
    """`same`/`overlap`; its value is null below 20 shared votes.
    / `same`/`overlap`; sa valeur est nulle sous 20 votes communs."""


class DifferingBallots(msgspec.Struct, frozen=True, kw_only=True):
    """A vote in which the two cast different ballots. / Un vote où les deux ont voté différemment."""

    vote: str
    """The key of the vote. / La clé du vote."""
    held_on: dt.date
    """The sitting day of the vote, an Ottawa date. / Le jour de séance du vote, une date d’Ottawa."""
    subject: Text
    """What was voted on, in Parliament’s words. / L’objet du vote, dans les mots du Parlement."""
    result: Coded
    """The result, as a code of `results`. / Le résultat, un code de `results`."""
    bill: str | None
    """The key of the bill voted on; null where Parliament names none.
    / La clé du projet de loi mis aux voix; nul si le Parlement n’en nomme pas."""
    one_position: str
    """The position of the one, as a code of `positions`. / La position du premier, un code de `positions`."""
    other_position: str
    """The position of the other, as a code of `positions`. / La position du second, un code de `positions`."""
    link: str
    """The address of the vote. / L’adresse du vote."""


class PairOverSessions(msgspec.Struct, frozen=True, kw_only=True):
    """Two members over all sessions that were asked for. / Deux membres sur toutes les sessions demandées."""

    one: PersonRef
    """One member. / Un membre."""
    other: PersonRef
    """The other member. / L’autre membre."""
    overlap: int
    """Votes in which both cast a ballot. / Les votes où les deux ont voté."""
    same: int
    """Votes in which they took the same position. / Les votes où ils ont pris la même position."""
    differed: int
    """Votes in which they differed. / Les votes où ils ont différé."""
    agreement: Figure
    """`same`/`overlap`; its value is null below `smallest_overlap`.
    / `same`/`overlap`; sa valeur est nulle sous `smallest_overlap`."""
    smallest_overlap: int
    """Below so many shared votes an agreement says nothing. / Sous tant de votes communs, un accord ne dit rien."""
    sessions: list[PairInSession]
    """Each session, newest first. / Chaque session, la plus récente d’abord."""
    differences: list[DifferingBallots]
    """The newest votes in which they differed, at most `limit`.
    / Les votes les plus récents où ils ont différé, au plus `limit`."""
    every_difference: str
    """The address where all of them are. / L’adresse où ils sont tous."""


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
