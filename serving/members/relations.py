"""What this service can give with entities: the sponsor of a bill."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from serving.core.answers.texts import View
from serving.core.entities.includes import Related, RelatedList, Relation
from serving.members.schemas import MemberOut, member_out
from warehouse.model.entities import Bill, Member
from warehouse.model.stored import Stored
from warehouse.postgres.entities import listed

if TYPE_CHECKING:
    from serving.core.process.platform import Platform


async def _of_bills(
    platform: "Platform", owners: Sequence[Stored[Bill]], view: View, version: int
) -> Sequence[RelatedList]:
    persons = [each.entity.sponsor_person_id for each in owners]
    keys = sorted({str(person) for person in persons if person is not None})
    members = await listed.at_version(platform.readers.catalog, "member", Member, keys, version)
    found = [members.get(str(person)) for person in persons]
    return [RelatedList([] if each is None else [Related(member_out(each, view), each)]) for each in found]


RELATIONS: Final = (
    Relation(
        of="bill",
        name="sponsor",
        to="member",
        shape=MemberOut,
        en="The sponsor, as a member of the House; null for senators and where it is not known who it is.",
        fr="Le parrain ou la marraine, comme membre de la Chambre; nul pour le Sénat et si on ignore qui c’est.",
        load=_of_bills,
    ),
)
