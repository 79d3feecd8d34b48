"""Change events: the content of one row of the change log."""

import datetime as dt

import msgspec

from warehouse.model.entities import OverrideRef
from warehouse.model.kinds import EntityType


class Position(msgspec.Struct, frozen=True, order=True):
    """How far a log has been read: the transaction, then the sequence within it."""

    xid: int = 0
    seq: int = 0


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change: the entity's full new state and the document it came from. Instants are UTC."""

    position: Position
    entity: EntityType
    key: str
    revision: int
    op: str
    """`created`, `updated` or `withdrawn`: then the state is the last one there was."""
    changed: list[str]
    state: str
    """JSON. Votes are read without ballots for projections that do not need them."""
    source: str
    source_url: str
    document_sha256: str
    fetched_at: dt.datetime
    recorded_at: dt.datetime
    overrides: tuple[OverrideRef, ...] = ()
    reason: str | None = None
    """The editor's reason for the change; None if it comes from a document of Parliament."""
