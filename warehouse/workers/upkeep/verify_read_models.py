"""Compares what read models show, and what Kafka holds, with the change logs."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import msgspec

from warehouse.kafka.consumer import read_all
from warehouse.model.changes.envelope import decode
from warehouse.model.changes.events import LogEntry, Position
from warehouse.model.changes.topics import ENTITY_TOPICS, STREAMS, topic_of
from warehouse.model.read_models.facts import SessionTotals
from warehouse.postgres.catalog import counts
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read, read_model_positions
from warehouse.postgres.log.relay_positions import relayed
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.clock import now
from warehouse.runtime.errors import BadEvent
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import ReadModel, SelfExamining, Totalling, configured, open_read_model
from warehouse.workers.stream.apply import logs
from warehouse.workers.stream.batches import row_of

_SHOWN = 20
_MARGIN = dt.timedelta(hours=1)
Revisions = dict[tuple[str, str], int]
"""The revision of every entity and key."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One holder of facts against the logs."""

    holder: str
    """The name of a read model, or `kafka`."""
    entities: int
    """How many it holds."""
    problems: list[str]


def compare_all(settings: Settings, catalog: Database, shards: Shards) -> list[Comparison]:
    """Every read model that the settings ask for, and Kafka where it is set.

    Raises:
        StoreUnavailable: a store is unavailable.
    """
    found = [compare_read_model(name, settings, catalog, shards) for name in configured(settings)]
    if settings.kafka_url:
        found.append(compare_kafka(settings.kafka_url, catalog, shards))
    return found


def compare_read_model(name: str, settings: Settings, catalog: Database, shards: Shards) -> Comparison:
    """Whether a read model shows the newest revision of every entity it has a use for, and nothing else.

    It has the lead meanwhile: a store that one process may open is given up by the one that has it.
    """
    with (
        read_model_positions.lead(catalog, name, wait=True),
        closing(open_read_model(name, settings, catalog)) as read_model,
    ):
        return compare_opened(read_model, catalog, shards)


def compare_opened(read_model: ReadModel[Any], catalog: Database, shards: Shards) -> Comparison:
    """The same for a read model that is open for reading."""
    name, newest = read_model.name, dict[tuple[str, str], LogEntry]()
    for entry in _latest(catalog, shards, whole=read_model.whole):
        try:
            useful = row_of(entry, read_model.projected) is not None
        except BadEvent:
            continue  # a dead letter, which `status` counts
        known = newest.get((entry.entity, entry.key))
        if useful and (known is None or known.revision < entry.revision):
            newest[entry.entity, entry.key] = msgspec.structs.replace(entry, state="")
    held = {
        (entity, key): number for entity, keys in read_model.stored_revisions().items() for key, number in keys.items()
    }
    own = [f"{name}: {problem}" for problem in read_model.problems()] if isinstance(read_model, SelfExamining) else []
    if isinstance(read_model, Totalling):
        own += _other_totals(
            read_model.totals(), counts.vote_totals(shards, list(read_model.stored_revisions()["vote"])), name
        )
    there = {place: entry.revision for place, entry in newest.items() if entry.op != "withdrawn"}
    return Comparison(holder=name, entities=len(held), problems=_differences(held, there, f"{name} has") + own)


def _other_totals(held: Mapping[str, SessionTotals], stored: Mapping[str, SessionTotals], who: str) -> list[str]:
    """Sessions whose sums differ from those of the shards, over the same votes: which these are, revisions tell."""
    return [
        f"{who}: session {session} has {held.get(session)}, the shards {stored.get(session)}"
        for session in sorted(held.keys() | stored.keys())
        if held.get(session) != stored.get(session)
    ]


def compare_kafka(kafka_url: str, catalog: Database, shards: Shards) -> Comparison:
    """Whether the topics hold the newest revision of all that was published and is not older than they keep."""
    held: Revisions = {}
    for message in read_all(kafka_url, ENTITY_TOPICS):
        try:
            event = decode(message)
        except BadEvent:
            continue  # a dead letter of every group, which `status` counts
        place = event.entity, event.key
        held[place] = max(held.get(place, 0), event.revision)
    published = _published(catalog, shards)
    problems = _differences(
        {place: revision for place, revision in held.items() if place in published}, published, "Kafka has"
    )
    return Comparison(holder="kafka", entities=len(held), problems=problems)


def _published(catalog: Database, shards: Shards) -> Revisions:
    """The newest change of every entity, where the relay is beyond it and its topic still keeps it."""
    kept = {topic.name: dt.timedelta(days=topic.keep_days or 0) for topic in STREAMS}
    found: Revisions = {}
    for log, database in logs(catalog, shards).items():
        known = relayed(database, log)
        position = known[0] if known else Position()
        for batch in read.latest_in_batches(database, whole=False):
            for entry in batch:
                is_kept = entry.recorded_at > now() - kept[topic_of(entry.entity)] + _MARGIN
                if entry.position <= position and is_kept:
                    place = entry.entity, entry.key
                    found[place] = max(found.get(place, 0), entry.revision)
    return found


def _latest(catalog: Database, shards: Shards, *, whole: bool) -> Iterator[LogEntry]:
    for database in logs(catalog, shards).values():
        for batch in read.latest_in_batches(database, whole=whole):
            yield from batch


def _differences(held: Mapping[tuple[str, str], int], wanted: Mapping[tuple[str, str], int], who: str) -> list[str]:
    places = sorted(held.keys() | wanted.keys())
    return [
        f"{entity} {key}: {who} revision {held.get((entity, key))}, the log {wanted.get((entity, key))}"
        for entity, key in places
        if held.get((entity, key)) != wanted.get((entity, key))
    ][:_SHOWN]
