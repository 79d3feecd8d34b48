"""The consumers by name, each run until it is told to end; what is away is waited for."""

import threading
from collections.abc import Callable

from warehouse.kafka.consumer import KafkaSource
from warehouse.kafka.dead_letters import park
from warehouse.kafka.producer import Producer
from warehouse.model.letters import Letter
from warehouse.model.topics import ENTITY_TOPICS
from warehouse.postgres.pools import Database
from warehouse.postgres.shards import Shards
from warehouse.runtime.errors import OpenPolicyError, SettingInvalid
from warehouse.runtime.logging import get_logger
from warehouse.workers.consume import into_lists, list_row, run
from warehouse.workers.project import Projector

log = get_logger(__name__)
CONSUMERS = ("lists",)
_RETRY_S = 2.0


def group_of(name: str) -> str:
    """The consumer group of a consumer."""
    return f"openpolicy.{name}"


def require_consumer(name: str) -> None:
    """Refuse a name that no consumer has.

    Raises:
        SettingInvalid: it names the ones there are.
    """
    if name not in CONSUMERS:
        raise SettingInvalid(f"There is no consumer {name!r}.", fix=f"It must be one of {', '.join(CONSUMERS)}.")


def follow(name: str, catalog: Database, shards: Shards, kafka_url: str, ended: threading.Event) -> None:
    """Keep a consumer's store up to date: from Kafka, or without one from the change logs, until `ended` is set."""
    require_consumer(name)
    if kafka_url:
        while not ended.is_set():
            try:
                consume(name, catalog, kafka_url, ended.is_set)
            except OpenPolicyError as error:
                log.warning("consumer waits", consumer=name, cause=error.message)
                ended.wait(_RETRY_S)
        return
    projector = Projector(catalog, shards)
    projector.start()
    ended.wait()
    projector.stop()


def consume(name: str, catalog: Database, kafka_url: str, ended: Callable[[], bool]) -> None:
    """Consume until `ended`.

    Raises:
        StoreUnavailable: Kafka or the catalog is away; the messages in hand come again.
    """
    with KafkaSource(kafka_url, ENTITY_TOPICS, group_of(name)) as source, Producer(kafka_url) as letters:
        run(
            source, list_row, into_lists(catalog),
            lambda unfit: park(letters, [Letter(group=name, message=each, reason=why) for each, why in unfit]),
            ended,
        )  # fmt: skip
