"""Change-log entries and messages made from samples, for tests of the stream."""

import datetime as dt
from typing import Any

import msgspec

from tests.support.data.samples import HELD_AT, ORIGIN, bill, vote
from warehouse.model.changes.envelope import Message, encode
from warehouse.model.changes.events import LogEntry, Position
from warehouse.model.changes.topics import topic_of
from warehouse.model.entities import Member, Membership, Session
from warehouse.model.kinds import EntityType

RECEIVED_AT = HELD_AT + dt.timedelta(seconds=1)


def state_of(entity: EntityType) -> Any:
    """A made-up entity of each kind."""
    match entity:
        case "bill":
            return bill(7).root
        case "vote":
            return vote(7, nays=frozenset({3})).root
        case "member":
            seat = Membership(
                parliament=1,
                caucus="Testers",
                riding="Riding 5",
                province=None,
                from_on=HELD_AT.date(),
                to_on=None,
                source="both",
            )
            return Member(key="5", person_id=5, name="Member 5", caucus="Testers", memberships=(seat,))
        case "session":
            return Session(key="1-1", parliament=1, number=1, name_en="1st Parliament, 1st session")


def entry(
    entity: EntityType, *, revision: int = 1, sequence: int = 1, state: Any = None, op: str | None = None
) -> LogEntry:
    """One change; the first revision is `created`, later ones are `updated`, unless `op` says otherwise."""
    op = op or ("created" if revision == 1 else "updated")
    state = state_of(entity) if state is None else state
    return LogEntry(
        position=Position(700 + sequence, sequence),
        entity=entity,
        key=state.key,
        revision=revision,
        op=op,
        changed=["title_en"] if op == "updated" else [],
        state=msgspec.json.encode(state).decode(),
        source=ORIGIN.source,
        source_url=ORIGIN.url,
        document_sha256=ORIGIN.document_sha256,
        fetched_at=ORIGIN.fetched_at,
        recorded_at=HELD_AT,
        reason="Named by a vote that misspelt it." if op == "withdrawn" else None,
    )


def message(change: LogEntry, *, log: str = "shard_0", offset: int = 0, **other: Any) -> Message:
    """The message of a change as it lies in its topic; `other` replaces fields of it."""
    whole = Message(
        topic=topic_of(change.entity),
        partition=0,
        offset=offset,
        key=change.key.encode(),
        value=encode(change, log),
        received_at=RECEIVED_AT,
        headers=(("log", log.encode()), ("sequence", str(change.position.seq).encode())),
    )
    return msgspec.structs.replace(whole, **other)
