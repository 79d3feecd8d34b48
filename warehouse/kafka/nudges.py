"""Listens for changes as they are published, outside any consumer group, so that they are seen sooner. Listeners
also poll."""

import threading
from collections.abc import Callable

from kafka import TopicPartition
from kafka.errors import KafkaError

from warehouse.kafka.consumer import connect
from warehouse.model.changes.topics import ENTITY_TOPICS
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)
_RETRY_S = 2.0
_HEADER_LOG = "log"


class Nudges(threading.Thread):
    """Calls back with the name of a change log whenever an entry of it was published."""

    def __init__(self, url: str, heard: Callable[[str], None]) -> None:
        super().__init__(name="kafka-nudges", daemon=True)
        self._url, self._heard = url, heard
        self._ended = threading.Event()

    def run(self) -> None:
        """Listen from the end of the topics; waits for unavailable brokers."""
        is_away = False
        while not self._ended.is_set():
            try:
                self._listen()
                is_away = False
            except KafkaError as error:
                if not is_away:
                    log.info("change notifications unavailable; polling continues", cause=str(error))
                is_away = True
                self._ended.wait(_RETRY_S)

    def _listen(self) -> None:
        consumer = connect(self._url)
        try:
            places = [
                TopicPartition(topic, number)
                for topic in ENTITY_TOPICS
                for number in consumer.partitions_for_topic(topic) or ()
            ]
            if not places:  # the topics do not exist yet
                self._ended.wait(_RETRY_S)
                return
            consumer.assign(places)
            consumer.seek_to_end(*places)
            while not self._ended.is_set():
                polled = consumer.poll(timeout_ms=500)
                records = (record for found in polled.values() for record in found)
                logs = {bytes(value) for record in records for name, value in record.headers if name == _HEADER_LOG}
                for name in logs:
                    self._heard(name.decode(errors="replace"))
        finally:
            consumer.close(autocommit=False, timeout_ms=1_000)

    def end(self) -> None:
        """End soon, without waiting."""
        self._ended.set()
