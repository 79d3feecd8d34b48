"""Scorecards in the catalog, by the hash of their content."""

from typing import Final

from warehouse.postgres.connections.pools import Database
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.sqlfiles import queries

_FILE: Final = "postgres/catalog/queries/scorecards.sql"
MOST_CARDS: Final = 100_000
"""Anybody may bring a card, so there is an end to how many are kept."""


def store(catalog: Database, digest: str, content: bytes, most: int = MOST_CARDS) -> bool:
    """Keep a card; whether it was new. A card that is neither new nor known found no room.

    Raises:
        StoreUnavailable: the catalog cannot be reached.
    """
    with catalog.connection() as connection:
        parameters = {"hash": digest, "content": content, "most": most}
        return connection.execute(queries(_FILE)["store"], parameters).fetchone() is not None


async def by_hash(readers: Readers, digest: str) -> bytes | None:
    """The content of a card; None when there is none."""
    rows = await readers.catalog.fetch(queries(_FILE)["by_hash"], (digest,))
    return bytes(rows[0][0]) if rows else None
