"""Small counts of stored data, shown in Dagster."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from warehouse.model.read_models.facts import SessionTotals
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.sqlfiles import queries

_SHARD = "postgres/shard/queries/counts.sql"
_CATALOG = "postgres/catalog/queries/counts.sql"


def bill_statuses(shards: Shards, session: str) -> Counter[str]:
    """Bills of a session by status."""
    return Counter({row[0]: count for row, count in _over_shards(shards, "bill_statuses", session).items()})


def vote_months(shards: Shards, session: str) -> Counter[tuple[str, str]]:
    """Votes of a session by month, `2025-06`, and result."""
    return Counter({(row[0], row[1]): count for row, count in _over_shards(shards, "vote_months", session).items()})


def seats(catalog: Database) -> Counter[str]:
    """Sitting members by caucus."""
    with catalog.connection() as connection:
        return Counter(dict(connection.execute(queries(_CATALOG)["seats"]).fetchall()))


def list_rows(catalog: Database) -> dict[str, int]:
    """Current rows of the list tables: `bills`, `votes`, `members`."""
    with catalog.connection() as connection:
        row = connection.execute(queries(_CATALOG)["lists"]).fetchone()
    return dict(zip(("bills", "votes", "members"), row or (0, 0, 0), strict=True))


def vote_totals(shards: Shards, keys: Sequence[str]) -> dict[str, SessionTotals]:
    """Sums by session over those of these votes that are on the shards."""

    def ask(connection: Connection, owned: list[int]) -> list[tuple[Any, ...]]:
        rows = connection.execute(queries(_SHARD)["vote_totals"], {"keys": list(keys), "owned": owned})
        return rows.fetchall()

    found: dict[str, SessionTotals] = {}
    for rows in shards.read(ask):
        for session, *numbers in rows:
            pairs = zip(found.get(session, SessionTotals()), numbers, strict=True)
            found[session] = SessionTotals(*(before + int(more) for before, more in pairs))
    return found


def _over_shards(shards: Shards, name: str, session: str) -> Counter[tuple[Any, ...]]:
    def ask(connection: Connection, owned: list[int]) -> Counter[tuple[Any, ...]]:
        rows = connection.execute(queries(_SHARD)[name], {"session": session, "owned": owned})
        return Counter({tuple(group): count for *group, count in rows})

    return sum(shards.read(ask), start=Counter())
