"""Scorecards in the catalog, by the hash of their content."""

import datetime as dt
from typing import Final, Literal, LiteralString, NamedTuple

from warehouse.postgres.connections.pools import Database
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.sqlfiles import queries

_FILE: Final = "postgres/catalog/queries/scorecards.sql"
MOST_CARDS: Final = 100_000
"""Anybody may bring a card, so there is an end to how many are kept."""
MOST_OF_ONE: Final = 50
"""New cards of one caller in a day."""
UNREAD_FOR: Final = dt.timedelta(days=90)
"""A card that nobody reads for so long is deleted."""

Outcome = Literal["new", "known", "quota", "full"]


class KeptCard(NamedTuple):
    """A card, and whether the last noted reading is more than a day old, so that this one should be noted."""

    content: bytes
    read_before_today: bool


def store(
    catalog: Database,
    digest: str,
    content: bytes,
    caller: bytes,
    *,
    most: int | None = None,
    most_of_one: int | None = None,
) -> Outcome:
    """Store a card for a caller, who is known by a hash of address and day. Storing a known card counts as reading it.

    The limits, by default those above, hold over all processes.

    Raises:
        StoreUnavailable: the catalog cannot be reached.
    """
    with catalog.connection() as connection:
        connection.execute(_query("lock"))
        connection.execute(_query("expire"), {"unread_for": UNREAD_FOR})
        if connection.execute(_query("touch"), {"hash": digest}).fetchone() is not None:
            return "known"
        cards, cards_of_caller = connection.execute(_query("counts"), {"caller": caller}).fetchone() or (0, 0)
        if cards_of_caller >= (MOST_OF_ONE if most_of_one is None else most_of_one):
            return "quota"
        if cards >= (MOST_CARDS if most is None else most):
            return "full"
        connection.execute(_query("store"), {"hash": digest, "content": content, "caller": caller})
        return "new"


def touch(catalog: Database, digest: str) -> None:
    """Note that a card is read.

    Raises:
        StoreUnavailable: the catalog cannot be reached.
    """
    with catalog.connection() as connection:
        connection.execute(_query("touch"), {"hash": digest})


async def by_hash(readers: Readers, digest: str) -> KeptCard | None:
    """The card with this hash; None where there is none."""
    rows = await readers.catalog.fetch(_query("by_hash"), {"hash": digest})
    return KeptCard(bytes(rows[0][0]), bool(rows[0][1])) if rows else None


def _query(name: str) -> LiteralString:
    return queries(_FILE)[name]
