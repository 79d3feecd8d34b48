"""Turns a change into the row that bill statistics need. Pure."""

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.model.entities import Bill, Vote
from warehouse.model.read_models.bill_statistics import CountedBill, CountedEntity, CountedVote
from warehouse.model.vocabulary.motions import kind_of

_CAST = frozenset({"yea", "nay", "both", "abstain"})


def project(entry: LogEntry) -> CountedEntity | None:
    """The row of a bill or a vote (whose state must have its ballots); None for other entities."""
    withdrawn = entry.op == "withdrawn"
    match entry.entity:
        case "bill":
            bill = msgspec.json.decode(entry.state, type=Bill)
            return CountedBill(bill.key, entry.revision, bill.session, bill.status, withdrawn)
        case "vote":
            return _vote(msgspec.json.decode(entry.state, type=Vote), entry.revision, withdrawn=withdrawn)
        case _:
            return None


def _vote(vote: Vote, revision: int, *, withdrawn: bool) -> CountedVote:
    announced = vote.yeas is not None and vote.nays is not None
    yeas, nays = (vote.yeas, vote.nays) if announced else (vote.counted_yeas, vote.counted_nays)
    return CountedVote(
        vote.key,
        revision,
        vote.bill,
        vote.chamber,
        vote.number,
        vote.held_at,
        kind_of(vote.subject_en),
        vote.result,
        yeas,
        nays,
        sorted(ballot.person_id for ballot in vote.ballots if ballot.position in _CAST),
        withdrawn,
    )
