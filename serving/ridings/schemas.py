"""The public shape of a riding."""

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode

import msgspec

from serving.core.answers.code_names import caucus_name, province_name
from serving.core.answers.envelope import PersonRef
from serving.core.answers.links import API
from serving.core.answers.texts import Text, View, described
from warehouse.model.entities import EndSource
from warehouse.model.read_models.ridings import RidingTerm, RidingTerms, SeatVacancy, TermSource, VacancyEnd, vacancies


class RidingLinks(msgspec.Struct, frozen=True, kw_only=True, rename={"self_": "self"}):
    """Where the riding is here, and who sits for it."""

    self_: str
    members: str


class RidingTermOut(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the riding in one caucus."""

    parliament: Annotated[int, described("The Parliament's number.", "Le numéro de la législature.")]
    member: Annotated[
        PersonRef, described("The member, by the latest known name.", "La personne, par son dernier nom.")
    ]
    caucus: Annotated[
        str | None,
        described("The caucus as recorded; null for none.", "Le caucus tel qu’inscrit; null s’il n’y en a pas."),
    ]
    caucus_name: Annotated[Text, described("The caucus in both languages.", "Le caucus dans les deux langues.")]
    from_on: Annotated[
        dt.date,
        described(
            "The first day: of the seat where `source` has `members`, else of the first ballot.",
            "Le premier jour\u00a0: celui du siège si `source` a `members`, sinon celui du premier vote.",
        ),
    ]
    to_on: Annotated[
        dt.date | None,
        described(
            "The day after the last one; null while it lasts.", "Le lendemain du dernier jour; null si cela dure."
        ),
    ]
    source: Annotated[
        TermSource,
        described(
            "What proves it: ballots, the House’s documents, or both.",
            "Ce qui le prouve\u00a0: votes, documents de la Chambre, ou les deux.",
        ),
    ]
    end_source: Annotated[
        EndSource | None,
        described(
            "What gave the end; null while it lasts. `inferred`: the member cast none of the last 60 ballots.",
            "Ce qui donne la fin; null si cela dure. `inferred`\u00a0: aucun des 60 derniers votes.",
        ),
    ]


class VacancyOut(msgspec.Struct, frozen=True, kw_only=True):
    """An interval in which nobody held the seat."""

    parliament: Annotated[int, described("The Parliament's number.", "Le numéro de la législature.")]
    from_on: Annotated[dt.date, described("The first day without a member.", "Le premier jour sans titulaire.")]
    to_on: Annotated[
        dt.date | None,
        described(
            "The first day on which the next member is known; null where none is.",
            "Le premier jour où le titulaire suivant est connu; null s’il ne l’est pas.",
        ),
    ]
    certain_until: Annotated[
        dt.date,
        described(
            "The last day on which the seat was certainly vacant. From then to `to_on` the next member may have been "
            "elected and not have voted yet, or not be in what is read.",
            "Le dernier jour où le siège était certainement vacant. De là à `to_on`, le titulaire suivant a pu être "
            "élu "
            "sans avoir encore voté, ou être absent de ce qui est lu.",
        ),
    ]
    from_source: Annotated[
        EndSource, described("What gave the end of the last term.", "Ce qui donne la fin du dernier mandat.")
    ]
    to_source: Annotated[
        VacancyEnd | None,
        described(
            "What gave `to_on`: the House’s documents (`members`), or the first ballot (`ballots`).",
            "Ce qui donne `to_on`\u00a0: les documents de la Chambre (`members`), ou le premier vote (`ballots`).",
        ),
    ]


class RidingOut(msgspec.Struct, frozen=True, kw_only=True):
    """A riding under one representation order, with its members and vacancies."""

    key: Annotated[
        str,
        described(
            "The representation order and the code. The code begins with `p-` and is provisional: it is made of the "
            "name, "
            "because no document that is read gives Elections Canada’s number.",
            "L’ordonnance de représentation et le code. Le code commence par `p-` et est provisoire\u00a0: il vient "
            "du nom, "
            "car aucun document lu ne donne le numéro d’Élections Canada.",
        ),
    ]
    representation_order: Annotated[
        int,
        described("The year of the order that drew its limits.", "L’année de l’ordonnance qui en trace les limites."),
    ]
    fed_code: Annotated[
        int | None,
        described(
            "Elections Canada’s number; null: not published in what is read.",
            "Le numéro d’Élections Canada; null\u00a0: absent de ce qui est lu.",
        ),
    ]
    provisional: Annotated[
        bool, described("Whether the key may change, with a redirect.", "Si la clé peut changer, avec une redirection.")
    ]
    name: Annotated[Text, described("The name, as last recorded.", "Le nom, tel que dernièrement inscrit.")]
    province: Annotated[
        str | None, described("The province or territory as recorded.", "La province ou le territoire, tel qu’inscrit.")
    ]
    province_name: Annotated[
        Text,
        described(
            "The province or territory in both languages.", "La province ou le territoire dans les deux langues."
        ),
    ]
    in_force_from: Annotated[
        dt.date,
        described(
            "The general election with which the order took effect.",
            "L’élection générale qui met l’ordonnance en vigueur.",
        ),
    ]
    in_force_to: Annotated[
        dt.date | None,
        described(
            "The general election that ended it; null for none yet.",
            "L’élection générale qui y met fin; null si aucune.",
        ),
    ]
    as_of: Annotated[
        dt.date,
        described("The day of `member`, `caucus` and `vacant`.", "Le jour de `member`, `caucus` et `vacant`."),
    ]
    member: Annotated[
        PersonRef | None,
        described(
            "Who sat for it that day; null for nobody known, or for two at once, which is a finding.",
            "Qui y siégeait ce jour-là; null si personne n’est connu, ou si deux le sont, ce qui est un constat.",
        ),
    ]
    caucus: Annotated[
        str | None,
        described("The member’s caucus that day, as recorded.", "Le caucus du membre ce jour-là, tel qu’inscrit."),
    ]
    caucus_name: Annotated[Text, described("That caucus in both languages.", "Ce caucus dans les deux langues.")]
    vacant: Annotated[
        bool | None,
        described(
            "Whether the seat was vacant that day; null where it is not known.",
            "Si le siège était vacant ce jour-là; null si on l’ignore.",
        ),
    ]
    terms: Annotated[
        list[RidingTermOut],
        described(
            "Its members, oldest first, as far as known.", "Ses titulaires connus, du plus ancien au plus récent."
        ),
    ]
    vacancies: Annotated[
        list[VacancyOut],
        described("When nobody held the seat, as far as known.", "Quand le siège était vacant, autant qu’on sache."),
    ]
    links: RidingLinks


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
