"""Small made-up entities for tests of the store; nothing in them claims to be a record of Parliament."""

import datetime as dt

from warehouse.model.entities import Ballot, Bill, CaucusCount, Provenance, Stage, Vote
from warehouse.model.keys import bill_key, vote_key
from warehouse.postgres.aggregates.store import Incoming

HELD_AT = dt.datetime(2020, 1, 6, 20, 30, tzinfo=dt.UTC)
ORIGIN = Provenance(source="test", url="test:document", document_sha256="00" * 32, fetched_at=HELD_AT)


def bill(number: int, *, title: str = "An Act respecting tests", session: str = "1-1") -> Incoming[Bill]:
    """A bill with one stage."""
    stage = Stage(ordinal=1, chamber="commons", stage="first-reading", stage_en="First reading", state="completed")
    return Incoming(
        Bill(
            key=bill_key(session, f"C-{number}"),
            session=session,
            number=f"C-{number}",
            chamber="commons",
            title_en=title,
            title_fr=None,
            stages=(stage,),
        ),
        ORIGIN,
    )


def vote(number: int, *, nays: frozenset[int] = frozenset(), members: int = 12, session: str = "1-1") -> Incoming[Vote]:
    """A vote in which members 1 … n say yea, except those in `nays`."""
    ballots = tuple(
        Ballot(
            person_id=person,
            position="nay" if person in nays else "yea",
            paired=False,
            name=f"Member {person}",
            caucus="Testers",
            riding=f"Riding {person}",
            province=None,
        )
        for person in range(1, members + 1)
    )
    yeas = members - len(nays)
    testers = CaucusCount(caucus="Testers", yeas=yeas, nays=len(nays), abstentions=0, paired=0)
    caucuses = (testers,) if members else ()
    return Incoming(
        Vote(
            key=vote_key(session, "commons", number),
            session=session,
            chamber="commons",
            number=number,
            held_at=HELD_AT,
            held_at_local="2020-01-06T15:30:00",
            held_on=HELD_AT.date(),
            subject_en="A motion",
            result="agreed",
            result_en="Agreed To",
            yeas=members - len(nays),
            nays=len(nays),
            paired=0,
            counted_yeas=members - len(nays),
            counted_nays=len(nays),
            counted_paired=0,
            caucuses=caucuses,
            ballots=ballots,
        ),
        ORIGIN,
    )
