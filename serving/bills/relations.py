"""What this service can give with entities: the bill of a vote, the bills of a sponsor, the stages of a bill."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from serving.bills.schemas import BillOut, StageOut, bill_out, stage_out
from serving.core.answers.links import API
from serving.core.answers.texts import View
from serving.core.entities.includes import MOST_PARTS, Related, RelatedList, Relation
from warehouse.model.entities import Bill, Member, Vote
from warehouse.model.stored import Stored
from warehouse.postgres.entities import listed

if TYPE_CHECKING:
    from serving.core.process.platform import Platform


async def _of_votes(
    platform: "Platform", owners: Sequence[Stored[Vote]], view: View, version: int
) -> Sequence[RelatedList]:
    keys = sorted({each.entity.bill for each in owners if each.entity.bill is not None})
    bills = await listed.at_version(platform.readers.catalog, "bill", Bill, keys, version)
    found = [bills.get(each.entity.bill or "") for each in owners]
    return [RelatedList([] if each is None else [Related(bill_out(each, view), each)]) for each in found]


async def _of_members(
    platform: "Platform", owners: Sequence[Stored[Member]], view: View, version: int
) -> Sequence[RelatedList]:
    persons = [each.entity.person_id for each in owners]
    bills = await listed.bills_of_sponsors(platform.readers.catalog, persons, version, MOST_PARTS)
    found = []
    for person in persons:
        own = bills.get(str(person), listed.Parts([], 0))
        related = [Related(bill_out(each, view), each) for each in own.first]
        found.append(RelatedList(related, own.count, f"{API}/bills?sponsor={person}"))
    return found


async def _stages(
    _platform: "Platform", owners: Sequence[Stored[Bill]], view: View, _version: int
) -> Sequence[RelatedList]:
    found = []
    for bill in owners:
        stages = [Related(stage_out(bill, stage, view)) for stage in bill.entity.stages]
        found.append(RelatedList(stages, len(stages), f"{API}/bills/{bill.entity.key}/stages"))
    return found


RELATIONS: Final = (
    Relation(of="bill", name="stages", shape=StageOut, is_list=True, en="All its stages.", fr="Toutes ses étapes.",
             load=_stages),
    Relation(of="vote", name="bill", to="bill", shape=BillOut,
             en="The bill that the vote names; null where it names none.",
             fr="Le projet de loi que nomme le vote; nul s’il n’en nomme pas.", load=_of_votes),
    Relation(of="member", name="bills", to="bill", shape=BillOut, is_list=True,
             en=f"The newest bills that the member sponsored, {MOST_PARTS} at most.",
             fr=f"Les plus récents projets de loi parrainés, {MOST_PARTS} au plus.", load=_of_members),
)  # fmt: skip
