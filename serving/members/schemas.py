"""The public shape of a member."""

import datetime as dt

import msgspec

from serving.core.answers.code_names import caucus_name, province_name
from serving.core.answers.envelope import Links, Provenance, Revision
from serving.core.answers.links import API, member_page
from serving.core.answers.texts import Coded, Text, View
from warehouse.model.entities import EndSource, Identifier, Member, Membership, Office
from warehouse.model.stored import Stored
from warehouse.model.vocabulary.offices import OFFICES
from warehouse.postgres.entities.terms import MemberTerm


class OfficeOut(msgspec.Struct, frozen=True, kw_only=True):
    """An office held in the half-open interval `[from_on, to_on)` of Ottawa dates, from the member’s roles document.
    / Une fonction exercée dans l’intervalle semi-ouvert `[from_on, to_on)` de dates d’Ottawa, selon la fiche des
    fonctions."""

    office: Coded
    """Which office it is, as a code of `offices`. / De quelle fonction il s’agit, un code de `offices`."""
    title: Text
    """The title, as the House words it. / Le titre, dans les mots de la Chambre."""
    in_cabinet: bool
    """Whether it is of the cabinet. / Si elle fait partie du Cabinet."""
    from_on: dt.date
    """The first day. / Le premier jour."""
    to_on: dt.date | None
    """The day after the last one; null while the office is held.
    / Le lendemain du dernier jour; nul tant que la fonction est exercée."""


class MemberOut(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the House; name, caucus and riding are the latest known, `memberships` say what they were when.
    / Une députée ou un député; nom, caucus et circonscription sont les plus récents connus, `memberships` dit ce qu’ils
    étaient et quand."""

    key: str
    """The key: the PersonId as a text. / La clé : le PersonId en texte."""
    person_id: int
    """The House’s PersonId; it stays the same when name, riding or caucus change.
    / Le PersonId de la Chambre; il reste le même quand nom, circonscription ou caucus changent."""
    name: str
    """The latest known name, without honorific. / Le plus récent nom connu, sans titre."""
    honorific: str | None
    """The title in front of the name, as `Hon.`; null where there is none.
    / Le titre devant le nom, comme `L’hon.`; nul s’il n’y en a pas."""
    caucus: str | None
    """The latest known caucus, in Parliament’s words; null where none is known.
    / Le plus récent caucus connu, dans les mots du Parlement; nul si aucun n’est connu."""
    caucus_name: Text
    """The same caucus in both languages. / Le même caucus dans les deux langues."""
    riding: str | None
    """The latest known riding by its English name; null where none is known.
    / La plus récente circonscription connue, par son nom anglais; nul si aucune n’est connue."""
    riding_name: Text
    """The same riding in both languages. / La même circonscription dans les deux langues."""
    province: str | None
    """The latest known province or territory, in Parliament’s words; null where none is known.
    / La plus récente province ou le plus récent territoire connus, dans les mots du Parlement; nul si aucun n’est
    connu."""
    province_name: Text
    """The same in both languages. / La même dans les deux langues."""
    is_sitting: bool
    """Whether the person sits today, by the terms in `memberships`.
    / Si la personne siège aujourd’hui, selon les mandats de `memberships`."""
    other_names: list[str]
    """Other names that Parliament has written for the person.
    / Les autres noms que le Parlement a écrits pour la personne."""
    identifiers: list[Identifier]
    """What other systems call the person. / Les noms de la personne dans d’autres systèmes."""
    offices: list[OfficeOut]
    """Speaker, ministers, parliamentary secretaries, whips, House leaders: as the roles document dates them.
    / Présidence, ministres, secrétaires parlementaires, whips, leaders : aux dates de la fiche des fonctions."""
    memberships: list[Membership]
    """The seats, each with its caucus, oldest first.
    / Les mandats, chacun avec son caucus, du plus ancien au plus récent."""
    revision: Revision
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


class MembershipOut(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open interval `[from_on, to_on)` of Ottawa dates in which a member sat for one riding in one caucus.
    / Un intervalle semi-ouvert `[from_on, to_on)` de dates d’Ottawa où une personne siégeait, dans un caucus."""

    parliament: int
    """The Parliament's number. / Le numéro de la législature."""
    caucus: str | None
    """The caucus as recorded; null for none. / Le caucus tel qu’inscrit; nul s’il n’y en a pas."""
    caucus_name: Text
    """The caucus in both languages. / Le caucus dans les deux langues."""
    riding: str | None
    """The riding as recorded; null where no document names it.
    / La circonscription telle qu’inscrite; nul si aucun document ne la nomme."""
    province: str | None
    """The province or territory as recorded; null where no document names it.
    / La province ou le territoire, tel qu’inscrit; nul si aucun document ne le nomme."""
    province_name: Text
    """The province or territory in both languages. / La province ou le territoire dans les deux langues."""
    from_on: dt.date
    """The first day: of the seat where a document of the House says it, else of the first ballot.
    / Le premier jour : celui du siège si un document de la Chambre le dit, sinon celui du premier vote."""
    to_on: dt.date | None
    """The day after the last one; null while it lasts. / Le lendemain du dernier jour; nul si cela dure."""
    source: str
    """What proves it: `ballots`, documents on `members`, or `both`.
    / Ce qui le prouve : votes (`ballots`), documents (`members`), ou les deux (`both`)."""
    end_source: EndSource | None
    """What gave the end; null while it lasts. `inferred`: the member cast none of the last 60 ballots.
    / Ce qui donne la fin; nul si cela dure. `inferred` : aucun des 60 derniers votes."""


def membership_out(membership: Membership, view: View) -> MembershipOut:
    """The membership as published."""
    return MembershipOut(
        parliament=membership.parliament,
        caucus=membership.caucus,
        caucus_name=caucus_name(membership.caucus, view),
        riding=membership.riding,
        province=membership.province,
        province_name=province_name(membership.province, view),
        from_on=membership.from_on,
        to_on=membership.to_on,
        source=membership.source,
        end_source=membership.end_source,
    )


def as_on(stored: Stored[Member], term: MemberTerm | None) -> Stored[Member]:
    """The member with the caucus, riding and province of one term instead of the latest ones."""
    if term is None:
        return stored
    member = stored.entity
    of_term = msgspec.structs.replace(
        member,
        caucus=term.caucus,
        riding=term.riding,
        riding_fr=member.riding_fr if term.riding == member.riding else None,
        province=term.province,
    )
    return msgspec.structs.replace(stored, entity=of_term)


def _office_out(office: Office, view: View) -> OfficeOut:
    known = OFFICES.get(office.office)
    return OfficeOut(
        office=view.coded(office.office, known.en if known else None, known.fr if known else None),
        title=view.text(office.title_en, office.title_fr),
        in_cabinet=office.in_cabinet,
        from_on=office.from_on,
        to_on=office.to_on,
    )
