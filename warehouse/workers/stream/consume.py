"""The consumer's loop: messages from Kafka go through a pure projection into a store, and only then are offsets
committed."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from warehouse.model.changes.envelope import Message, decode
from warehouse.runtime import telemetry
from warehouse.runtime.failpoints import failpoint
from warehouse.workers.read_models.registry import ReadModel
from warehouse.workers.stream.batches import insert_or_park, row_of

Row = TypeVar("Row")
Work = TypeVar("Work")
Park = Callable[[Sequence[tuple[Message, str]]], None]
"""Stores messages that can never be processed, with their reasons; they are durable when it returns."""


class MessageSource(Protocol):
    """A source of messages."""

    def batches(self, ended: Callable[[], bool]) -> Iterator[list[Message]]:
        """The next messages, until `ended`."""

    def while_paused(self, work: Callable[[], Work]) -> Work:
        """Do slow work without losing the membership in the group."""

    def commit(self, batch: Sequence[Message]) -> None:
        """Commit these messages and all before them."""


def run(
    source: MessageSource,
    projected: Callable[[Message], Row | None],
    insert: Callable[[Sequence[Row]], None],
    park: Park,
    ended: Callable[[], bool],
    *,
    name: str = "",
) -> None:
    """Batch by batch: project each message, insert the rows, park what can never be processed, commit the offsets.

    `name` is that of the read model, for traces. A temporary failure raises: nothing is committed, and the batch comes
    again; applying it twice is safe.
    """

    def applied(batch: Sequence[Message], spans: telemetry.SpanBatch) -> list[tuple[Message, str]]:
        def inserted(rows: Sequence[Row]) -> None:
            failpoint("consume.after_project")
            began = telemetry.began()
            insert(rows)
            spans.record(f"insert into {name}", began, {"openpolicy.rows": len(rows)})

        return insert_or_park(batch, projected, inserted)

    for batch in source.batches(ended):
        failpoint("consume.after_read")
        parents = _traceparents(batch) if telemetry.is_on() else []
        with telemetry.batch(f"consume events for {name}", "consumer", parents, {"messaging.system": "kafka"}) as spans:
            rejected = source.while_paused(partial(applied, batch, spans))
            if rejected:
                park(rejected)
            failpoint("consume.after_insert")
            source.commit(batch)
        failpoint("consume.after_commit")


def _traceparents(batch: Sequence[Message]) -> list[str]:
    """The spans that published these messages, as their headers name them."""
    return [
        value.decode("ascii", "replace")
        for message in batch
        for name, value in message.headers
        if name == telemetry.HEADER
    ]


def message_row(read_model: ReadModel[Any]) -> Callable[[Message], Any]:
    """What makes a read model's row of a message; it raises BadEvent where it never can."""
    return lambda message: row_of(decode(message, whole=read_model.whole), read_model.projected)
