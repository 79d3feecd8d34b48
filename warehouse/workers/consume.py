"""The dull loop: messages of Kafka through a pure projection into a store, and only then the offsets."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import msgspec

from warehouse.model.envelope import Message, decode
from warehouse.postgres import lists
from warehouse.postgres.pools import Database
from warehouse.projections.lists import COLUMNS, ListRow, project
from warehouse.runtime.errors import BadEvent, RowRefused
from warehouse.runtime.failpoints import failpoint

Row = TypeVar("Row")
Work = TypeVar("Work")
Projected = tuple[str, ListRow]
Park = Callable[[Sequence[tuple[Message, str]]], None]
"""Keeps messages that can never be processed, each with the reason; they are safe when it returns."""


class Source(Protocol):
    """Where messages come from."""

    def batches(self, ended: Callable[[], bool]) -> Iterator[list[Message]]:
        """The next messages, until `ended`."""

    def while_paused(self, work: Callable[[], Work]) -> Work:
        """Do slow work without losing the place in the group."""

    def commit(self, batch: Sequence[Message]) -> None:
        """Note that these messages, and all before them, are done."""


def run(
    source: Source,
    projected: Callable[[Message], Row | None],
    insert: Callable[[Sequence[Row]], None],
    park: Park,
    ended: Callable[[], bool],
) -> None:
    """Batch by batch: project each message, park what can never be processed, insert the rows, commit the offsets.

    A message is parked when projecting raises `BadEvent` or when the store raises `RowRefused` for it alone. Anything
    else raises, nothing is committed, and the batch comes again; applying it twice is as good as once.
    """
    for batch in source.batches(ended):
        rows: list[tuple[Message, Row]] = []
        unfit: list[tuple[Message, str]] = []
        for message in batch:
            try:
                row = projected(message)
            except BadEvent as error:
                unfit.append((message, error.message))
                continue
            if row is not None:
                rows.append((message, row))
        failpoint("consume.after_project")
        unfit += source.while_paused(lambda rows=rows: list(_insert(rows, insert)))  # type: ignore[misc]
        if unfit:
            park(unfit)
        failpoint("consume.after_sink")
        source.commit(batch)
        failpoint("consume.after_commit")


def _insert(
    rows: Sequence[tuple[Message, Row]], insert: Callable[[Sequence[Row]], None]
) -> Iterable[tuple[Message, str]]:
    """Insert the rows together; where the store refuses, by halves, until it is known which one it is."""
    if not rows:
        return
    try:
        insert([row for _, row in rows])
    except RowRefused as error:
        if len(rows) == 1:
            yield rows[0][0], f"The store refuses it: {error.message}"
            return
        middle = len(rows) // 2
        yield from _insert(rows[:middle], insert)
        yield from _insert(rows[middle:], insert)


def list_row(message: Message) -> Projected | None:
    """The row of a list table that a message makes; None for entities that have none.

    Raises:
        BadEvent: it can never make one.
    """
    entry = decode(message)
    try:
        return project(entry)
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadEvent(f"The state of {entry.entity} {entry.key} makes no row: {error}.") from error


def into_lists(catalog: Database) -> Callable[[Sequence[Projected]], None]:
    """What applies projected rows to the list tables of a catalog."""

    def insert(projected: Sequence[Projected]) -> None:
        rows: dict[str, list[ListRow]] = {}
        for table, row in projected:
            rows.setdefault(table, []).append(row)
        lists.apply_in_turn(catalog, COLUMNS, rows)

    return insert
