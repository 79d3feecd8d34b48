"""What this service can give with entities: the votes on a bill."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from serving.core.answers.links import API
from serving.core.answers.texts import View
from serving.core.entities.includes import MOST_PARTS, Related, RelatedList, Relation
from serving.votes.schemas import VoteOut, vote_out
from warehouse.model.entities import Bill
from warehouse.model.stored import Stored
from warehouse.postgres.entities import listed

if TYPE_CHECKING:
    from serving.core.process.platform import Platform


async def _of_bills(
    platform: "Platform", owners: Sequence[Stored[Bill]], view: View, version: int
) -> Sequence[RelatedList]:
    keys = [each.entity.key for each in owners]
    votes = await listed.votes_of_bills(platform.readers.catalog, keys, version, MOST_PARTS)
    found = []
    for key in keys:
        own = votes.get(key, listed.Parts([], 0))
        related = [Related(vote_out(each, view), each) for each in own.first]
        found.append(RelatedList(related, own.count, f"{API}/bills/{key}/votes"))
    return found


RELATIONS: Final = (
    Relation(
        of="bill",
        name="votes",
        to="vote",
        shape=VoteOut,
        is_list=True,
        en=f"The latest recorded votes on the bill, {MOST_PARTS} at most.",
        fr=f"Les plus récents votes sur le projet de loi, {MOST_PARTS} au plus.",
        load=_of_bills,
    ),
)
