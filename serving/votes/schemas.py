"""The public shape of a vote."""

import datetime as dt
from typing import Annotated

import msgspec

from serving.core.answers.code_names import YeaMeans, caucus_of, result_of, yea_means
from serving.core.answers.envelope import Links, Provenance
from serving.core.answers.links import API, vote_page
from serving.core.answers.texts import Coded, Text, View, described
from warehouse.model.entities import Vote
from warehouse.model.keys import Chamber
from warehouse.model.stored import Stored
from warehouse.model.vocabulary.codes import CAUCUSES
from warehouse.model.vocabulary.motions import Kind, kind_of
from warehouse.statistics.counting.totals import closeness, margin
from warehouse.statistics.parties.splits import splits


class Totals(msgspec.Struct, frozen=True):
    """Members by position; null where nothing is published. A ballot that is Nay and paired is in both."""

    yeas: int | None
    nays: int | None
    paired: int | None


class CaucusSplit(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus with members on both sides of a vote, without the person in the Chair."""

    caucus: Coded
    yeas: int
    nays: int
    minority: Annotated[int, described("Members on the smaller side.", "Membres du côté minoritaire.")]


class VoteOut(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded division of a chamber."""

    key: str
    session: str
    chamber: Chamber
    number: int
    held_at: dt.datetime
    held_at_local: str
    """Ottawa wall-clock time exactly as Parliament writes it."""
    held_on: dt.date
    subject: Text
    kind: Annotated[
        Kind,
        described(
            "The kind of motion, read from the English subject.", "Le genre de motion, lu dans le sujet anglais."
        ),
    ]
    result: Coded
    yea_means: Annotated[
        YeaMeans,
        described("What a yea adopts or rejects, with the rule.", "Ce qu’un pour adopte ou rejette, avec la règle."),
    ]
    bill: str | None
    document_type: Text
    totals: Totals
    """As announced."""
    counted: Totals
    """Counted from the ballots."""
    disputed: bool
    """Announced and counted totals are both known and differ."""
    margin: Annotated[
        int | None,
        described("The difference of the announced yeas and nays.", "L’écart entre les pour et les contre annoncés."),
    ]
    closeness: Annotated[
        float | None,
        described(
            "`closeness/1`: the margin as a share of yeas and nays, 0 for a tie, 1 where all agree.",
            "`closeness/1`\u00a0: l’écart en part des pour et des contre, 0 pour une égalité, 1 si tous sont d’accord.",
        ),
    ]
    split_caucuses: Annotated[
        list[CaucusSplit] | None,
        described(
            "Caucuses with members on both sides, the largest minority first; null where no ballots are published.",
            "Les caucus ayant des membres de chaque côté, la plus grande minorité d’abord; nul si les voix "
            "ne sont pas publiées.",
        ),
    ]
    revision: int
    provenance: Provenance
    links: Links


def vote_out(stored: Stored[Vote], view: View) -> VoteOut:
    """The vote as it is published."""
    vote = stored.entity
    kind = kind_of(vote.subject_en)
    here = f"{API}/votes/{vote.key}"
    links = Links(
        self_=here,
        official=view.official(vote_page(vote.session, vote.number)) if vote.chamber == "commons" else None,
        session=f"{API}/sessions/{vote.session}",
        ballots=f"{here}/ballots",
        history=f"{here}/history",
        bill=msgspec.UNSET if vote.bill is None else f"{API}/bills/{vote.bill}",
    )
    return VoteOut(
        key=vote.key,
        session=vote.session,
        chamber=vote.chamber,
        number=vote.number,
        held_at=vote.held_at,
        held_at_local=vote.held_at_local,
        held_on=vote.held_on,
        subject=view.text(vote.subject_en, vote.subject_fr),
        kind=kind,
        result=result_of(vote, view),
        yea_means=yea_means(kind, view),
        bill=vote.bill,
        document_type=view.text(vote.document_type_en, vote.document_type_fr),
        totals=Totals(vote.yeas, vote.nays, vote.paired),
        counted=Totals(vote.counted_yeas, vote.counted_nays, vote.counted_paired),
        disputed=vote.disputed,
        margin=margin(vote.yeas, vote.nays),
        closeness=closeness(vote.yeas, vote.nays),
        split_caucuses=_split_caucuses(vote, view),
        revision=stored.revision,
        provenance=stored.provenance,
        links=links,
    )


def _split_caucuses(vote: Vote, view: View) -> list[CaucusSplit] | None:
    found = splits(vote)
    if found is None:
        return None
    return [
        CaucusSplit(
            caucus=caucus_of(CAUCUSES.code_or_text(each.caucus), view),
            yeas=each.yeas,
            nays=each.nays,
            minority=each.minority,
        )
        for each in found
    ]
