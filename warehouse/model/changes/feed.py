"""The change feed: places in all change logs at once, what of them is wanted, and the changes found."""

import datetime as dt

import msgspec

from warehouse.model.changes.corrections import Operation
from warehouse.model.changes.differences import Difference
from warehouse.model.entities import Provenance
from warehouse.model.kinds import EntityType


class Place(msgspec.Struct, frozen=True, array_like=True):
    """How far one log has been read: everything up to this transaction and sequence."""

    identity: str
    """Of the database. A place in one that was replaced or restored means nothing, and reading begins anew."""
    xid: int
    seq: int


Places = tuple[Place, ...]
"""One for each log, the catalog's first."""


class ChangeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which changes are wanted; None is all."""

    types: tuple[str, ...] | None = None
    keys: tuple[str, ...] | None = None
    sessions: tuple[str, ...] | None = None
    chambers: tuple[str, ...] | None = None
    ops: tuple[Operation, ...] | None = None


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one entity."""

    log: str
    seq: int
    """Its number in the log: it grows, with gaps, and not in the order of the feed."""
    entity: EntityType
    key: str
    revision: int
    op: Operation
    changed: list[str]
    differences: list[Difference]
    corrected: list[Difference]
    """Those of the differences by which Parliament changed what it had published."""
    reason: str | None
    """Why an editor made the change; None where Parliament did."""
    valid_at: dt.datetime | None
    """When it happened in Parliament, where that is an instant: of a vote when it was held."""
    provenance: Provenance
    recorded_at: dt.datetime
    places: Places
    """How far every log has been read with this change."""


class Batch(msgspec.Struct, frozen=True):
    """Changes, how far every log has been read with all of them, and whether more are there already."""

    items: list[FeedItem]
    places: Places
    more: bool
