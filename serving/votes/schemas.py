"""The public shape of a vote."""

import datetime as dt

import msgspec

from serving.core.names import result_of
from serving.core.official import API, vote_page
from serving.core.shapes import Links, Provenance
from serving.core.texts import Coded, Text
from serving.core.view import View
from warehouse.model.entities import Vote
from warehouse.model.keys import Chamber
from warehouse.model.stored import Stored


class Totals(msgspec.Struct, frozen=True):
    """Members by position; null where nothing is published. A ballot that is Nay and paired is in both."""

    yeas: int | None
    nays: int | None
    paired: int | None


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
    result: Coded
    bill: str | None
    document_type: Text
    totals: Totals
    """As announced."""
    counted: Totals
    """Counted from the ballots."""
    disputed: bool
    """Announced and counted totals are both known and differ."""
    revision: int
    provenance: Provenance
    links: Links


def vote_out(stored: Stored[Vote], view: View) -> VoteOut:
    """The vote as it is published."""
    vote = stored.entity
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
        result=result_of(vote, view),
        bill=vote.bill,
        document_type=view.text(vote.document_type_en, vote.document_type_fr),
        totals=Totals(vote.yeas, vote.nays, vote.paired),
        counted=Totals(vote.counted_yeas, vote.counted_nays, vote.counted_paired),
        disputed=vote.disputed,
        revision=stored.revision,
        provenance=stored.provenance,
        links=links,
    )
