"""Threads that keep read models up to date, one each, until they are ended. They wait for unavailable stores."""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from warehouse.kafka.consumer import KafkaSource
from warehouse.kafka.dead_letters import park
from warehouse.kafka.producer import Producer
from warehouse.model.changes.dead_letters import DeadLetterMessage
from warehouse.model.changes.topics import ENTITY_TOPICS
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read_model_positions
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.logging import get_logger
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import READ_MODELS, ReadModel, group_of, open_read_model
from warehouse.workers.stream.apply import apply_once
from warehouse.workers.stream.consume import message_row, run
from warehouse.workers.stream.metrics import Measures
from warehouse.workers.stream.threads import ConsumerThread, ThreadGroup

log = get_logger(__name__)
_FOLLOW_S, _PAUSE_S = 0.5, 0.25


class Consumer(ConsumerThread):
    """Keeps one read model up to date: from Kafka, or without one from the change logs."""

    def __init__(self, name: str, settings: Settings, catalog: Database, shards: Shards, measures: Measures) -> None:
        super().__init__(f"consume-{name}", measures)
        self._read_model, self._settings, self._catalog, self._shards = name, settings, catalog, shards

    def _turn(self) -> None:
        """Consume while this process leads."""
        if self._settings.kafka_url and READ_MODELS[self._read_model].takes_turns:
            with self._opened() as read_model:
                consume(read_model, self._settings.kafka_url, self._catalog, self._measures, self._ended.is_set)
            return
        with read_model_positions.lead(self._catalog, self._read_model) as leading:
            if leading is None:
                self._ended.wait(_FOLLOW_S)
                return
            with self._opened() as read_model:
                log.info("consumer leads", consumer=self._read_model)
                self._follow(read_model, lambda: self._ended.is_set() or leading.is_wanted())
        self._ended.wait(_FOLLOW_S)  # another process has the lead by then

    def _follow(self, read_model: ReadModel[Any], ended: Callable[[], bool]) -> None:
        if self._settings.kafka_url:
            consume(read_model, self._settings.kafka_url, self._catalog, self._measures, ended)
            return
        while not ended():
            if (
                self._measures.applied(read_model.name, partial(apply_once, read_model, self._catalog, self._shards))
                == 0
            ):
                self._ended.wait(_PAUSE_S)

    def _opened(self) -> closing[ReadModel[Any]]:
        return closing(open_read_model(self._read_model, self._settings, self._catalog))

    def _alarm(self, error: OpenPolicyError) -> None:
        log.warning("consumer waits", consumer=self._read_model, cause=error.message)


class Consumers(ThreadGroup):
    """One thread a read model."""

    def __init__(
        self, names: Sequence[str], settings: Settings, catalog: Database, shards: Shards, measures: Measures
    ) -> None:
        super().__init__(Consumer(name, settings, catalog, shards, measures) for name in names)


def consume(
    read_model: ReadModel[Any], kafka_url: str, catalog: Database, measures: Measures, ended: Callable[[], bool]
) -> None:
    """Consume from Kafka until `ended`; the catalog records whenever readers may see something new.

    Raises:
        StoreUnavailable: Kafka or the store is unavailable; the messages in hand come again.
    """

    def insert(rows: Sequence[Any]) -> None:
        def inserted() -> int:
            read_model.insert(rows)
            read_model_positions.moved(catalog, read_model.name)
            return len(rows)

        measures.applied(read_model.name, inserted)

    member = None if READ_MODELS[read_model.name].takes_turns else read_model.name  # who leads is the only one
    with (
        KafkaSource(kafka_url, ENTITY_TOPICS, group_of(read_model.name), member=member) as source,
        Producer(kafka_url) as dead_letters,
    ):
        run(
            source,
            message_row(read_model),
            insert,
            lambda rejected: park(
                dead_letters,
                [DeadLetterMessage(group=read_model.name, message=each, reason=why) for each, why in rejected],
            ),
            ended,
            name=read_model.name,
        )
