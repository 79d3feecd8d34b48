"""The public shape of a member."""

import msgspec

from serving.core.names import caucus_name, province_name
from serving.core.official import API, member_page
from serving.core.shapes import Links, Provenance
from serving.core.texts import Text
from serving.core.view import View
from warehouse.model.entities import Identifier, Member, Membership
from warehouse.model.stored import Stored


class MemberOut(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the House; name, caucus and riding are the latest known, `memberships` say what they were when."""

    key: str
    person_id: int
    name: str
    honorific: str | None
    caucus: str | None
    caucus_name: Text
    riding: str | None
    riding_name: Text
    province: str | None
    province_name: Text
    is_sitting: bool
    other_names: list[str]
    identifiers: list[Identifier]
    memberships: list[Membership]
    """Half-open intervals `[from_on, to_on)` of Ottawa dates; `to_on` null is still."""
    revision: int
    provenance: Provenance
    links: Links


def member_out(stored: Stored[Member], view: View) -> MemberOut:
    """The member as published."""
    member = stored.entity
    here = f"{API}/members/{member.person_id}"
    return MemberOut(
        key=member.key,
        person_id=member.person_id,
        name=member.name,
        honorific=member.honorific,
        caucus=member.caucus,
        caucus_name=caucus_name(member.caucus, view),
        riding=member.riding,
        riding_name=view.text(member.riding, member.riding_fr),
        province=member.province,
        province_name=province_name(member.province, view),
        is_sitting=member.is_sitting,
        other_names=list(member.other_names),
        identifiers=list(member.identifiers),
        memberships=list(member.memberships),
        revision=stored.revision,
        provenance=stored.provenance,
        links=Links(
            self_=here,
            official=view.official(member_page(member.person_id)),
            ballots=f"{here}/ballots",
            history=f"{here}/history",
        ),
    )
