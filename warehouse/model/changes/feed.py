"""The change feed: positions in all change logs, filters, and the changes found."""

import datetime as dt

import msgspec

from warehouse.model.changes.corrections import Operation
from warehouse.model.changes.differences import Difference
from warehouse.model.entities import Provenance
from warehouse.model.kinds import EntityType


class LogPlace(msgspec.Struct, frozen=True, array_like=True):
    """A position in one log: everything up to this transaction and sequence has been read."""

    identity: str
    """The identity of the database. If it was replaced or restored, the position has no meaning and reading starts
    again."""
    xid: int
    seq: int


Places = tuple[LogPlace, ...]
"""One for each log, the catalog's first."""


class ChangeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filters of changes; None means all."""

    types: tuple[str, ...] | None = None
    keys: tuple[str, ...] | None = None
    sessions: tuple[str, ...] | None = None
    chambers: tuple[str, ...] | None = None
    ops: tuple[Operation, ...] | None = None


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one entity."""

    log: str
    seq: int
    """Its number in the log, increasing with gaps, and not in the order of the feed."""
    entity: EntityType
    key: str
    revision: int
    op: Operation
    changed: list[str]
    differences: list[Difference]
    corrected: list[Difference]
    """The differences by which Parliament corrected what it had published."""
    reason: str | None
    """The editor's reason for the change; None if Parliament made it."""
    valid_at: dt.datetime | None
    """When it happened in Parliament, if that is an instant: for a vote, when it was held."""
    provenance: Provenance
    recorded_at: dt.datetime
    places: Places
    """The positions in all logs after this change."""


class Batch(msgspec.Struct, frozen=True):
    """Changes, the positions in all logs after them, and whether there are more already."""

    items: list[FeedItem]
    places: Places
    more: bool
