"""Applies one batch to a read model: project each change, insert the rows together, return items that can never be
applied."""

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
    """Insert the rows of a batch; returns the items that can never be applied, each with the reason.

    An item is rejected if projecting raises `BadEvent`, or if the store raises `RowRefused` for it alone. Any other
    exception propagates: the batch comes again, and applying it twice is safe.
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
    """Insert the rows together. If the store refuses, insert halves until the row at fault is found."""
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
        BadEvent: the change can never give a row.
    """
    try:
        return projected(entry)
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadEvent(f"The state of {entry.entity} {entry.key} makes no row: {error}.") from error
