"""Fields of a bill or a vote that follow from its other fields. Loads derive them, and so do overrides."""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from warehouse.model.curated import persons_in_the_chair
from warehouse.model.entities import Ballot, Bill, CaucusCount, Vote
from warehouse.model.keys import Chamber
from warehouse.model.vocabulary.readings import ASSENT, furthest
from warehouse.runtime.clock import OTTAWA

FIRST_HOUR = 9
"""No sitting of the House begins earlier: before this hour, the sitting of the evening before is still under way."""
MIDNIGHT = dt.time(0)
_DATED = {
    **{
        f"{chamber}-{reading}-reading": f"passed_{chamber}_{reading}_on"
        for chamber in ("house", "senate")
        for reading in ("first", "second", "third")
    },
    ASSENT: "royal_assent_on",
}
Totals = tuple[int | None, int | None, int | None]
"""Yeas, nays and paired; null where they are not known."""


def sitting_day(local: dt.datetime) -> dt.date:
    """The sitting day of a naive Ottawa time, without knowledge of other divisions.

    Midnight to the second is a date without a time, as in the documents of 2018, and stays on its day.
    """
    early = local.hour < FIRST_HOUR and local.time() != MIDNIGHT
    return local.date() - dt.timedelta(days=1) if early else local.date()


def introduced(bill: Bill) -> Bill:
    """The bill with the day it was introduced, which follows from its first readings.

    The first reading of a reinstated bill was in an earlier session, and readings in this one come later: if the first
    reading in its own chamber has no date, the day is unknown.
    """
    firsts: tuple[dt.date | None, ...] = (bill.passed_house_first_on, bill.passed_senate_first_on)
    if bill.is_reinstated:
        firsts = firsts[:1] if bill.chamber == "commons" else firsts[1:]
    dated = [stage for stage, name in _DATED.items() if getattr(bill, name) is not None]
    return msgspec.structs.replace(
        bill,
        introduced_on=min(filter(None, firsts), default=None),
        stage_reached=furthest(bill.chamber, [bill.stage_reached, *dated]),
    )


def recounted(vote: Vote, *, moved: bool = False) -> Vote:
    """The vote with the fields that follow from its ballots, its announced totals and, if it was changed, its
    instant."""
    ballots = vote.ballots if vote.ballots or vote.counted_yeas is not None else None
    counted = counted_totals(ballots, (vote.yeas, vote.nays))
    held_on = sitting_day(vote.held_at.astimezone(OTTAWA).replace(tzinfo=None)) if moved else vote.held_on
    return msgspec.structs.replace(
        vote,
        counted_yeas=counted[0],
        counted_nays=counted[1],
        counted_paired=counted[2],
        disputed=is_disputed((vote.yeas, vote.nays, vote.paired), counted),
        held_on=held_on,
        caucuses=count_by_caucus(vote.ballots, vote.chamber, held_on),
    )


def counted_totals(ballots: Sequence[Ballot] | None, announced: tuple[int | None, int | None]) -> Totals:
    """The counts of the ballots; null if totals were announced but the ballots are not published yet."""
    return count(ballots) if ballots or (ballots is not None and not any(announced)) else (None, None, None)


def is_disputed(totals: Totals, counted: Totals) -> bool:
    """Whether an announced total differs from the count of ballots."""
    return any(x is not None and y is not None and x != y for x, y in zip(totals, counted, strict=True))


def count(ballots: Iterable[Ballot]) -> tuple[int, int, int]:
    """Yeas, nays and paired. A member who is Nay and paired counts as both, and so does one who is on both lists, as in
    Parliament's own totals."""
    yeas = nays = paired = 0
    for ballot in ballots:
        yeas += ballot.position in {"yea", "both"}
        nays += ballot.position in {"nay", "both"}
        paired += ballot.paired
    return yeas, nays, paired


def count_by_caucus(ballots: Iterable[Ballot], chamber: Chamber, held_on: dt.date) -> tuple[CaucusCount, ...]:
    """The ballots of each caucus. Left out are the Chair's casting ballot, ballots without a caucus, and those of
    members on both lists, who are on neither side."""
    presiding = persons_in_the_chair(chamber, held_on)
    counts: dict[str, list[int]] = {}
    for ballot in ballots:
        if ballot.caucus is not None and ballot.person_id not in presiding:
            own = counts.setdefault(ballot.caucus, [0, 0, 0, 0])
            own[0] += ballot.position == "yea"
            own[1] += ballot.position == "nay"
            own[2] += ballot.position == "abstain"
            own[3] += ballot.paired
    return tuple(
        CaucusCount(caucus=caucus, yeas=yeas, nays=nays, abstentions=abstentions, paired=paired)
        for caucus, (yeas, nays, abstentions, paired) in sorted(counts.items())
    )
