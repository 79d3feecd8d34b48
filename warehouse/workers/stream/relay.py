"""The relay: change logs to Kafka, keyed by entity, at least once, in order, never skipping a late commit."""

from functools import partial

from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes import envelope
from warehouse.model.changes.events import LogEntry
from warehouse.model.changes.topics import MAX_EVENT_BYTES, topic_of
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.log.relay_positions import RelayLease, lead, relayed
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime import telemetry
from warehouse.runtime.errors import BadEvent, OpenPolicyError
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.logging import get_logger
from warehouse.workers.stream.apply import logs
from warehouse.workers.stream.metrics import Measures
from warehouse.workers.stream.threads import ConsumerThread, ThreadGroup

log = get_logger(__name__)
BATCH = 2_000
HEADER_LOG, HEADER_SEQUENCE = "log", "sequence"
_FOLLOW_S = 1.0


def outgoing(entry: LogEntry, name: str, *, traceparent: str = "") -> Outgoing:
    """The message of one change of the log `name`. Its headers name the entry in the log, in case the value is damaged,
    and the span of the message if traces are on.

    Raises:
        BadEvent: it is larger than an event may be. Later changes must not overtake it, so the log stops here.
    """
    value = envelope.encode(entry, name)
    if len(value) > MAX_EVENT_BYTES:
        raise BadEvent(
            f"{entry.entity} {entry.key} makes an event of {len(value)} bytes; at most {MAX_EVENT_BYTES} are allowed.",
            fix="Raise MAX_EVENT_BYTES and MAX_MESSAGE_BYTES in warehouse/model/changes/topics.py, and the topics too.",
        )
    headers: tuple[tuple[str, bytes], ...] = (
        (HEADER_LOG, name.encode()),
        (HEADER_SEQUENCE, str(entry.position.seq).encode()),
    )
    if traceparent:
        headers += ((telemetry.HEADER, traceparent.encode()),)
    return Outgoing(topic_of(entry.entity), entry.key.encode(), value, headers)


def relay_batch(database: Database, leading: RelayLease, producer: Producer, *, limit: int = BATCH) -> int:
    """Publish the next batch of one log and save the position; returns the number of events, 0 if caught up.

    Raises:
        LeadLost: another process leads. Published events of this batch are invisible, or are published again unchanged.
        StoreUnavailable: the database or Kafka is unavailable.
    """
    entries = read.read_whole_after(database, leading.position, limit)
    leading.keep()
    failpoint("relay.after_read")
    if not entries:
        return 0
    parents = [telemetry.parent_of(entry.document_sha256) for entry in entries]
    with telemetry.batch("publish events", "producer", parents, {"messaging.system": "kafka"}) as spans:
        producer.send(
            [
                outgoing(entry, leading.log, traceparent=spans.traceparent(parent))
                for entry, parent in zip(entries, parents, strict=True)
            ]
        )
        failpoint("relay.after_publish")
        leading.save(entries[-1].position, len(entries))
    failpoint("relay.after_save")
    return len(entries)


class LogRelay(ConsumerThread):
    """Relays one log while it has the lead. It waits for unavailable stores; the log grows meanwhile."""

    def __init__(
        self, name: str, database: Database, kafka_url: str, measures: Measures, *, pause_s: float = 0.1
    ) -> None:
        super().__init__(f"relay-{name}", measures)
        self._log, self._database, self._kafka_url, self._pause_s = name, database, kafka_url, pause_s

    def _turn(self) -> None:
        """Lead and publish, or wait to lead."""
        with lead(self._database, self._log) as leading:
            if leading is None:
                self._ended.wait(_FOLLOW_S)
                return
            with Producer(self._kafka_url, f"openpolicy.relay.{self._log}") as producer:
                log.info("relay leads", log=self._log, epoch=leading.epoch)
                while not self._ended.is_set():
                    if self._measures.relayed(self._log, partial(relay_batch, self._database, leading, producer)) == 0:
                        self._ended.wait(self._pause_s)

    def _alarm(self, error: OpenPolicyError) -> None:
        try:
            known = relayed(self._database, self._log)
            waiting, lag_s = read.lag(self._database, known[0]) if known else (None, None)
        except OpenPolicyError:  # the database itself is unavailable
            waiting = lag_s = None
        log.warning("relay waits", log=self._log, cause=error.message, waiting=waiting, lag_s=lag_s)


class Relay(ThreadGroup):
    """One thread a log."""

    def __init__(self, catalog: Database, shards: Shards, kafka_url: str, measures: Measures) -> None:
        super().__init__(
            LogRelay(name, database, kafka_url, measures) for name, database in logs(catalog, shards).items()
        )
