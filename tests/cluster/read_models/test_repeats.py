"""The log applied once, twice, three times, in windows that come twice, entities interleaved: the same checksums."""

import random
import time
from collections.abc import Sequence
from hashlib import sha256

import pytest

from tests.support.data.samples import bill, vote
from warehouse.kafka.consumer import read_all
from warehouse.kafka.producer import Producer
from warehouse.model.changes.envelope import Message
from warehouse.model.changes.events import Position
from warehouse.model.changes.topics import ENTITY_TOPICS
from warehouse.model.read_models.lists import ListChange
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.shards.shard_map import Shards
from warehouse.workers.read_models.lists import ListReadModel
from warehouse.workers.stream.apply import catch_up_lists, logs
from warehouse.workers.stream.consume import message_row
from warehouse.workers.stream.relay import outgoing

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]
_WINDOW, _PERMUTATIONS = 100, 500


def test_repeats_and_orders_change_nothing(kafka_url: str, catalog: Database, shards: Shards) -> None:
    for turn in range(5):
        store_sharded(shards, BILLS, [bill(number, title=f"Title {turn}") for number in range(1, 21)])
        nays = frozenset(range(1, turn + 1))
        store_sharded(shards, VOTES, [vote(number, nays=nays) for number in range(1, 21)])
    with Producer(kafka_url) as producer:
        for name, database in logs(catalog, shards).items():
            if entries := read.read_whole_after(database, Position(), 1000):
                producer.send([outgoing(entry, name) for entry in entries])
    catch_up_lists(catalog, shards)
    wanted = checksum(catalog)
    messages = list(read_all(kafka_url, ENTITY_TOPICS))
    assert len(messages) == 200
    row_of = message_row(ListReadModel(catalog))
    rows = {message.place: row_of(message) for message in messages}
    for times in (1, 2, 3):
        apply(catalog, [rows[message.place] for message in messages] * times)
        assert checksum(catalog) == wanted, f"applied {times} times"
    began, rng = time.monotonic(), random.Random(4)
    for number in range(_PERMUTATIONS):
        order = [rows[message.place] for message in windows(messages, rng)]
        apply(catalog, order)
        assert checksum(catalog) == wanted, f"permutation {number}"
    print(
        f"\n200 events once, twice, three times, and {_PERMUTATIONS} permutations with every {_WINDOW}-event window "
        f"repeated: the same checksums ({time.monotonic() - began:.0f} s)"
    )


def windows(messages: Sequence[Message], rng: random.Random) -> list[Message]:
    """The events of each entity in order, the entities interleaved at random, every window twice."""
    queues: dict[bytes, list[Message]] = {}
    for message in messages:
        assert message.key is not None
        queues.setdefault(message.key, []).append(message)
    turns = [key for key, queue in queues.items() for _ in queue]
    rng.shuffle(turns)
    taken = {key: iter(queue) for key, queue in queues.items()}
    order = [next(taken[key]) for key in turns]
    return [each for at in range(0, len(order), _WINDOW) for each in order[at : at + _WINDOW] * 2]


def apply(catalog: Database, rows: Sequence[ListChange]) -> None:
    """Into empty lists, window by window as a consumer would."""
    with catalog.connection() as connection:
        connection.execute("truncate bill_list, vote_list, list_versions")
    insert = ListReadModel(catalog).insert
    for start in range(0, len(rows), _WINDOW):
        insert(rows[start : start + _WINDOW])


def checksum(catalog: Database) -> str:
    """Of what the lists show now, without the version in which they came to show it."""
    with catalog.connection() as connection:
        found = [
            connection.execute(
                f"select to_jsonb(t) - 'live_from' - 'live_to' from {name}_list as t where live_to is null order by key"
            ).fetchall()
            for name in ("bill", "vote")
        ]
    return sha256(repr(found).encode()).hexdigest()
