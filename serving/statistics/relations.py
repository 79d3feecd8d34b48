"""What this service can give with entities: the statistics of a vote."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from serving.core.answers.texts import View
from serving.core.entities.includes import Related, RelatedList, Relation
from serving.statistics.figures.votes import VoteStatistics, vote_statistics
from warehouse.model.entities import Vote
from warehouse.model.stored import Stored
from warehouse.postgres.entities import vote_sheets

if TYPE_CHECKING:
    from serving.core.process.platform import Platform

_COST: Final = 5
"""Of one breakdown: its ballots are read and counted, which takes about as long as five entities."""


async def _of_votes(
    platform: "Platform", owners: Sequence[Stored[Vote]], view: View, _version: int
) -> Sequence[RelatedList]:
    rows = await vote_sheets.vote_rows(platform.readers, [each.entity.key for each in owners])
    found = []
    for each in owners:
        key, row = each.entity.key, rows.get(each.entity.key)
        if row is None:
            found.append(RelatedList([]))
            continue
        of_day = await platform.roster.of_day(*vote_sheets.day_of_row(row))
        loaded = vote_sheets.sheet_of_row(key, row, of_day)
        # Where the vote was corrected a moment ago, its figures would not be those of the vote that is shown.
        is_same = loaded.watermark == each.recorded_at
        found.append(RelatedList([Related(vote_statistics(loaded, view))] if is_same else []))
    return found


RELATIONS: Final = (
    Relation(
        of="vote",
        name="statistics",
        shape=VoteStatistics,
        cost=_COST,
        is_kept=False,
        en="The vote by caucus, province and side; null for a moment after it was corrected.",
        fr="Le vote par caucus, province et camp; nul un instant après une correction.",
        load=_of_votes,
    ),
)
