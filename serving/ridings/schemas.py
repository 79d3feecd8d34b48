"""The public shape of a riding."""

import datetime as dt
from urllib.parse import urlencode

import msgspec

from serving.core.answers.code_names import caucus_name, province_name
from serving.core.answers.envelope import PersonRef
from serving.core.answers.links import API
from serving.core.answers.texts import Text, View
from warehouse.model.entities import EndSource
from warehouse.model.read_models.ridings import RidingTerm, RidingTerms, SeatVacancy, TermSource, VacancyEnd, vacancies


class RidingLinks(msgspec.Struct, frozen=True, kw_only=True, rename={"self_": "self"}):
    """Addresses around a riding. / Adresses autour d’une circonscription."""

    self_: str
    """Its address. / Son adresse."""
    members: str
    """The members whose latest known riding has its name.
    / Les membres dont la plus récente circonscription connue porte son nom."""


class RidingTermOut(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the riding in one caucus. / Une personne qui y siégeait, dans un caucus."""

    parliament: int
    """The Parliament's number. / Le numéro de la législature."""
    member: PersonRef
    """The member, by the latest known name. / La personne, par son dernier nom."""
    caucus: str | None
    """The caucus as recorded; null for none. / Le caucus tel qu’inscrit; nul s’il n’y en a pas."""
    caucus_name: Text
    """The caucus in both languages. / Le caucus dans les deux langues."""
    from_on: dt.date
    """The first day: of the seat where `source` has `members`, else of the first ballot.
    / Le premier jour : celui du siège si `source` a `members`, sinon celui du premier vote."""
    to_on: dt.date | None
    """The day after the last one; null while it lasts. / Le lendemain du dernier jour; nul si cela dure."""
    source: TermSource
    """What proves it: ballots, the House’s documents, or both.
    / Ce qui le prouve : votes, documents de la Chambre, ou les deux."""
    end_source: EndSource | None
    """What gave the end; null while it lasts. `inferred`: the member cast none of the last 60 ballots.
    / Ce qui donne la fin; nul si cela dure. `inferred` : aucun des 60 derniers votes."""


class VacancyOut(msgspec.Struct, frozen=True, kw_only=True):
    """An interval in which nobody held the seat. / Un intervalle où personne n’occupait le siège."""

    parliament: int
    """The Parliament's number. / Le numéro de la législature."""
    from_on: dt.date
    """The first day without a member. / Le premier jour sans titulaire."""
    to_on: dt.date | None
    """The first day on which the next member is known; null where none is.
    / Le premier jour où le titulaire suivant est connu; nul s’il ne l’est pas."""
    certain_until: dt.date
    """The last day on which the seat was certainly vacant. From then to `to_on` the next member may have been elected
    and not have voted yet, or not be in what is read.
    / Le dernier jour où le siège était certainement vacant. De là à `to_on`, le titulaire suivant a pu être élu sans
    avoir encore voté, ou être absent de ce qui est lu."""
    from_source: EndSource
    """What gave the end of the last term. / Ce qui donne la fin du dernier mandat."""
    to_source: VacancyEnd | None
    """What gave `to_on`: the House’s documents (`members`), or the first ballot (`ballots`); null where it is.
    / Ce qui donne `to_on` : les documents de la Chambre (`members`), ou le premier vote (`ballots`); nul si
    `to_on` l’est."""


class RidingOut(msgspec.Struct, frozen=True, kw_only=True):
    """A riding under one representation order, with its members and vacancies.
    / Une circonscription selon une ordonnance de représentation, avec ses titulaires et ses vacances."""

    key: str
    """The representation order and the code. The code begins with `p-` and is provisional: it is made of the name,
    because no document that is read gives Elections Canada’s number.
    / L’ordonnance de représentation et le code. Le code commence par `p-` et est provisoire : il vient du nom, car
    aucun document lu ne donne le numéro d’Élections Canada."""
    representation_order: int
    """The year of the order that drew its limits. / L’année de l’ordonnance qui en trace les limites."""
    fed_code: int | None
    """Elections Canada’s number; null: not published in what is read.
    / Le numéro d’Élections Canada; nul : absent de ce qui est lu."""
    provisional: bool
    """Whether the key may change, with a redirect. / Si la clé peut changer, avec une redirection."""
    name: Text
    """The name, as last recorded. / Le nom, tel que dernièrement inscrit."""
    province: str | None
    """The province or territory as recorded; null where no document names it.
    / La province ou le territoire, tel qu’inscrit; nul si aucun document ne le nomme."""
    province_name: Text
    """The province or territory in both languages. / La province ou le territoire dans les deux langues."""
    in_force_from: dt.date
    """The general election with which the order took effect. / L’élection générale qui met l’ordonnance en vigueur."""
    in_force_to: dt.date | None
    """The general election that ended it; null for none yet. / L’élection générale qui y met fin; nul si aucune."""
    as_of: dt.date
    """The day of `member`, `caucus` and `vacant`. / Le jour de `member`, `caucus` et `vacant`."""
    member: PersonRef | None
    """Who sat for it that day; null for nobody known, or for two at once, which is a finding.
    / Qui y siégeait ce jour-là; nul si personne n’est connu, ou si deux le sont, ce qui est un constat."""
    caucus: str | None
    """The member’s caucus that day, as recorded; null for no caucus and for no member.
    / Le caucus du membre ce jour-là, tel qu’inscrit; nul sans caucus ou sans membre."""
    caucus_name: Text
    """That caucus in both languages. / Ce caucus dans les deux langues."""
    vacant: bool | None
    """Whether the seat was vacant that day; null where it is not known.
    / Si le siège était vacant ce jour-là; nul si on l’ignore."""
    terms: list[RidingTermOut]
    """Its members, oldest first, as far as known. / Ses titulaires connus, du plus ancien au plus récent."""
    vacancies: list[VacancyOut]
    """When nobody held the seat, as far as known. / Quand le siège était vacant, autant qu’on sache."""
    links: RidingLinks
    """Addresses around it. / Adresses autour d’elle."""


def riding_out(riding: RidingTerms, on: dt.date, view: View) -> RidingOut:
    """The riding as published, with who held it on a day."""
    holder = riding.holder(on)
    return RidingOut(
        key=riding.key,
        representation_order=riding.representation_order,
        fed_code=None,
        provisional=True,
        name=view.text(riding.name_en, riding.name_fr),
        province=riding.province,
        province_name=province_name(riding.province, view),
        in_force_from=riding.order_from,
        in_force_to=riding.order_to,
        as_of=on,
        member=PersonRef(holder.person_id, holder.name) if holder else None,
        caucus=holder.caucus if holder else None,
        caucus_name=caucus_name(holder.caucus if holder else None, view),
        vacant=riding.is_vacant(on),
        terms=[_term_out(term, view) for term in riding.terms],
        vacancies=[_vacancy_out(vacancy) for vacancy in vacancies(riding.terms)],
        links=RidingLinks(
            self_=f"{API}/ridings/{riding.key}",
            members=f"{API}/members?{urlencode({'riding': riding.name_en})}",
        ),
    )


def _term_out(term: RidingTerm, view: View) -> RidingTermOut:
    return RidingTermOut(
        parliament=term.parliament,
        member=PersonRef(term.person_id, term.name),
        caucus=term.caucus,
        caucus_name=caucus_name(term.caucus, view),
        from_on=term.from_on,
        to_on=term.to_on,
        source=term.source,
        end_source=term.end_source,
    )


def _vacancy_out(vacancy: SeatVacancy) -> VacancyOut:
    return VacancyOut(
        parliament=vacancy.parliament,
        from_on=vacancy.from_on,
        to_on=vacancy.to_on,
        certain_until=vacancy.certain_until,
        from_source=vacancy.from_source,
        to_source=vacancy.to_source,
    )
