"""What is searched and how it is asked: documents, the parsed query, requests and results. Says nothing of an engine.

Texts are `_en` and `_fr`, null while Parliament has not published them. `_on` is a day in Ottawa.
"""

import datetime as dt
from typing import Literal

import msgspec

from warehouse.model.keys import Chamber

SearchedEntity = Literal["bill", "vote", "member"]
FacetName = Literal["type", "session", "party", "chamber", "status", "year"]
FilterField = Literal[
    "entity", "type", "session", "party", "sponsor", "chamber", "status", "result", "province", "year", "date"
]
Sort = Literal["relevance", "newest", "oldest"]
IndexVersion = tuple[int, ...]
"""Equal as long as every search is answered alike."""

MAX_WINDOW = 10_000
"""How deep a result can be paged: `offset + limit` is at most this."""
FACETS: tuple[FacetName, ...] = ("type", "session", "party", "chamber", "status", "year")


class SearchDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One bill, vote or member as the index holds it."""

    entity: SearchedEntity
    key: str
    revision: int
    order: int
    """Newest first among equals: `parliament * 100 + session`; of a member the last Parliament, `parliament * 100`."""
    session: str | None = None
    chamber: Chamber | None = None
    type: str | None = None
    """A bill's type."""
    party: str | None = None
    """A member's latest caucus. A vote has as many as there are members, and a bill has none."""
    province: str | None = None
    status: str | None = None
    result: str | None = None
    sponsor_person_id: int | None = None
    bill: str | None = None
    """`C-21`: of a bill its own number, of a vote the number of the bill it was about."""
    number: int | None = None
    """A vote's number."""
    person_id: int | None = None
    is_sitting: bool = False
    date: dt.date | None = None
    """Of a bill its latest activity, or its introduction; of a vote its day; of a member the start of the last seat."""
    title_en: str | None = None
    """A bill's title, a vote's subject, a member's name."""
    title_fr: str | None = None
    short_title_en: str | None = None
    short_title_fr: str | None = None
    summary_en: str | None = None
    summary_fr: str | None = None
    """Of a bill."""
    other_names: tuple[str, ...] = ()
    riding_en: str | None = None
    riding_fr: str | None = None
    status_en: str | None = None
    """A bill's status, a vote's result, in words."""
    status_fr: str | None = None
    sponsor_en: str | None = None
    sponsor_fr: str | None = None

    @property
    def id(self) -> str:
        """One text a document: `bill:45-1/C-3`."""
        return f"{self.entity}:{self.key}"

    @property
    def year(self) -> int | None:
        """The year of `date`."""
        return None if self.date is None else self.date.year


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What is no longer to be found; its revision is kept, so that a late older document does not bring it back."""

    entity: SearchedEntity
    key: str
    revision: int

    @property
    def id(self) -> str:
        """The id of the document it removes."""
        return f"{self.entity}:{self.key}"


SearchRow = SearchDocument | Removed


class Word(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A word as typed. `position` of every node is where it begins in the query, counted in characters from 0."""

    text: str
    position: int
    negated: bool = False


class Phrase(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Words that follow one another, `"like this"`."""

    text: str
    position: int
    negated: bool = False


class BillReference(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A bill by its number in any spelling (`C21`, `Bill c-21`, `21`), of one session (`45-1/C-3`) or of any."""

    number: str
    """Canonical: `C-21`."""
    or_number: str | None = None
    """The Senate's bill of that number, where only digits were typed."""
    position: int
    session: str | None = None
    negated: bool = False


class Filter(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """`field:value`. Filters of one field that are not negated are alternatives; different fields all have to hold."""

    field: FilterField
    value: str
    """A code; of a sponsor a name as typed, of a year its digits, of a session its key; empty for a date."""
    position: int
    from_on: dt.date | None = None
    """First day of a date range; null: open."""
    to_on: dt.date | None = None
    """Last day of a date range, part of it; null: open."""
    negated: bool = False


Node = Word | Phrase | BillReference | Filter


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A query, understood. No node: everything is found."""

    text: str
    nodes: tuple[Node, ...] = ()


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One page of what a query finds."""

    query: Query
    lang: Literal["en", "fr"] = "en"
    """Which language's texts are highlighted where both were hit; both are always searched."""
    filters: tuple[Filter, ...] = ()
    """Beside those in the query, with the same meaning."""
    sort: Sort = "relevance"
    limit: int = 20
    offset: int = 0
    facets: tuple[FacetName, ...] = ()
    highlight: bool = False


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One document found."""

    document: SearchDocument
    score: float | None
    """Comparable within one result only; null where the order is by date."""
    highlights: dict[str, str] = {}
    """By the document's field: HTML in which everything is escaped and nothing but `<mark>` is markup."""


class FacetCount(msgspec.Struct, frozen=True):
    """How many of all hits have a value."""

    value: str
    count: int


class SearchResult(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits. Total and facet counts are exact."""

    total: int
    hits: tuple[Hit, ...]
    facets: dict[FacetName, tuple[FacetCount, ...]] = {}
    """Most frequent value first; sessions and years newest first."""


SuggestionKind = Literal["member", "riding", "bill"]


class SuggestRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of a name, a riding, a bill's number or title, in either language."""

    text: str
    kinds: tuple[SuggestionKind, ...] = ("member", "riding", "bill")
    limit: int = 10


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """One completion. A riding has the key of the member it was last known with."""

    kind: SuggestionKind
    key: str
    text_en: str
    text_fr: str
