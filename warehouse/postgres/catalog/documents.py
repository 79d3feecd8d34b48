"""The catalog's register of documents: the last outcome of every address, and the bytes that were loaded."""

from collections.abc import Mapping, Sequence

import msgspec
from psycopg.rows import TupleRow

from warehouse.model.documents import Document, Fetched
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.connections.rows import columns_of, query
from warehouse.runtime.sqlfiles import queries

__all__ = ["Document", "DocumentRegister", "Fetched"]

_FILE = "postgres/catalog/queries/documents.sql"
_RECORDED = (
    "url", "source", "session", "outcome", "reason", "sha256", "etag", "last_modified", "fetched_at", "checked_at",
)  # fmt: skip
_ARCHIVED = ("sha256", "url", "size", "fetched_at")


class DocumentRegister:
    """The tables `documents` and `archived`. Every function runs one statement for any number of documents.

    Each may raise `StoreUnavailable`.
    """

    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog

    def known(self, source: str, session: str | None = None) -> dict[str, Document]:
        """The documents of a source by address, of one session or of all."""
        return self._select("by_source", source=source, session=session)

    def by_urls(self, urls: Sequence[str]) -> dict[str, Document]:
        """The documents of these addresses, without those that were never requested."""
        return self._select("by_urls", urls=list(urls))

    def record(self, fetched: Sequence[Fetched]) -> None:
        """Record outcomes of requests; if an address occurs twice, the later one counts. The bytes of every `changed`
        document must be in the archive already."""
        latest = {row.url: row for row in fetched}
        rows = [latest[url] for url in sorted(latest)]
        new = [row for row in rows if row.outcome == "changed"]
        sql = queries(_FILE)
        with self._catalog.connection() as connection:
            if new:
                headers = [msgspec.json.encode(row.headers).decode() for row in new]
                connection.execute(sql["archive"], {**_arrays(new, _ARCHIVED), "headers": headers})
            if rows:
                connection.execute(sql["record"], _arrays(rows, _RECORDED))

    def mark_loaded(self, read: Mapping[str, str], loaded_by: str) -> None:
        """Record that these bytes (SHA-256 by address) were parsed, checked and stored by the version `loaded_by`."""
        parameters = {"urls": list(read), "digests": list(read.values()), "loaded_by": loaded_by}
        with self._catalog.connection() as connection:
            connection.execute(queries(_FILE)["mark_loaded"], parameters)

    def broken(self, source: str) -> dict[str, str]:
        """The reason of each failed last request for a document of the source, by address."""
        with self._catalog.connection() as connection:
            return dict(connection.execute(queries(_FILE)["broken"], {"source": source}).fetchall())

    def _select(self, name: str, **parameters: object) -> dict[str, Document]:
        statement = query(_FILE, name, columns=columns_of(Document))
        with self._catalog.connection() as connection:
            rows = connection.execute(statement, parameters).fetchall()
        return {row[0]: _document(row) for row in rows}


def _document(row: TupleRow) -> Document:
    return Document(**dict(zip(Document.__struct_fields__, row, strict=True)))


def _arrays(rows: Sequence[Fetched], names: Sequence[str]) -> dict[str, list[object]]:
    return {name: [getattr(row, name) for row in rows] for name in names}
