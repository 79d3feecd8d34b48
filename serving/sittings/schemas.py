"""The public shape of a sitting day."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
from msgspec import UNSET, UnsetType

from serving.core.answers.code_names import result_of_code
from serving.core.answers.links import API
from serving.core.answers.texts import Coded, Text, View
from warehouse.model.keys import Chamber
from warehouse.model.vocabulary.codes import READINGS
from warehouse.postgres.entities.sittings import StepOfDay, VoteOfDay


class SittingLinks(msgspec.Struct, frozen=True, kw_only=True, rename={"self_": "self"}):
    """Addresses around a sitting day. / Adresses autour d’un jour de séance."""

    self_: str
    """Its address. / Son adresse."""
    votes: str
    """Its recorded divisions. / Ses votes par appel nominal."""
    session: str | UnsetType = UNSET
    """Its session, where that is known. / Sa session, si elle est connue."""


class SittingOut(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which a chamber is known to have sat, because it voted or a bill passed a reading there.
    / Un jour où l’on sait qu’une chambre a siégé, car elle a voté ou un projet de loi y a franchi une lecture."""

    key: str
    """The chamber and the day. / La chambre et le jour."""
    chamber: Chamber
    """`commons` or `senate`. / `commons` ou `senate`."""
    sitting_on: dt.date
    """The day on which the sitting began, in Ottawa. A vote after midnight belongs to the day before.
    / Le jour où la séance commence, à Ottawa. Un vote après minuit est de la veille."""
    session: str | None
    """The session, by its votes, else by its days; null where these are not known.
    / La session, selon ses votes, sinon selon ses jours; nul s’ils sont inconnus."""
    votes: int
    """Recorded divisions of the day. / Votes par appel nominal du jour."""
    readings: int
    """Readings that bills passed there that day. / Lectures franchies ce jour-là par des projets de loi."""
    links: SittingLinks
    """Addresses around it. / Adresses autour de lui."""


class SittingVoteOut(msgspec.Struct, frozen=True, kw_only=True):
    """A division of the day. / Un vote du jour."""

    key: str
    """The vote’s key. / La clé du vote."""
    number: int
    """Its number in the session. / Son numéro dans la session."""
    held_at: dt.datetime
    """When, in UTC. / Quand, en UTC."""
    subject: Text
    """What was voted on. / L’objet du vote."""
    result: Coded
    """The result. / Le résultat."""
    bill: str | None
    """The bill’s key; null for none. / La clé du projet de loi; nul si aucun."""


class SittingStepOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a bill passed on the day. / Ce qu’un projet de loi a franchi ce jour-là."""

    bill: str
    """The bill’s key. / La clé du projet de loi."""
    title: Text
    """The bill’s title. / Le titre du projet de loi."""
    step: Coded
    """A reading in this chamber, or royal assent, which needs no sitting.
    / Une lecture dans cette chambre, ou la sanction royale, qui n’exige pas de séance."""


class SittingDetailsOut(SittingOut, frozen=True, kw_only=True):
    """A sitting day with what is recorded of it. / Un jour de séance avec ce qui en est inscrit."""

    divisions: list[SittingVoteOut]
    """The votes of the day, by number. / Les votes du jour, par numéro."""
    steps: list[SittingStepOut]
    """What bills passed that day. / Ce que des projets de loi ont franchi ce jour-là."""


def sitting_out(row: Sequence[object]) -> SittingOut:
    """A row of the list as published."""
    key, chamber, sitting_on, session, votes, readings = row
    return SittingOut(
        key=str(key),
        chamber=chamber,  # type: ignore[arg-type]
        sitting_on=sitting_on,  # type: ignore[arg-type]
        session=session,  # type: ignore[arg-type]
        votes=votes,  # type: ignore[arg-type]
        readings=readings,  # type: ignore[arg-type]
        links=SittingLinks(
            self_=f"{API}/sittings/{key}",
            votes=f"{API}/votes?{urlencode({'chamber': chamber, 'held_on': sitting_on})}",
            session=UNSET if session is None else f"{API}/sessions/{session}",
        ),
    )


def sitting_details_out(
    sitting: SittingOut, votes: Sequence[VoteOfDay], steps: Sequence[StepOfDay], view: View
) -> SittingDetailsOut:
    """The day with what is recorded of it."""
    own = {name: getattr(sitting, name) for name in SittingOut.__struct_fields__}
    return SittingDetailsOut(
        **own,
        divisions=[
            SittingVoteOut(
                key=vote.key,
                number=vote.number,
                held_at=vote.held_at,
                subject=view.text(vote.subject_en, vote.subject_fr),
                result=result_of_code(vote.result, view),
                bill=vote.bill,
            )
            for vote in votes
        ],
        steps=[
            SittingStepOut(bill=step.bill, title=view.text(step.title_en, step.title_fr), step=_step(step.step, view))
            for step in steps
        ],
    )


def _step(code: str, view: View) -> Coded:
    known = READINGS.get(code)
    return view.coded(code, known.en if known else None, known.fr if known else None)
