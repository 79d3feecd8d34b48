"""Overrides from the catalog, for readers."""

from uuid import UUID

from warehouse.model.overrides import Override
from warehouse.postgres.catalog.overrides import COLUMNS, override_of
from warehouse.postgres.connections.rows import query
from warehouse.postgres.readers.readers import Readers

_FILE = "postgres/catalog/queries/overrides.sql"


async def newest(readers: Readers, *, state: str | None, key: str | None, limit: int) -> list[Override]:
    """The newest ones, newest first; in one state or of the entities of one key, where these are given."""
    parameters = {"states": None if state is None else [state], "key": key, "limit": limit}
    rows = await readers.catalog.fetch(query(_FILE, "newest", columns=COLUMNS), parameters)
    return [override_of(row) for row in rows]


async def read_override(readers: Readers, override_id: UUID) -> Override | None:
    """One by its id."""
    rows = await readers.catalog.fetch(query(_FILE, "by_id", columns=COLUMNS), {"id": override_id})
    return override_of(rows[0]) if rows else None
