"""Puts the states of archived changes in the place of their addresses, in rows that a query gave.

The object store is asked only when there is an address, and never by the event loop.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from warehouse.model.past import Address, PastStates, is_address
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.runtime.errors import StoreUnavailable

Row = tuple[Any, ...]


def with_states(database: Database, rows: Sequence[Row], columns: Sequence[int], *, whole: bool) -> list[Row]:
    """The rows with every state in these columns there; of votes with their ballots if `whole`.

    Raises:
        StoreUnavailable: the object store is away, or not known here.
        StateLost: the object of one of them is missing, or was altered.
    """
    wanted = _addresses(rows, columns)
    return _filled(rows, columns, _of(database.past).read(wanted, whole=whole)) if wanted else list(rows)


async def states_of(source: WatchedDatabase, rows: Sequence[Row], columns: Sequence[int], *, whole: bool) -> list[Row]:
    """The same for readers of the API: the object store is read in a thread."""
    wanted = _addresses(rows, columns)
    if not wanted:
        return list(rows)
    return _filled(rows, columns, await asyncio.to_thread(_of(source.past).read, wanted, whole=whole))


async def state_of(source: WatchedDatabase, address: Address, *, whole: bool) -> str:
    """The state at one address."""
    return (await asyncio.to_thread(_of(source.past).read, [address], whole=whole))[address]


def _of(past: PastStates | None) -> PastStates:
    if past is None:
        raise StoreUnavailable(
            "The state of an archived change is wanted, and no object store is known here.",
            fix="Set OPENPOLICY_OBJECTS_URL to the one that `openpolicy log archive` writes to.",
        )
    return past


def _addresses(rows: Iterable[Row], columns: Sequence[int]) -> list[Address]:
    return [row[column] for row in rows for column in columns if row[column] is not None and is_address(row[column])]


def _filled(rows: Iterable[Row], columns: Sequence[int], states: dict[Address, str]) -> list[Row]:
    filled = []
    for row in rows:
        values = list(row)
        for column in columns:
            values[column] = states.get(values[column], values[column])
        filled.append(tuple(values))
    return filled
