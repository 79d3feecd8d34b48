"""The catalog's table of overrides, and the lock that keeps loads and editors apart."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from warehouse.model.kinds import EntityType
from warehouse.model.overrides import Override, State
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.connections.rows import query
from warehouse.runtime.sqlfiles import queries

_FILE = "postgres/catalog/queries/overrides.sql"
_NAMES = tuple(field.name for field in msgspec.structs.fields(Override))
COLUMNS = ", ".join("override_id" if name == "id" else name for name in _NAMES)
"""The columns of an override, in its order."""


def _query(name: str) -> LiteralString:
    return query(_FILE, name, columns=COLUMNS)


def override_of(row: Sequence[Any]) -> Override:
    """The override in a row of `COLUMNS`."""
    return Override(**dict(zip(_NAMES, row, strict=True)))


@contextmanager
def kept_still(catalog: Database) -> Iterator[None]:
    """No override is made or removed during this block. Several holders may share the lock, but none may take it twice:
    a waiting editor would block the second. The lock ends with its process."""
    with catalog.connection() as connection:
        connection.execute(queries(_FILE)["keep_still"])
        yield


@contextmanager
def changing(catalog: Database) -> Iterator[None]:
    """During this block no load merges overrides, and nobody else changes any."""
    with catalog.connection() as connection:
        connection.execute(queries(_FILE)["change"])
        yield


def active(catalog: Database) -> list[Override]:
    """The active overrides, oldest first."""
    return _select(catalog, "active")


def of_entity(catalog: Database, entity: EntityType, key: str) -> list[Override]:
    """All overrides of an entity, including former ones, oldest first."""
    return _select(catalog, "of_entity", entity=entity, key=key)


def unfinished(catalog: Database) -> list[Override]:
    """Overrides that are not in their entity yet, because a process ended between writing the two databases."""
    return _select(catalog, "unfinished")


def is_due(catalog: Database) -> bool:
    """Whether any override is unfinished, or past its expiry."""
    with catalog.connection() as connection:
        row = connection.execute(queries(_FILE)["is_due"]).fetchone()
    return bool(row and row[0])


def noted(catalog: Database) -> list[Override]:
    """The overrides that findings are about: active ones, and those that upstream has settled."""
    return _select(catalog, "active_or_settled")


def find_override(catalog: Database, override_id: UUID) -> Override | None:
    """The override with an id."""
    found = _select(catalog, "by_id", id=override_id)
    return found[0] if found else None


def list_overrides(catalog: Database, states: Sequence[State] | None, limit: int) -> list[Override]:
    """The newest overrides in these states, newest first."""
    return _select(catalog, "newest", states=states and list(states), key=None, limit=limit)


def add(catalog: Database, override: Override) -> None:
    """Store a new override.

    Raises:
        psycopg.errors.UniqueViolation: another override of the same field is active.
    """
    values = msgspec.structs.asdict(override)
    values |= {name: _json(values[name]) for name in ("value", "old_value", "upstream_value")}
    with catalog.connection() as connection:
        connection.execute(queries(_FILE)["add"], values)


def expire(catalog: Database) -> int:
    """End overrides past their expiry; returns how many."""
    with catalog.connection() as connection:
        return connection.execute(queries(_FILE)["expire"]).rowcount


def end(catalog: Database, override_id: UUID) -> None:
    """Mark an override as removed. It stays in the table; a removed one is left unchanged."""
    with catalog.connection() as connection:
        connection.execute(queries(_FILE)["end"], {"id": override_id})


def finish(catalog: Database, ids: Sequence[UUID]) -> None:
    """Mark these as present in their entities."""
    with catalog.connection() as connection:
        connection.execute(queries(_FILE)["finish"], {"ids": list(ids)})


def note(catalog: Database, seen: Mapping[UUID, Any], settled: frozenset[UUID]) -> None:
    """Record upstream's present values for overrides; the `settled` ones no longer apply."""
    if not seen:
        return
    parameters = {
        "ids": list(seen),
        "values": [_json(value) for value in seen.values()],
        "settled": [each in settled for each in seen],
    }
    with catalog.connection() as connection:
        connection.execute(queries(_FILE)["note"], parameters)


def _select(catalog: Database, name: str, **parameters: Any) -> list[Override]:
    with catalog.connection() as connection:
        return _rows(connection, name, parameters)


def _rows(connection: Connection, name: str, parameters: Mapping[str, Any]) -> list[Override]:
    return [override_of(row) for row in connection.execute(_query(name), parameters)]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
