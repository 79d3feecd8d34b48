"""Applies one batch to a read model: project each change, insert the rows together, name what can never be applied."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.runtime.errors import BadEvent, RowRefused

Item = TypeVar("Item")
Row = TypeVar("Row")


def insert_or_park(
    batch: Sequence[Item], projected: Callable[[Item], Row | None], insert: Callable[[Sequence[Row]], None]
) -> list[tuple[Item, str]]:
    """Insert the rows of a batch; returns what can never be applied, each with the reason.

    An item is rejected when projecting raises `BadEvent`, or when the store raises `RowRefused` for it alone. Anything
    else raises: the batch comes again, and taking it twice is as good as once.
    """
    rows: list[tuple[Item, Row]] = []
    rejected: list[tuple[Item, str]] = []
    for item in batch:
        try:
            row = projected(item)
        except BadEvent as error:
            rejected.append((item, error.message))
            continue
        if row is not None:
            rows.append((item, row))
    return rejected + list(_insert(rows, insert))


def _insert(rows: Sequence[tuple[Item, Row]], insert: Callable[[Sequence[Row]], None]) -> Iterator[tuple[Item, str]]:
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


def row_of(entry: LogEntry, projected: Callable[[LogEntry], Row | None]) -> Row | None:
    """The row that a read model makes of a change.

    Raises:
        BadEvent: it can never make one.
    """
    try:
        return projected(entry)
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadEvent(f"The state of {entry.entity} {entry.key} makes no row: {error}.") from error
