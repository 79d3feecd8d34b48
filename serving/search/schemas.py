"""The public shape of hits, facets and suggestions."""

import datetime as dt

import msgspec
from msgspec import UNSET, UnsetType

from serving.core.answers.code_names import YeaMeans, yea_means
from serving.core.answers.envelope import DidYouMean, Links, Meta, PageLinks, PersonRef, Revision
from serving.core.answers.links import API, address_of, bill_page, member_page, vote_page
from serving.core.answers.texts import Coded, Text, View
from warehouse.model.keys import Chamber
from warehouse.model.read_models.search import (
    FacetCount,
    FacetName,
    Hit,
    SearchDocument,
    SearchedEntity,
    SearchResult,
    Suggestion,
    SuggestionKind,
)
from warehouse.model.vocabulary.codes import BILL_STATUSES, CAUCUSES, CHAMBERS, CodeList
from warehouse.model.vocabulary.motions import kind_of


class HitOut(msgspec.Struct, frozen=True, kw_only=True):
    """One bill, vote or member that was found. / Un projet de loi, un vote ou une personne trouvés."""

    type: SearchedEntity
    """The kind of entity. / Le genre d’objet."""
    key: str
    """Its key. / Sa clé."""
    title: Text
    """A bill’s title, a vote’s subject, a member’s name.
    / Le titre d’un projet de loi, l’objet d’un vote, le nom d’une personne."""
    short_title: Text | None
    """The short title of a bill; null where it has none, and for votes and members.
    / Le titre abrégé d’un projet de loi; nul s’il n’en a pas, et pour les votes et les personnes."""
    session: str | None
    """The session; null for members. / La session; nul pour les personnes."""
    chamber: Chamber | None
    """The chamber; null for members. / La chambre; nul pour les personnes."""
    date: dt.date | None
    """For a bill its latest activity, for a vote its sitting day, for a member the start of the last seat; null where
    it is not known.
    / Pour un projet de loi sa dernière activité, pour un vote son jour de séance, pour une personne le début du dernier
    mandat; nul si elle n’est pas connue."""
    status: Coded | None
    """The status of a bill, as a code of `bill-statuses`; null for votes and members, and where it is not known.
    / L’état d’un projet de loi, un code de `bill-statuses`; nul pour les votes et les personnes, et s’il n’est pas
    connu."""
    result: Coded | None
    """The result of a vote, as a code of `results`; null for bills and members.
    / Le résultat d’un vote, un code de `results`; nul pour les projets de loi et les personnes."""
    yea_means: YeaMeans | None
    """What a yea adopts or rejects; null for bills and members.
    / Ce qu’un pour adopte ou rejette; nul pour les projets de loi et les personnes."""
    bill: str | None
    """The number of the bill, or of the bill that was voted on; null where there is none.
    / Le numéro du projet de loi, ou de celui mis aux voix; nul s’il n’y en a pas."""
    bill_type: str | None
    """The kind of bill, as a code of `bill-types`; null for votes and members, and where it is not known.
    / Le genre de projet de loi, un code de `bill-types`; nul pour les votes et les personnes, et s’il n’est pas
    connu."""
    sponsor: PersonRef | None
    """Who sponsors the bill; null for votes and members, and where nobody is named.
    / Qui parraine le projet de loi; nul pour les votes et les personnes, et si personne n’est nommé."""
    caucus: Coded | None
    """The latest known caucus of a member, as a code of `caucuses`; null for bills and votes, and where none is known.
    / Le plus récent caucus connu d’une personne, un code de `caucuses`; nul pour les projets de loi et les votes, et si
    aucun n’est connu."""
    riding: Text | None
    """The latest known riding of a member; null for bills and votes, and where none is known.
    / La plus récente circonscription connue d’une personne; nul pour les projets de loi et les votes, et si aucune
    n’est connue."""
    province: str | None
    """The province or territory of a member, as a code of `provinces`; null for bills and votes, and where none is
    known.
    / La province ou le territoire d’une personne, un code de `provinces`; nul pour les projets de loi et les votes, et
    si rien n’est connu."""
    is_sitting: bool | None
    """Whether the member sits today; null for bills and votes.
    / Si la personne siège aujourd’hui; nul pour les projets de loi et les votes."""
    score: float | None
    """How well it fits, comparable within one answer only; null where hits are sorted by date.
    / À quel point il convient, comparable dans une même réponse seulement; nul si les résultats sont triés par date."""
    highlights: dict[str, str]
    """What was found of each text, by field: HTML in which everything is escaped, and `<mark>` the only markup.
    / Ce qui a été trouvé de chaque texte, par champ : du HTML où tout est échappé, avec `<mark>` pour seule balise."""
    revision: Revision
    links: Links


