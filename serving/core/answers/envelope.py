"""The frame of every answer: `data` with `meta`, lists with `page` and `links`. Field names are the public contract."""

import datetime as dt
from typing import Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from serving.core.answers.texts import Lang, Text
from warehouse.model.entities import Provenance

T = TypeVar("T")


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What the data is, as a whole."""

    watermark: dt.datetime | None
    """When what is shown was recorded here: of an entity its revision, of a list its version."""
    as_of: dt.datetime | None = None
    """Of a past state: when Parliament's document was fetched."""
    known_at: dt.datetime | None = None
    """Of a past state: the instant for which it is what was known here."""
    lang: Lang
    dataset: str | None
    """`live`, `recorded`, or `simulated`: then nothing in it is real; null while there is no data yet."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a list this page is. A cursor is opaque; null at either end."""

    limit: int
    next: str | None
    prev: str | None
    count: int
    """How many entries the whole list has, under these filters."""
    count_kind: Literal["exact"] = "exact"


class PageLinks(msgspec.Struct, frozen=True, kw_only=True, rename={"self_": "self"}):
    """Addresses of this page and the ones around it."""

    self_: str
    first: str
    next: str | None
    prev: str | None


class Links(msgspec.Struct, frozen=True, kw_only=True, rename={"self_": "self"}):
    """Where the entity is here, where Parliament publishes it, and what belongs to it."""

    self_: str
    official: Text | None
    """Parliament's own page; null when the data is simulated."""
    session: str | UnsetType = UNSET
    stages: str | UnsetType = UNSET
    bills: str | UnsetType = UNSET
    votes: str | UnsetType = UNSET
    vote: str | UnsetType = UNSET
    bill: str | UnsetType = UNSET
    member: str | UnsetType = UNSET
    ballots: str | UnsetType = UNSET
    history: str | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    previous: str | UnsetType = UNSET


class One(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A single entity."""

    data: T
    meta: Meta


class DidYouMean(msgspec.Struct, frozen=True, kw_only=True):
    """A change of one parameter with which something is found."""

    param: str
    value: str
    """As it was asked for."""
    nearest: str | None
    """What comes nearest to it; null where the parameter is better left out."""
    text: Text
    address: str
    count: int
    """How many entries are there."""


class Many(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list."""

    data: list[T]
    page: Page
    meta: Meta
    links: PageLinks
    did_you_mean: list[DidYouMean] | UnsetType = UNSET
    """Where nothing was found: what was nearest, and the address to try."""
    note: Text | UnsetType = UNSET
    """Where nothing was found because nothing of the kind is held: that it is so."""


class PersonRef(msgspec.Struct, frozen=True):
    """A person: `person_id` is the House's own id, null where the source names the person only."""

    person_id: int | None
    name: str


__all__ = ["Links", "Many", "Meta", "One", "Page", "PageLinks", "PersonRef", "Provenance"]
