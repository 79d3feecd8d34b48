"""A session as published at one moment: the story up to a day, with the faults that change its facts."""

import datetime as dt
from collections.abc import Callable

from assets.upstream.simulator.story import tables, votes
from assets.upstream.simulator.story.bills import BillStory
from assets.upstream.simulator.story.faults import Fault
from assets.upstream.simulator.story.people import Crossing, Person
from assets.upstream.simulator.story.sessions import SessionStory
from assets.upstream.simulator.story.tables import CodedText
from assets.upstream.simulator.story.targets import Targets
from assets.upstream.simulator.story.votes import ABSENT, NAY, PAIRED, YEA, PlannedDivision

NEW_VOTES = 3
"""Votes that one `advance` publishes."""

Cast = Callable[[PlannedDivision], bytes]


class SessionView:
    """One session as published: which votes and bills there are, who sits where, and how each seat voted."""

    def __init__(
        self, story: SessionStory, cast: Cast, targets: Targets | None, faults: frozenset[Fault], revision: int
    ) -> None:
        """`targets` only for the current session; the others have neither faults nor revisions."""
        self.story = story
        self.house = story.house
        self.faults = faults if targets else frozenset[Fault]()
        self.targets = targets
        self._cast = cast
        published = min(len(story.divisions), story.published + NEW_VOTES * revision)
        self.divisions = story.divisions[:published]
        self.horizon = story.horizon(published)
        self._corrected = frozenset(targets.later_corrections[:revision]) if targets else frozenset[int]()
        crosses = targets is not None and Fault.SAME_DAY_FLOOR_CROSSING in self.faults
        self._crossings = (targets.crossing,) if targets and crosses else ()

    @property
    def is_current(self) -> bool:
        """Whether the session still runs."""
        return self.story.term.closed_on is None

    def target(self, fault: Fault) -> Targets | None:
        """The targets if the fault is on, else null."""
        return self.targets if fault in self.faults else None

    def division(self, number: int) -> PlannedDivision | None:
        """A published vote; null when there is none of that number."""
        return self.divisions[number - 1] if 1 <= number <= len(self.divisions) else None

    def bills(self) -> list[tuple[BillStory, bool]]:
        """The bills introduced so far, in LEGISinfo's order; true where the bill is listed already."""
        hidden = self.target(Fault.PROVISIONAL_BILL)
        introduced = [each for each in self.story.bills if each.steps and each.steps[0].at <= self.horizon]
        return [(each, hidden is None or each.code != hidden.unlisted_bill) for each in introduced]

    def person(self, seat: int, at: dt.datetime) -> Person | None:
        """Who holds a seat at an instant; null while it is vacant."""
        left = self.target(Fault.BY_ELECTION)
        if left is None or left.leaver != seat or at < left.vacant_from:
            return self.house.person_on(seat, at.date())
        return left.newcomer if at >= left.filled_from else None

    @property
    def all_crossings(self) -> tuple[Crossing, ...]:
        """Who crossed the floor when, those of a fault too."""
        return (*self.house.crossings, *self._crossings)

    def party(self, seat: int, at: dt.datetime) -> int:
        """The caucus of a seat's member at an instant."""
        return self.house.party_at(seat, at, self._crossings)

    def announced(self, division: PlannedDivision) -> tuple[int, int, int]:
        """Yeas, nays and paired as the vote list says."""
        return votes.totals(self._counted(division))

    def ballots(self, division: PlannedDivision) -> bytes:
        """How each seat voted, as the ballots document says; a correction there leaves the announced totals alone."""
        ballots = self._counted(division)
        struck = self.target(Fault.CORRECTED_BALLOTS)
        if struck is not None and struck.corrected == division.number:
            return _struck(ballots, division)
        return ballots

    def result(self, division: PlannedDivision) -> CodedText:
        """Agreed to, negatived, or a tie."""
        tied = self.target(Fault.TIE)
        if tied is not None and tied.tied == division.number:
            return tables.TIE
        if tied is not None and tied.cast_by_speaker == division.number:
            return tables.NEGATIVED
        return tables.AGREED if division.is_agreed else tables.NEGATIVED

    def _counted(self, division: PlannedDivision) -> bytes:
        ballots = self._cast(division)
        if division.number in self._corrected:
            ballots = _struck(ballots, division)
        if self.target(Fault.BY_ELECTION) and self.targets and self.person(self.targets.leaver, division.at) is None:
            ballots = _changed(ballots, self.targets.leaver, ABSENT)
        paired = self.target(Fault.YEA_AND_PAIRED)
        if paired is not None and paired.yea_and_paired == division.number:
            ballots = _changed(ballots, ballots.index(YEA), YEA + PAIRED)
        tied = self.target(Fault.TIE)
        if tied is not None and division.number in (tied.tied, tied.cast_by_speaker):
            ballots = _tied(ballots)
        if tied is not None and division.number == tied.cast_by_speaker:
            ballots = _changed(ballots, self.house.speaker, NAY)
        return ballots


def _changed(ballots: bytes, seat: int, value: int) -> bytes:
    return ballots[:seat] + bytes((value,)) + ballots[seat + 1 :]


def _struck(ballots: bytes, division: PlannedDivision) -> bytes:
    """Without one ballot of the winning side."""
    return _changed(ballots, ballots.index(YEA if division.is_agreed else NAY), ABSENT)


def _tied(ballots: bytes) -> bytes:
    """As many yeas as nays: members of the larger side go over, and one stays away if the number is odd."""
    yeas, nays, _ = votes.totals(ballots)
    more, fewer = (YEA, NAY) if yeas > nays else (NAY, YEA)
    for _ in range(abs(yeas - nays) // 2):
        ballots = _changed(ballots, ballots.index(more), fewer)
    if (yeas - nays) % 2:
        ballots = _changed(ballots, ballots.index(more), ABSENT)
    return ballots