class FacetOut(msgspec.Struct, frozen=True, kw_only=True):
    """How many of all hits have a value. / Combien de tous les résultats ont une valeur."""

    value: str
    """The value, as the filter takes it. / La valeur, telle que le filtre la prend."""
    name: Text
    """Its name. / Son nom."""
    count: int
    """How many hits have it. / Combien de résultats l’ont."""


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where among all hits this page is. / Où cette page se trouve parmi tous les résultats."""

    limit: int
    """How many hits a page has at most. / Combien de résultats une page a au plus."""
    offset: int
    """How many hits come before this page. / Combien de résultats précèdent cette page."""
    count: int
    """How many hits there are in all, exactly. / Combien de résultats il y a en tout, exactement."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits. / Une page de résultats."""

    data: list[HitOut]
    """The hits, in the order of `sort`. / Les résultats, dans l’ordre de `sort`."""
    facets: dict[FacetName, list[FacetOut]]
    """What all hits were counted by, as asked for with `facets`; empty where that was not asked.
    / Ce selon quoi tous les résultats ont été comptés, comme demandé avec `facets`; vide sinon."""
    page: SearchPage
    meta: Meta
    links: PageLinks
    did_you_mean: list[DidYouMean] | UnsetType = UNSET
    """Only where nothing was found: the nearest that would be, each with its address.
    / Seulement quand rien n’est trouvé : ce qui s’en approche le plus, avec l’adresse."""


class SuggestionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One completion. A riding links to the member who was last known to sit for it.
    / Une proposition. Une circonscription renvoie à la dernière personne connue qui y siège."""

    type: SuggestionKind
    """What is suggested. / Ce qui est proposé."""
    key: str
    """The key of what it links to. / La clé de ce à quoi elle renvoie."""
    text: Text
    """The text to show. / Le texte à montrer."""
    links: Links


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """Completions of a beginning. / Les propositions pour un début."""

    data: list[SuggestionOut]
    """The completions, best first. / Les propositions, la meilleure d’abord."""
    meta: Meta


def hits_out(result: SearchResult, view: View) -> list[HitOut]:
    """The hits as published."""
    return [_hit_out(hit, view) for hit in result.hits]


def facets_out(result: SearchResult, view: View) -> dict[FacetName, list[FacetOut]]:
    """The facets as published, each value with its name."""
    return {name: [_facet_out(name, each, view) for each in counts] for name, counts in result.facets.items()}


def suggestion_out(found: Suggestion, view: View) -> SuggestionOut:
    """A suggestion as published."""
    here = f"{API}/bills/{found.key}" if found.kind == "bill" else f"{API}/members/{found.key}"
    return SuggestionOut(
        type=found.kind,
        key=found.key,
        text=view.text(found.text_en, found.text_fr),
        links=Links(self_=here, official=None),
    )


def _hit_out(hit: Hit, view: View) -> HitOut:
    document = hit.document
    is_bill, is_vote, is_member = (document.entity == kind for kind in ("bill", "vote", "member"))
    status = view.coded(document.status or document.result, document.status_en, document.status_fr)
    has_short_title = document.short_title_en or document.short_title_fr
    sponsor = view.person(document.sponsor_en, document.sponsor_fr)
    return HitOut(
        type=document.entity,
        key=document.key,
        title=view.text(document.title_en, document.title_fr),
        short_title=view.text(document.short_title_en, document.short_title_fr) if has_short_title else None,
        session=document.session,
        chamber=document.chamber,
        date=document.date,
        status=status if is_bill and document.status else None,
        result=status if is_vote else None,
        yea_means=yea_means(kind_of(document.title_en), view) if is_vote else None,
        bill=document.bill,
        bill_type=document.type,
        sponsor=PersonRef(document.sponsor_person_id, sponsor) if sponsor else None,
        caucus=_coded(CAUCUSES, document.party, view) if document.party else None,
        riding=view.text(document.riding_en, document.riding_fr) if document.riding_en else None,
        province=document.province,
        is_sitting=document.is_sitting if is_member else None,
        score=None if hit.score is None else round(hit.score, 3),
        highlights=hit.highlights,
        revision=document.revision,
        links=_links(document, view),
    )


def _links(document: SearchDocument, view: View) -> Links:
    here = address_of(document.entity, document.key)
    if document.entity == "bill":
        page = bill_page(document.session or "", document.bill or "")
    elif document.entity == "vote":
        page = vote_page(document.session or "", document.number or 0)
    else:
        page = member_page(document.person_id or 0)
    return Links(self_=here, official=view.official(page))


def _coded(codes: CodeList, code: str, view: View) -> Coded:
    known = codes.get(code)
    return view.coded(code, known.en if known else None, known.fr if known else None)


_KINDS = {
    "bill": ("Bills", "Projets de loi"),
    "vote": ("Votes", "Votes"),
    "member": ("Members", "Députées et députés"),
}
_NAMED: dict[FacetName, CodeList] = {"party": CAUCUSES, "chamber": CHAMBERS, "status": BILL_STATUSES}


def _facet_out(name: FacetName, counted: FacetCount, view: View) -> FacetOut:
    en = fr = counted.value
    if name == "type":
        en, fr = _KINDS[counted.value]
    elif (code := _NAMED[name].get(counted.value) if name in _NAMED else None) is not None:
        en, fr = code.en, code.fr or code.en
    return FacetOut(value=counted.value, name=view.text(en, fr), count=counted.count)
