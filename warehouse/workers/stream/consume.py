"""The dull loop: messages of Kafka through a pure projection into a store, and only then the offsets."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from warehouse.model.changes.envelope import Message, decode
from warehouse.runtime.failpoints import failpoint
from warehouse.workers.read_models.registry import ReadModel
from warehouse.workers.stream.batches import insert_or_park, row_of

Row = TypeVar("Row")
Work = TypeVar("Work")
Park = Callable[[Sequence[tuple[Message, str]]], None]
"""Keeps messages that can never be processed, each with the reason; they are safe when it returns."""


class MessageSource(Protocol):
    """Where messages come from."""

    def batches(self, ended: Callable[[], bool]) -> Iterator[list[Message]]:
        """The next messages, until `ended`."""

    def while_paused(self, work: Callable[[], Work]) -> Work:
        """Do slow work without losing the place in the group."""

    def commit(self, batch: Sequence[Message]) -> None:
        """Note that these messages, and all before them, are done."""


def run(
    source: MessageSource,
    projected: Callable[[Message], Row | None],
    insert: Callable[[Sequence[Row]], None],
    park: Park,
    ended: Callable[[], bool],
) -> None:
    """Batch by batch: project each message, insert the rows, park what can never be processed, commit the offsets.

    What fails for now raises, nothing is committed, and the batch comes again; applying it twice is as good as once.
    """

    def inserted(rows: Sequence[Row]) -> None:
        failpoint("consume.after_project")
        insert(rows)

    for batch in source.batches(ended):
        failpoint("consume.after_read")
        rejected = source.while_paused(lambda batch=batch: insert_or_park(batch, projected, inserted))  # type: ignore[misc]
        if rejected:
            park(rejected)
        failpoint("consume.after_sink")
        source.commit(batch)
        failpoint("consume.after_commit")


def message_row(read_model: ReadModel[Any]) -> Callable[[Message], Any]:
    """What makes a read model's row of a message; it raises BadEvent where it never can."""
    return lambda message: row_of(decode(message, whole=read_model.whole), read_model.projected)
