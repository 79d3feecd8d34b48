"""Publishes idempotently and compressed, acknowledged by every replica in sync; a batch is published completely or not
at all."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError, ProducerFencedError

from warehouse.kafka.addresses import client_settings, unavailable
from warehouse.model.changes.topics import MAX_DEAD_LETTER_BYTES
from warehouse.runtime.errors import LeadLost
from warehouse.runtime.failpoints import failpoint

_DELIVERY_S = 30
_COMMIT_S = 10


def _within(seconds: float, work: Callable[[], None]) -> None:
    """Run work that has no time-out: a commit whose coordinator was killed may never return.

    Raises:
        KafkaTimeoutError: it was not done in time; its thread ends with the producer.
    """
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=guarded, name="kafka-commit", daemon=True)
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    if thread.is_alive():
        raise KafkaTimeoutError(f"The transaction was not committed within {seconds:.0f} s.")


class Outgoing(msgspec.Struct, frozen=True):
    """A message to publish. Without a value it is a tombstone of its key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Producer:
    """A connection for publishing. After an error it cannot be used again; close it and open another.

    With a `name` it publishes in transactions and is fenced by a newer producer of the same name: its open transactions
    are never visible to readers.
    """

    def __init__(self, url: str, name: str | None = None) -> None:
        self._url, self._name = url, name
        try:
            self._producer = KafkaProducer(
                **client_settings(url),
                client_id=name or "openpolicy",
                transactional_id=name,
                acks="all",
                enable_idempotence=True,
                compression_type="snappy",
                linger_ms=5,
                batch_size=256 * 1024,
                max_request_size=MAX_DEAD_LETTER_BYTES,
                delivery_timeout_ms=_DELIVERY_S * 1000,
                max_block_ms=30_000,
                transaction_timeout_ms=60_000,
                reconnect_backoff_max_ms=2_000,
                allow_auto_create_topics=False,
                metrics_enabled=False,
            )
            try:
                if name is not None:
                    self._producer.init_transactions()
            except BaseException:
                self._producer.close(timeout=1)
                raise
        except KafkaError as error:
            raise unavailable(url, error) from error

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Publish all messages, keeping their order for each key; they are stored when this returns.

        Raises:
            LeadLost: a newer producer has taken this one's name; readers see nothing of the batch.
            StoreUnavailable: not all were acknowledged; a producer without a name may have published some.
        """
        try:
            if self._name is not None:
                self._producer.begin_transaction()
            pending = [
                self._producer.send(each.topic, key=each.key, value=each.value, headers=list(each.headers))
                for each in messages
            ]
            self._producer.flush(timeout=_DELIVERY_S)
            for future in pending:
                future.get(timeout=_DELIVERY_S)
            if self._name is not None:
                failpoint("relay.before_commit")
                _within(_COMMIT_S, self._producer.commit_transaction)
        except ProducerFencedError as error:
            raise LeadLost(f"Another process publishes as {self._name} by now.") from error
        except KafkaError as error:
            raise unavailable(self._url, error) from error

    def close(self) -> None:
        """Close the connection; messages without acknowledgement are given up."""
        with contextlib.suppress(
            KafkaError
        ):  # flushing fails for the same reason as sending; no need to report it again
            self._producer.close(timeout=2)

    def __enter__(self) -> "Producer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
