"""One session of a Parliament from the catalog."""

from uuid import UUID

import msgspec

from warehouse.model.entities import Session
from warehouse.model.keys import bucket_of, entity_id
from warehouse.model.past import Past
from warehouse.model.stored import Stored, Withdrawn
from warehouse.postgres.connections.rows import Tail, columns_of, query, stored
from warehouse.postgres.entities import history
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.sqlfiles import queries

_FILE = "postgres/catalog/queries/read_sessions.sql"
_COLUMNS = [field.name for field in msgspec.structs.fields(Session)]


async def by_key(readers: Readers, key: str, past: Past | None = None) -> Stored[Session] | Withdrawn | None:
    """The session; None when there is none."""
    if past is not None:
        at = past if past.version is None else Past(known_at=past.made_at)
        return await history.at(readers.catalog, "session", Session, key, at)
    text = query(_FILE, "by_id", columns=columns_of(Session))
    rows = await readers.catalog.fetch(text, (bucket_of(key), entity_id("session", key)))
    if not rows:
        return await history.withdrawn(readers.catalog, "session", key)
    row, count = rows[0], len(_COLUMNS)
    return stored(Session(**dict(zip(_COLUMNS, row, strict=False))), Tail._make(row[count:]))


async def key_of_id(readers: Readers, session_id: UUID) -> str | None:
    """The key of a session by its internal id."""
    rows = await readers.catalog.fetch(queries(_FILE)["key_of"], (session_id,))
    return str(rows[0][0]) if rows else None
