"""A process of a product that has petitions: does with them what is done with bills, and writes a report.

The entry is added before anything else is imported, as it would stand in `warehouse/model/kinds.py`.
"""

import datetime as dt

from warehouse.model import kinds
from warehouse.model.entities import Entity
from warehouse.model.keys import read_session_key


class Petition(Entity, frozen=True, kw_only=True):
    """A petition to the House."""

    session: str
    number: str
    title_en: str
    title_fr: str | None = None
    signatures: int
    presented_at: dt.datetime


def read_petition_key(text: str) -> str:
    """The key of a petition, as `45-1/e-7`."""
    session, _, number = text.partition("/")
    if not number.startswith("e-"):
        raise ValueError(f"{number!r} is not the number of a petition")
    return f"{read_session_key(session)}/{number}"


kinds.KINDS["petition"] = kinds.Kind(
    name="petition",
    plural="petitions",
    name_fr="pétition",
    of_fr="de la pétition",
    struct=Petition,
    identity=frozenset({"key", "session", "number"}),
    is_sharded=True,
    topic="petition.events",
    partitions=2,
    keep_days=14,
    example_key="45-1/e-7",
    key_pattern=r"[0-9]+-[0-9]+/e-[0-9]+",
    read_key=read_petition_key,
    key_has_session=True,
    happened_at="presented_at",
    list_table="petition_list",
    list_columns=("session", "number", "title_en", "title_fr", "signatures"),
    correctable=frozenset({"title_en", "signatures"}),
)

import asyncio  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import msgspec  # noqa: E402

from deploy.commands.overrides import entity_of  # noqa: E402
from serving.changes.filters import wanted_of  # noqa: E402
from serving.core.http.errors import ENTITIES_FR  # noqa: E402
from serving.core.parameters.query_string import Parameters  # noqa: E402
from warehouse.kafka.consumer import read_all  # noqa: E402
from warehouse.kafka.producer import Producer  # noqa: E402
from warehouse.kafka.topics import reconcile  # noqa: E402
from warehouse.model.changes.envelope import EVENT_TYPES, Message, decode  # noqa: E402
from warehouse.model.changes.events import Position  # noqa: E402
from warehouse.model.changes.feed import ChangeFilter, FeedItem  # noqa: E402
from warehouse.model.changes.pointers import parse  # noqa: E402
from warehouse.model.changes.topics import ENTITY_TOPICS, TOPICS, dead_letters_of  # noqa: E402
from warehouse.model.entities import Provenance  # noqa: E402
from warehouse.model.past import Past  # noqa: E402
from warehouse.model.schemas.generate import schema_of  # noqa: E402
from warehouse.model.stored import Stored  # noqa: E402
from warehouse.objects.past_states import ParquetStates  # noqa: E402
from warehouse.postgres.aggregates.current import current  # noqa: E402
from warehouse.postgres.aggregates.store import Incoming, aggregate_of, store_sharded  # noqa: E402
from warehouse.postgres.aggregates.withdraw import Withdrawal, withdraw  # noqa: E402
from warehouse.postgres.connections.pools import Database  # noqa: E402
from warehouse.postgres.entities import history  # noqa: E402
from warehouse.postgres.feed.feed import Feed  # noqa: E402
from warehouse.postgres.log import read  # noqa: E402
from warehouse.postgres.readers.readers import Readers  # noqa: E402
from warehouse.postgres.shards import placement  # noqa: E402
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map  # noqa: E402
from warehouse.projections import facts, search  # noqa: E402
from warehouse.runtime.settings import Settings  # noqa: E402
from warehouse.workers.stream.apply import catch_up_lists, logs  # noqa: E402
from warehouse.workers.stream.relay import outgoing  # noqa: E402
from warehouse.workers.upkeep.rebuild import rebuild  # noqa: E402
from warehouse.workers.upkeep.verify import verify  # noqa: E402
from warehouse.workers.upkeep.verify_read_models import compare_read_model  # noqa: E402

