"""Reads the tables of a release out of the databases, as PostgreSQL's CSV, and what tells whether they have changed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import LiteralString

from warehouse.model.releases.datasets import DATASETS
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.sqlfiles import queries

_ONE_MOMENT: LiteralString = "set transaction isolation level repeatable read, read only"
_SHARD, _CATALOG = "postgres/shard/queries/release.sql", "postgres/catalog/queries/release.sql"
_OF_SESSION = tuple(name for name, each in DATASETS.items() if each.home == "shards")
_OF_CATALOG = tuple(name for name, each in DATASETS.items() if each.home == "catalog")
_ROOTS = {"stages": "bills", "ballots": "votes", "terms": "members", "offices": "members"}
"""The tables whose rows are parts of another one's entities: they change when those do."""

Where = tuple[str, str | None]
"""A table, and the session where it has a file for each."""
Fingerprints = dict[Where, str]


@contextmanager
def making(catalog: Database) -> Iterator[None]:
    """Only one process makes a release at a time.

    Raises:
        StoreUnavailable: another process does.
    """
    with catalog.connection() as connection:
        row = connection.execute(queries(_CATALOG)["lock"]).fetchone()
        if row is None or not row[0]:
            raise StoreUnavailable("Another process makes a release.", fix="Wait until it is done.")
        yield


def fingerprints(catalog: Database, shards: Shards) -> Fingerprints:
    """What each table, and session where it has some, is made from, by table and session.

    Raises:
        StoreUnavailable: a database is unavailable.
    """
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    for rows in shards.read(_rows):
        for root, session, count, total in rows:
            counts[root, session] += int(count)
            sums[root, session] += int(total)
    of_root: Fingerprints = {each: f"{counts[each]}-{total}" for each, total in sums.items()}
    with catalog.connection() as connection:
        of_root |= {
            (root, None): f"{count}-{total or 0}"
            for root, count, total in connection.execute(queries(_CATALOG)["fingerprints"])
        }
    return {
        (name, session): found
        for name in DATASETS
        for (root, session), found in of_root.items()
        if root == _ROOTS.get(name, name)
    }


def _rows(connection: Connection, owned: Sequence[int]) -> list[tuple[str, str, int, str]]:
    connection.execute(_ONE_MOMENT)
    return connection.execute(queries(_SHARD)["fingerprints"], {"owned": list(owned)}).fetchall()


def of_session(shards: Shards, session: str) -> dict[str, list[bytes]]:
    """The tables of one session: by table the CSV of every shard. What one shard gives is of one moment.

    Raises:
        StoreUnavailable: a database is unavailable.
    """

    def ask(connection: Connection, owned: Sequence[int]) -> dict[str, bytes]:
        connection.execute(_ONE_MOMENT)
        values = {"owned": list(owned), "session": session}
        return {name: _copied(connection, queries(_SHARD)[name], values) for name in _OF_SESSION}

    answers = shards.read(ask)
    return {name: [each[name] for each in answers] for name in _OF_SESSION}


def of_catalog(catalog: Database) -> dict[str, list[bytes]]:
    """The tables of the catalog, of one moment: by table their CSV.

    Raises:
        StoreUnavailable: the database is unavailable.
    """
    with catalog.connection() as connection:
        connection.execute(_ONE_MOMENT)
        return {name: [_copied(connection, queries(_CATALOG)[name], {})] for name in _OF_CATALOG}


def dataset_of(catalog: Database) -> str | None:
    """What kind of data the installation holds; None while it has none."""
    with catalog.connection() as connection:
        row = connection.execute(queries(_CATALOG)["dataset"]).fetchone()
    return None if row is None else str(row[0])


def _copied(connection: Connection, query: LiteralString, values: Mapping[str, object]) -> bytes:
    """The rows of a query as CSV with a header; a null is nothing at all, and an empty text `""`."""
    statement: LiteralString = "copy (" + query.rstrip(";") + ") to stdout (format csv, header)"
    with connection.cursor() as cursor, cursor.copy(statement, values) as copy:
        return b"".join(copy)
