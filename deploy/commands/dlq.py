"""The dead letters for `openpolicy dlq`, from Kafka or from the catalog."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from deploy.local.attached import databases, found_stores
from deploy.local.supervisor import Say
from warehouse.kafka.dead_letters import settle, unsettled
from warehouse.kafka.producer import Producer
from warehouse.model.changes.dead_letters import DeadLetterMessage
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read, read_model_positions
from warehouse.postgres.log.read_model_positions import DeadLetter
from warehouse.postgres.roles import LOADER
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import RENAMED
from warehouse.workers.stream import logged_dead_letters
from warehouse.workers.stream.apply import logs
from warehouse.workers.stream.replay import Replayed
from warehouse.workers.stream.replay import replay as send_again

Item = TypeVar("Item")
Stores = Callable[[], AbstractContextManager[tuple[Settings, Database, Shards]]]


class Box(Protocol[Item]):
    """Dead letters, wherever they are stored."""

    def waiting(self) -> Mapping[str, Item]:
        """All open dead letters by id, oldest first."""

    def facts(self, item: Item) -> dict[str, Any]:
        """One dead letter for people, without its value."""

    def value(self, item: Item) -> bytes:
        """The message or the state, as stored."""

    def replay(self, items: Sequence[Item]) -> Replayed:
        """Process dead letters again, and settle those that succeed."""

    def drop(self, items: Sequence[Item]) -> list[str]:
        """Settle dead letters without processing them; returns their ids."""


class KafkaBox:
    """The dead-letter topics."""

    def __init__(self, kafka_url: str, stores: Stores) -> None:
        self._kafka_url, self._stores = kafka_url, stores

    def waiting(self) -> Mapping[str, DeadLetterMessage]:
        """Every open dead letter."""
        return unsettled(self._kafka_url)

    def facts(self, item: DeadLetterMessage) -> dict[str, Any]:
        """Its place, its reason, its headers."""
        return item.facts()

    def value(self, item: DeadLetterMessage) -> bytes:
        """The message's bytes."""
        return item.message.value or b""

    def replay(self, items: Sequence[DeadLetterMessage]) -> Replayed:
        """Send dead letters again, from the change log if it has them."""
        with self._stores() as (_, catalog, shards):
            return send_again(items, logs(catalog, shards), self._kafka_url)

    def drop(self, items: Sequence[DeadLetterMessage]) -> list[str]:
        """Settle dead letters."""
        with Producer(self._kafka_url) as producer:
            settle(producer, items)
        return [dead_letter.id for dead_letter in items]


class ParkedBox:
    """The changes that a read model could not apply from a change log."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def waiting(self) -> Mapping[str, DeadLetter]:
        """Every dead letter."""
        with self._stores() as (_, catalog, _shards):
            return {each.id: each for each in read_model_positions.dead_letters(catalog)}

    def facts(self, item: DeadLetter) -> dict[str, Any]:
        """Which change it is, and the reason."""
        return {
            "id": item.id,
            "group": item.read_model,
            "reason": item.reason,
            "entity": item.entity,
            "key": item.key,
            "revision": item.revision,
            "log": item.log,
            "sequence": item.seq,
            "bytes": None,
            "received_at": item.parked_at.isoformat(),
        }

    def value(self, item: DeadLetter) -> bytes:
        """The state in the log."""
        with self._stores() as (_, catalog, shards):
            database = logs(catalog, shards).get(item.log)
            entry = read.read_one(database, item.seq) if database is not None else None
        return entry.state.encode() if entry else b""

    def replay(self, items: Sequence[DeadLetter]) -> Replayed:
        """Apply changes again from their logs."""
        with self._stores() as (settings, catalog, shards):
            return logged_dead_letters.replay(items, settings, catalog, shards)

    def drop(self, items: Sequence[DeadLetter]) -> list[str]:
        """Settle changes."""
        with self._stores() as (_, catalog, _shards):
            return logged_dead_letters.drop(items, catalog)


def open_box(data_dir: Path | None, settings: Settings, say: Say) -> Box[Any]:
    """The place where dead letters are stored."""

    @contextmanager
    def stores() -> Iterator[tuple[Settings, Database, Shards]]:
        with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, shards):
            yield found, catalog, shards

    return KafkaBox(settings.kafka_url, stores) if settings.kafka_url else ParkedBox(stores)


def select_dead_letters(box: Box[Item], ids: Sequence[str], *, everything: bool) -> list[Item]:
    """The items of these ids.

    Raises:
        SettingInvalid: an id is unknown, or neither ids nor `all` are given.
    """
    if bool(ids) == everything:
        raise SettingInvalid("No messages named.", fix="Give their ids (see `openpolicy dlq list`) or use --all.")
    items = box.waiting()
    if unknown := [name for name in ids if name not in items]:
        read_model, _, place = unknown[0].partition(":")
        fix = "Run `openpolicy dlq list` to see their ids."
        if read_model in RENAMED:
            fix = f"The consumer {read_model} was renamed. Try {RENAMED[read_model]}:{place}."
        raise SettingInvalid(f"There is no dead letter {unknown[0]}.", fix=fix)
    return [items[name] for name in ids] if ids else list(items.values())
