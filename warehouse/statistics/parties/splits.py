"""Caucuses that split in a vote: members of one caucus on both sides."""

import msgspec

from warehouse.model.entities import Vote
from warehouse.model.vocabulary.codes import CAUCUSES
from warehouse.statistics.counting.tallies import INDEPENDENT


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus with at least one yea and one nay in a vote."""

    caucus: str
    """As recorded on the ballots."""
    yeas: int
    nays: int

    @property
    def minority(self) -> int:
        """How many were on the smaller side; half of the caucus where both are equal."""
        return min(self.yeas, self.nays)


def splits(vote: Vote) -> list[Split] | None:
    """The caucuses that split, larger minorities first; None if no ballots are counted by caucus.

    Members without a caucus are not a group, so they cannot split.
    """
    if not vote.caucuses:
        return None
    found = [
        Split(caucus=each.caucus, yeas=each.yeas, nays=each.nays)
        for each in vote.caucuses
        if each.yeas and each.nays and CAUCUSES.code_of(each.caucus) not in INDEPENDENT
    ]
    return sorted(found, key=lambda split: (-split.minority, split.caucus))
