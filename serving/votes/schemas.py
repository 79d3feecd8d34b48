"""The public shape of a vote."""

import datetime as dt

import msgspec

from serving.core.answers.code_names import YeaMeans, caucus_of, result_of, yea_means
from serving.core.answers.envelope import Links, Provenance, Revision
from serving.core.answers.links import API, vote_page
from serving.core.answers.texts import Coded, Text, View
from warehouse.model.entities import Vote
from warehouse.model.keys import Chamber
from warehouse.model.stored import Stored
from warehouse.model.vocabulary.codes import CAUCUSES
from warehouse.model.vocabulary.motions import Kind, kind_of
from warehouse.statistics.counting.totals import closeness, margin
from warehouse.statistics.parties.splits import splits


class Totals(msgspec.Struct, frozen=True):
    """Members by position. A ballot that is Nay and paired counts in both.
    / Les membres par position. Une voix Contre et pairée compte dans les deux."""

    yeas: int | None
    """Yeas; null where nothing is published. / Les pour; nul si rien n’est publié."""
    nays: int | None
    """Nays; null where nothing is published. / Les contre; nul si rien n’est publié."""
    paired: int | None
    """Paired members; null where nothing is published. / Les membres pairés; nul si rien n’est publié."""


class CaucusSplit(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus with members on both sides of a vote, without the person in the Chair.
    / Un caucus ayant des membres de chaque côté d’un vote, sans la personne qui préside."""

    caucus: Coded
    """The caucus, as a code of `caucuses`. / Le caucus, un code de `caucuses`."""
    yeas: int
    """Its yeas. / Ses pour."""
    nays: int
    """Its nays. / Ses contre."""
    minority: int
    """Members on the smaller side. / Membres du côté minoritaire."""


class VoteOut(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded vote (division) of a chamber. / Un vote par appel nominal d’une chambre."""

    key: str
    """The key: session, chamber and number, as `45-1/commons/43`.
    / La clé : session, chambre et numéro, comme `45-1/commons/43`."""
    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    chamber: Chamber
    """The chamber that voted. / La chambre qui a voté."""
    number: int
    """The number within the session and chamber, from 1. / Le numéro dans la session et la chambre, à partir de 1."""
    held_at: dt.datetime
    """When it was held, in UTC, from the Ottawa time that Parliament writes.
    / Quand il a eu lieu, en UTC, d’après l’heure d’Ottawa écrite par le Parlement."""
    held_at_local: str
    """The Ottawa wall-clock time exactly as Parliament writes it.
    / L’heure d’Ottawa exactement comme le Parlement l’écrit."""
    held_on: dt.date
    """The sitting day, an Ottawa date; a vote after midnight belongs to the evening before.
    / Le jour de séance, une date d’Ottawa; un vote après minuit appartient à la veille."""
    subject: Text
    """What was voted on, in Parliament’s words. / L’objet du vote, dans les mots du Parlement."""
    kind: Kind
    """The kind of motion, read from the English subject, as a code of `motions`.
    / Le genre de motion, lu dans l’objet anglais, un code de `motions`."""
    result: Coded
    """The result that was announced, as a code of `results`. / Le résultat annoncé, un code de `results`."""
    yea_means: YeaMeans
    """What a yea adopts or rejects, with the rule. / Ce qu’un pour adopte ou rejette, avec la règle."""
    bill: str | None
    """The key of the bill that Parliament names with the vote; null where it names none.
    / La clé du projet de loi que le Parlement nomme avec le vote; nul s’il n’en nomme pas."""
    document_type: Text
    """The kind of document the vote was on, in Parliament’s words.
    / Le genre de document mis aux voix, dans les mots du Parlement."""
    totals: Totals
    """The totals as announced. / Les totaux annoncés."""
    counted: Totals
    """The totals counted from the ballots. / Les totaux comptés d’après les voix."""
    disputed: bool
    """Whether announced and counted totals are both known and differ.
    / Si les totaux annoncés et comptés sont connus et diffèrent."""
    margin: int | None
    """The difference of the announced yeas and nays; null where they are not published.
    / L’écart entre les pour et les contre annoncés; nul s’ils ne sont pas publiés."""
    closeness: float | None
    """`closeness/1`: |yeas − nays|/(yeas + nays), 0 for a tie, 1 where all agree; null where they are not published or
    nobody voted.
    / `closeness/1` : |pour − contre|/(pour + contre), 0 pour une égalité, 1 si tous sont d’accord; nul s’ils ne sont
    pas publiés ou que personne n’a voté."""
    split_caucuses: list[CaucusSplit] | None
    """Caucuses with members on both sides, the largest minority first; null where no ballots are published.
    / Les caucus ayant des membres de chaque côté, la plus grande minorité d’abord; nul si les voix ne sont pas
    publiées."""
    revision: Revision
    provenance: Provenance
    links: Links


def vote_out(stored: Stored[Vote], view: View) -> VoteOut:
    """The vote as published."""
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
