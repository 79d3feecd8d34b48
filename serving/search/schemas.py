"""The public shape of hits, facets and suggestions."""

import datetime as dt

import msgspec
from msgspec import UNSET, UnsetType

from serving.core.answers.code_names import YeaMeans, yea_means
from serving.core.answers.envelope import DidYouMean, Links, Meta, PageLinks, PersonRef
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
    """One bill, vote or member found."""

    type: SearchedEntity
    key: str
    title: Text
    """A bill's title, a vote's subject, a member's name."""
    short_title: Text | None
    session: str | None
    chamber: Chamber | None
    date: dt.date | None
    """Of a bill its latest activity, of a vote its day, of a member the start of the last seat."""
    status: Coded | None
    """Of a bill."""
    result: Coded | None
    """Of a vote."""
    yea_means: YeaMeans | None
    """Of a vote."""
    bill: str | None
    """The number of the bill, or of the bill that was voted on."""
    bill_type: str | None
    sponsor: PersonRef | None
    caucus: Coded | None
    riding: Text | None
    province: str | None
    is_sitting: bool | None
    score: float | None
    """Comparable within one answer only."""
    highlights: dict[str, str]
    """What of a text was searched for: HTML in which everything is escaped, and `<mark>` the only markup."""
    revision: int
    links: Links


class FacetOut(msgspec.Struct, frozen=True, kw_only=True):
    """How many of all hits have a value."""

    value: str
    name: Text
    count: int


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where among all hits this page is."""

    limit: int
    offset: int
    count: int
    """How many hits there are in all, exactly."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits."""

    data: list[HitOut]
    facets: dict[FacetName, list[FacetOut]]
    page: SearchPage
    meta: Meta
    links: PageLinks
    did_you_mean: list[DidYouMean] | UnsetType = UNSET
    """Where nothing was found: what was nearest, and the address to try."""


class SuggestionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One completion. A riding links to the member who was last known to sit for it."""

    type: SuggestionKind
    key: str
    text: Text
    links: Links


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """Completions, best first."""

    data: list[SuggestionOut]
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
