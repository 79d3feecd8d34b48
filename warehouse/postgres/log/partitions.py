"""The monthly partitions of a change log, created ahead of time so that no change goes into the default partition."""

from warehouse.postgres.connections.pools import Connection
from warehouse.runtime.sqlfiles import queries

_AHEAD = 2
_QUERIES = "postgres/common/queries/log_months.sql"


def make_ahead(connection: Connection) -> int:
    """Create missing partitions of this month and the next two; returns how many were missing.

    Changes that were recorded before their partition existed move into it.
    """
    row = connection.execute(queries(_QUERIES)["make_ahead"], {"ahead": _AHEAD}).fetchone()
    return int(row[0]) if row else 0