AT = dt.datetime(2020, 1, 6, 20, 30, tzinfo=dt.UTC)
ORIGIN = Provenance(source="test", url="test:petitions", document_sha256="00" * 32, fetched_at=AT)
PETITIONS = aggregate_of("petition")


class Report(msgspec.Struct, kw_only=True):
    """What came of it, for the test to judge."""

    stored: list[int]
    """Changes of storing 20 petitions, the same again, and three with more signatures."""
    withdrawn: list[str]
    signatures: int
    """Of petition 1, read back with `current`."""
    topics: list[tuple[str, int, int | None]]
    """The topic of petitions and that of its dead letters: name, partitions, days."""
    is_read_by_consumers: bool
    event_types: list[str]
    schema_fields: list[str]
    events: list[tuple[str, str, int, str]]
    """Topic, key, revision and operation of each event, read back from its bytes or from Kafka."""
    listed: dict[str, int]
    clean: bool
    lines: list[str]
    after_damage: list[str]
    after_rebuild: list[str]
    rebuilt: int
    counted: int
    """Rows that `openpolicy shards list` and `openpolicy status` count."""
    in_feed: dict[str, list[tuple[str, int, str, str | None]]]
    """By filter: key, revision, operation and instant."""
    past: tuple[str, int, str]
    words: tuple[str, str, str]
    keys: tuple[str, ...]
    """Those that the filter of the feed accepted."""
    unused: list[str]
    """Read models that have no use for petitions, and make nothing of them."""


def petition(number: int, signatures: int = 500) -> Incoming[Petition]:
    """A petition."""
    name = f"e-{number}"
    root = Petition(
        key=f"45-1/{name}",
        session="45-1",
        number=name,
        title_en=f"Petition {number}",
        signatures=signatures,
        presented_at=AT,
    )
    return Incoming(root, ORIGIN)


def published(catalog: Database, shards: Shards, kafka_url: str) -> list[tuple[str, str, int, str]]:
    """Every change through the relay's own step, and back: as bytes, or through Kafka."""
    sent = [
        outgoing(entry, name)
        for name, database in logs(catalog, shards).items()
        for entry in read.read_whole_after(database, Position(), 1000)
    ]
    messages = [
        Message(
            topic=each.topic, partition=0, offset=number, key=each.key, value=each.value,
            received_at=dt.datetime.now(dt.UTC),
        )
        for number, each in enumerate(sent)
    ]  # fmt: skip
    if kafka_url:
        reconcile(kafka_url)
        with Producer(kafka_url) as producer:
            producer.send(sent)
        messages = [message for message in read_all(kafka_url, ENTITY_TOPICS) if message.topic == "petition.events"]
    decoded = [(message, decode(message, whole=True)) for message in messages]
    return sorted((message.topic, entry.key, entry.revision, entry.op) for message, entry in decoded)


async def fed(settings: Settings) -> tuple[dict[str, list[tuple[str, int, str, str | None]]], tuple[str, int, str]]:
    """The change feed under some filters, and petition 1 as it was first."""
    readers = Readers(settings, ParquetStates(""), on_replaced=lambda: None)
    await readers.open()
    try:
        feed = Feed(readers.versions)
        filters = {
            "petitions": ChangeFilter(types=("petition",)),
            "bills": ChangeFilter(types=("bill",)),
            "session 45-1": ChangeFilter(sessions=("45-1",), ops=("created",)),
            "session 44-1": ChangeFilter(sessions=("44-1",)),
            "commons": ChangeFilter(chambers=("commons",)),
            "corrected": ChangeFilter(ops=("corrected",)),
        }
        found = {}
        for name, wanted in filters.items():
            batch = await feed.after(feed.at_start(), wanted, 100)
            found[name] = sorted(map(shown, batch.items))
        key = petition(1).root.key
        past = await history.at(readers.shard_of(key), "petition", Petition, key, Past(revision=1))
        assert isinstance(past, Stored)
        return found, (past.entity.key, past.entity.signatures, past.provenance.url)
    finally:
        await readers.close()
        for source in (readers.catalog, *readers.shards):
            await source.database.close()


