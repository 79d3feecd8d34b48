"""Converts rows to structs. A struct's fields have the names of its columns, so names are written only once."""

import datetime as dt
from functools import cache
from typing import LiteralString, NamedTuple, TypeVar

import msgspec

from warehouse.model.entities import Provenance
from warehouse.model.overrides import refs_of
from warehouse.model.stored import Stored
from warehouse.runtime.sqlfiles import queries, remember

T = TypeVar("T", bound=msgspec.Struct)


@cache
def columns_of(struct: type[msgspec.Struct], *, without: tuple[str, ...] = (), text: tuple[str, ...] = ()) -> str:
    """The columns of a struct in its order; those in `text` have JSON and are read as text."""
    names = [field.name for field in msgspec.structs.fields(struct) if field.name not in without]
    return ", ".join(f"{name}::text" if name in text else name for name in names)


@cache
def query(file: str, name: str, **parts: str) -> LiteralString:
    """A named query with its column lists filled in. They come from structs, never from a request."""
    text: str = queries(file)[name]
    for part, columns in parts.items():
        text = text.replace("{" + part + "}", columns)
    remember(text, file, name)
    return text


class Tail(NamedTuple):
    """The columns at the end of an entity's row: its revision and provenance."""

    revision: int
    source: str
    source_url: str
    document_sha256: str
    fetched_at: dt.datetime
    recorded_at: dt.datetime
    overrides: str | None


def stored(entity: T, tail: Tail) -> Stored[T]:
    """The entity with the revision, provenance and instant at the end of its row."""
    return Stored(
        entity=entity,
        revision=tail.revision,
        provenance=Provenance(
            source=tail.source,
            url=tail.source_url,
            document_sha256=tail.document_sha256,
            fetched_at=tail.fetched_at,
            overrides=refs_of(tail.overrides),
        ),
        recorded_at=tail.recorded_at,
    )
