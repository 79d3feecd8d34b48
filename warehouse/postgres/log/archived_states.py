"""Replaces addresses of archived states with the states, in rows of a query.

The object store is read only if there is an address, and never in the event loop.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.model.past import Address, PastStates, is_address
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.runtime.errors import StoreUnavailable

R = TypeVar("R", bound=NamedTuple)


def with_states(database: Database, entries: list[LogEntry], *, whole: bool) -> list[LogEntry]:
    """The entries with their states; votes with their ballots if `whole`.

    Raises:
        StoreUnavailable: the object store is unavailable, or not known here.
        StateLost: the object of one of them is missing, or was altered.
    """
    wanted = [entry.state for entry in entries if is_address(entry.state)]
    if not wanted:
        return entries
    states = _of(database.past).read(wanted, whole=whole)
    return [
        msgspec.structs.replace(entry, state=states[entry.state]) if entry.state in states else entry
        for entry in entries
    ]


async def states_of(source: WatchedDatabase, rows: Sequence[R], columns: Sequence[str], *, whole: bool) -> list[R]:
    """The rows with states in these columns, for the API; the object store is read in a thread.

    Raises:
        StoreUnavailable, StateLost: as `with_states`.
    """
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


def _addresses(rows: Iterable[Any], columns: Sequence[str]) -> list[Address]:
    states = (getattr(row, column) for row in rows for column in columns)
    return [state for state in states if state is not None and is_address(state)]


def _filled(rows: Iterable[R], columns: Sequence[str], states: dict[Address, str]) -> list[R]:
    return [
        row._replace(**{column: states.get(getattr(row, column), getattr(row, column)) for column in columns})
        for row in rows
    ]
