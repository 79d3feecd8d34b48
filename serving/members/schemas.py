"""The public shape of a member."""

import datetime as dt

import msgspec

from serving.core.answers.code_names import caucus_name, province_name
from serving.core.answers.envelope import Links, Provenance
from serving.core.answers.links import API, member_page
from serving.core.answers.texts import Coded, Text, View
from warehouse.model.entities import Identifier, Member, Membership, Office
from warehouse.model.stored import Stored
from warehouse.model.vocabulary.offices import OFFICES


class OfficeOut(msgspec.Struct, frozen=True, kw_only=True):
    """An office held in the half-open interval `[from_on, to_on)` of Ottawa dates; `to_on` null is still."""

    office: Coded
    title: Text
    """As the House words it."""
    in_cabinet: bool
    from_on: dt.date
    to_on: dt.date | None


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
    offices: list[OfficeOut]
    """Speaker, ministers, parliamentary secretaries, whips, House leaders: as the roles document dates them."""
    memberships: list[Membership]
    """Half-open intervals `[from_on, to_on)` of Ottawa dates, and what gave each end; `to_on` null is still."""
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
        honorific=view.person(member.honorific),
        caucus=member.caucus,
        caucus_name=caucus_name(member.caucus, view),
        riding=member.riding,
        riding_name=view.text(member.riding, member.riding_fr),
        province=member.province,
        province_name=province_name(member.province, view),
        is_sitting=member.is_sitting,
        other_names=list(member.other_names),
        identifiers=list(member.identifiers),
        offices=[_office_out(each, view) for each in member.offices],
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


def _office_out(office: Office, view: View) -> OfficeOut:
    known = OFFICES.get(office.office)
    return OfficeOut(
        office=view.coded(office.office, known.en if known else None, known.fr if known else None),
        title=view.text(office.title_en, office.title_fr),
        in_cabinet=office.in_cabinet,
        from_on=office.from_on,
        to_on=office.to_on,
    )
