"""The public shape of a change."""

import datetime as dt
import uuid

import msgspec

from serving.core.answers.envelope import Links, Meta, PageLinks, Provenance
from serving.core.answers.links import address_of
from warehouse.model.changes.corrections import Operation
from warehouse.model.changes.differences import Difference
from warehouse.model.changes.envelope import event_id
from warehouse.model.changes.feed import FeedItem
from warehouse.model.kinds import EntityType


class ChangeOut(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one entity."""

    id: uuid.UUID
    """The same each time this change is delivered."""
    log: str
    seq: int
    """Its number in its log, where it grows from one change of an entity to the next; an entity may change its log."""
    type: EntityType
    key: str
    version: int
    op: Operation
    """`corrected`: Parliament changed what it had already published. `withdrawn`: it is no longer served as it is now;
    its past is, and a later `updated` brings it back."""
    cause: Provenance
    """The document it was read from."""
    reason: str | None
    """Why an editor made this change; null where Parliament did."""
    valid_at: dt.datetime | None
    """Of a vote when it was held; null where it is not an instant."""
    recorded_at: dt.datetime
    changed: list[str]
    diff: list[Difference]
    """Path, old and new value; empty for `created`, whose state is the entity at version 1."""
    links: Links


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the feed this page ends. A page may be short or empty though `more` is true."""

    limit: int
    next: str
    """The cursor to go on with; never null: a feed has no end."""
    more: bool


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the feed."""

    data: list[ChangeOut]
    page: FeedPage
    meta: Meta
    links: PageLinks


class CorrectionOut(msgspec.Struct, frozen=True, kw_only=True):
    """What Parliament changed of its own record after publishing it."""

    id: uuid.UUID
    """The same as the change's in the feed."""
    type: EntityType
    key: str
    version: int
    """The revision with the new values; the one before has the old ones."""
    cause: Provenance
    """The document with the new values."""
    valid_at: dt.datetime | None
    recorded_at: dt.datetime
    corrections: list[Difference]
    """Path, old and new value of what had been published and was changed."""
    links: Links


class CorrectionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the register this page ends."""

    limit: int
    next: str | None


class Corrections(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the register of corrections, newest first."""

    data: list[CorrectionOut]
    page: CorrectionPage
    meta: Meta
    links: PageLinks


def correction_out(item: FeedItem) -> CorrectionOut:
    """The correction as published."""
    here = address_of(item.entity, item.key)
    links = Links(
        self_=here,
        official=None,
        history=f"{here}/history",
        revision=f"{here}@v{item.revision}",
        previous=f"{here}@v{item.revision - 1}",
    )
    return CorrectionOut(
        id=event_id(item.log, item.seq),
        type=item.entity,
        key=item.key,
        version=item.revision,
        cause=item.provenance,
        valid_at=item.valid_at,
        recorded_at=item.recorded_at,
        corrections=item.corrected,
        links=links,
    )


def change_out(item: FeedItem) -> ChangeOut:
    """The change as published."""
    here = address_of(item.entity, item.key)
    return ChangeOut(
        id=event_id(item.log, item.seq),
        log=item.log,
        seq=item.seq,
        type=item.entity,
        key=item.key,
        version=item.revision,
        op=item.op,
        cause=item.provenance,
        reason=item.reason,
        valid_at=item.valid_at,
        recorded_at=item.recorded_at,
        changed=item.changed,
        diff=item.differences,
        links=Links(self_=here, official=None, history=f"{here}/history", revision=f"{here}@v{item.revision}"),
    )