def shown(item: FeedItem) -> tuple[str, int, str, str | None]:
    """What the report has of a change."""
    return item.key, item.revision, item.op, item.valid_at.isoformat() if item.valid_at else None


def run(urls: list[str], kafka_url: str) -> Report:
    """Everything, once."""
    catalog, databases = Database(urls[0]), [Database(url) for url in urls[1:]]
    shards = Shards(databases, ShardMap(initial_map(len(databases)), len(databases)))
    settings = Settings(catalog_url=urls[0], shard_urls=tuple(urls[1:]))
    many = [petition(number) for number in range(1, 21)]
    stored = [len(store_sharded(shards, PETITIONS, many)) for _ in range(2)]
    stored.append(len(store_sharded(shards, PETITIONS, [petition(number, 700) for number in (1, 2, 3)])))
    last = petition(20).root.key
    gone = withdraw(
        databases[shards.map.shard_of(last)], PETITIONS, [Withdrawal(last, "Presented by mistake.", ORIGIN)]
    )
    first = current(databases[shards.map.shard_of(many[0].root.key)], PETITIONS, many[0].root.key)
    assert first is not None
    catch_up_lists(catalog, shards)
    report = verify(catalog, shards)
    with catalog.connection() as connection:
        rows = connection.execute("select key, signatures from petition_list where live_to is null").fetchall()
        connection.execute("delete from petition_list where key = '45-1/e-7'")
    with databases[shards.map.shard_of("45-1/e-5")].connection() as connection:
        connection.execute("update petitions set signatures = 3 where key = '45-1/e-5'")
    damaged = [problem for database in verify(catalog, shards).databases for problem in database.problems]
    with databases[shards.map.shard_of("45-1/e-5")].connection() as connection:
        connection.execute("update petitions set signatures = 500 where key = '45-1/e-5'")
    damaged += compare_read_model("lists", settings, catalog, shards).problems
    rebuilt = rebuild("lists", settings, catalog, shards).rows
    after = [problem for database in verify(catalog, shards).databases for problem in database.problems]
    entries = read.latest_of(databases[shards.map.shard_of(last)], range(1024))
    in_feed, past = asyncio.run(fed(settings))
    counted = sum(shard.rows["petitions"] for shard in placement.read(catalog, shards).shards)
    named = [topic for topic in TOPICS if topic.name in {"petition.events", dead_letters_of("petition.events")}]
    events = published(catalog, shards, kafka_url)
    for database in (catalog, *databases):
        database.close()
    return Report(
        stored=stored,
        withdrawn=[change.op for change in gone],
        signatures=first.root.signatures,
        topics=[(topic.name, topic.partitions, topic.keep_days) for topic in named],
        is_read_by_consumers="petition.events" in ENTITY_TOPICS,
        event_types=[name for name in EVENT_TYPES if name.startswith("petition.")],
        schema_fields=sorted(schema_of("petition.created.v1")["$defs"]["Petition"]["properties"]),
        events=events,
        listed=dict(rows),
        clean=report.clean,
        lines=[line for line in report.lines if "petitions" in line],
        after_damage=damaged,
        after_rebuild=after,
        rebuilt=rebuilt,
        counted=counted,
        in_feed=in_feed,
        past=past,
        words=(entity_of("Petitions"), ENTITIES_FR["petition"], parse("petition", "/signatures").field),
        keys=wanted_of(Parameters("keys=45-1/e-7,45-1/C-3,89156")).keys or (),
        unused=[
            name
            for name, project in (("facts", facts.project), ("search", search.project))
            if not any(project(entry) for entry in entries)
        ],
    )


if __name__ == "__main__":
    asked: dict[str, Any] = msgspec.json.decode(sys.argv[1])
    Path(asked["report"]).write_bytes(msgspec.json.encode(run(asked["urls"], asked["kafka_url"])))
