"""What a closed session's part of a list is, as one number: whatever else changes, its lists stay what they are."""

import datetime as dt
from typing import Final, LiteralString

import msgspec

from warehouse.model.read_models.selection import Listing
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.runtime.sqlfiles import queries

_FILE: Final = "postgres/catalog/queries/closed_sessions.sql"
_TABLES: Final[dict[Listing, LiteralString]] = {"bills": "bill_list", "votes": "vote_list"}
LISTINGS: Final = tuple(_TABLES)


class SessionRows(msgspec.Struct, frozen=True):
    """The rows of one session in a list table."""

    rows: int
    digest: int
    """Depends on the key and revision of every row that is live."""
    changed_in: int
    """The version of the list tables that last changed one of them, or the oldest that is kept."""
    made_at: dt.datetime
    """When that version was made."""


async def closed(catalog: WatchedDatabase) -> frozenset[str]:
    """The sessions that are over.

    Raises:
        StoreUnavailable: the catalog is unavailable.
    """
    return frozenset(key for (key,) in await catalog.fetch(queries(_FILE)["closed"]))


async def rows_of(catalog: WatchedDatabase, listing: Listing, session: str) -> SessionRows | None:
    """The rows of a session in a list now; None where there never were any.

    Raises:
        StoreUnavailable: the catalog is unavailable.
    """
    query: LiteralString = queries(_FILE)["rows_of_session"].replace("{table}", _TABLES[listing])
    rows = await catalog.fetch(query, {"session": session})
    return SessionRows(*rows[0]) if rows else None
