"""The event as it is sent: what changed, the entity's full new state, and its provenance.

Readers ignore unknown fields and refuse unknown versions. JSON Schemas are generated from these structs into
`warehouse/model/schemas`. Every event that was ever sent must stay decodable.
"""

import datetime as dt
import uuid
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from warehouse.model.changes.events import LogEntry, Position
from warehouse.model.changes.topics import MAX_EVENT_BYTES
from warehouse.model.entities import OverrideRef
from warehouse.model.keys import NAMESPACE
from warehouse.model.kinds import BULKY, KINDS, EntityType, Kind
from warehouse.runtime.errors import BadEvent

VERSION = 1
OPERATIONS = ("created", "updated", "withdrawn")

State = TypeVar("State")
Instant = Annotated[dt.datetime, msgspec.Meta(tz=True)]
Natural = Annotated[int, msgspec.Meta(ge=1)]

_FUTURE = dt.timedelta(hours=1)
"""How far the clock of a relay may be ahead of the broker's."""


class Data(msgspec.Struct, Generic[State], frozen=True, kw_only=True):
    """What changed. Revisions of an entity are 1, 2, 3 … without a gap."""

    entity: str
    key: str
    revision: Natural
    changed: tuple[str, ...]
    """The names of the fields of `state` that differ from the previous revision; empty for the first."""
    state: State
    """The whole entity after the change, votes with every ballot; for a withdrawn entity its last state."""
    reason: str | None = None
    """The editor's reason for the change; null if it comes from a document of Parliament."""


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event comes from."""

    version: int
    """The version of this envelope and its state; raised if an old reader would misread it."""
    source: str
    source_url: str
    document_sha256: str
    fetched_at: Instant
    overrides: tuple[OverrideRef, ...] = ()
    """The editors' corrections in the state, each with its field."""
    log: str
    """The change log it is from: `catalog`, `shard_0` …; transaction and sequence are its position there."""
    transaction: int
    sequence: Natural
    trace_id: str | None = None
    """32 hexadecimal digits, the same for all events caused by one document."""


class Event(msgspec.Struct, Generic[State], frozen=True, kw_only=True):
    """One change of one entity."""

    event_id: uuid.UUID
    """UUIDv5 of log and sequence: an event that is sent twice has the same id."""
    event_type: str
    """`bill.updated.v1`: entity, what happened, version."""
    timestamp: Instant
    """When the change was recorded, in UTC."""
    data: Data[State]
    metadata: Metadata


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is in a topic, with any content. `received_at` is by the broker's clock."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    received_at: dt.datetime
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def place(self) -> str:
        """`bill.events/3/1234`: topic, partition, offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def event_type(entity: str, operation: str) -> str:
    """`bill.updated.v1`."""
    return f"{entity}.{operation}.v{VERSION}"


EVENT_TYPES = tuple(event_type(entity, operation) for entity in KINDS for operation in OPERATIONS)


def event_id(log: str, sequence: int) -> uuid.UUID:
    """The id of the event of one row of one change log."""
    return uuid.uuid5(NAMESPACE, f"event|{log}|{sequence}")


def encode(entry: LogEntry, log: str) -> bytes:
    """The event of one change. `entry.state` must be the whole state, for votes with the ballots."""
    event = Event(
        event_id=event_id(log, entry.position.seq),
        event_type=event_type(entry.entity, entry.op),
        timestamp=entry.recorded_at,
        data=Data(
            entity=entry.entity,
            key=entry.key,
            revision=entry.revision,
            changed=tuple(entry.changed),
            state=msgspec.Raw(entry.state.encode()),
            reason=entry.reason,
        ),
        metadata=Metadata(
            version=VERSION,
            source=entry.source,
            source_url=entry.source_url,
            document_sha256=entry.document_sha256,
            fetched_at=entry.fetched_at,
            overrides=entry.overrides,
            log=log,
            transaction=entry.position.xid,
            sequence=entry.position.seq,
            trace_id=entry.document_sha256[:32],
        ),
    )
    return msgspec.json.encode(event)


_DECODER = msgspec.json.Decoder(Event[msgspec.Raw])
_STATES: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(kind.struct) for name, kind in KINDS.items()
}


def decode(message: Message, *, whole: bool = False) -> LogEntry:
    """The change described by a message. The state of a vote has its ballots, which are always checked, only if `whole`
    is set.

    Raises:
        BadEvent: the message can never be processed; the text says why.
    """
    if message.value is None or message.key is None:
        raise BadEvent("The message has no key." if message.key is None else "The message has no value.")
    if len(message.value) > MAX_EVENT_BYTES:
        raise BadEvent(f"The message has {len(message.value)} bytes; an event has at most {MAX_EVENT_BYTES}.")
    try:
        event = _DECODER.decode(message.value)
        entity, operation = _kind(event)
        state = _STATES[entity].decode(event.data.state)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadEvent(f"The message is no event: {error}.") from error
    if not state.key == event.data.key == message.key.decode(errors="replace"):
        raise BadEvent("The keys of message, event and state differ.")
    if event.timestamp > message.received_at + _FUTURE:
        raise BadEvent(f"The event is dated {event.timestamp.isoformat()}, after it was received.")
    return _entry(event, entity, operation, _state_text(KINDS[entity], event.data.state, state, whole=whole))


def _kind(event: Event[msgspec.Raw]) -> tuple[EntityType, str]:
    parts = event.event_type.split(".")
    if len(parts) != 3 or parts[0] not in KINDS or parts[0] != event.data.entity or parts[1] not in OPERATIONS:
        raise BadEvent(f"The event type {event.event_type!r} is unknown.")
    if parts[2] != f"v{VERSION}" or event.metadata.version != VERSION:
        raise BadEvent(f"The version {parts[2]} (metadata {event.metadata.version}) is unknown; this is v{VERSION}.")
    return event.data.entity, parts[1]


def _state_text(kind: Kind[Any], raw: msgspec.Raw, state: Any, *, whole: bool) -> str:
    """The state for read models, after the check of its kind."""
    if reason := kind.refuse(state):
        raise BadEvent(reason)
    if whole or BULKY not in kind.fields:
        return bytes(raw).decode()
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    fields.pop(BULKY, None)
    return msgspec.json.encode(fields).decode()


def _entry(event: Event[msgspec.Raw], entity: EntityType, operation: str, state: str) -> LogEntry:
    origin = event.metadata
    return LogEntry(
        position=Position(origin.transaction, origin.sequence),
        entity=entity,
        key=event.data.key,
        revision=event.data.revision,
        op=operation,
        changed=list(event.data.changed),
        state=state,
        source=origin.source,
        source_url=origin.source_url,
        document_sha256=origin.document_sha256,
        fetched_at=origin.fetched_at,
        recorded_at=event.timestamp,
        reason=event.data.reason,
        overrides=origin.overrides,
    )
