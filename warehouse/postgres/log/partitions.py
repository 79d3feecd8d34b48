"""The months of a change log: made ahead of time, so that no change has to wait in the default partition."""

from warehouse.postgres.connections.pools import Connection
from warehouse.runtime.sqlfiles import queries

_AHEAD = 2
_QUERIES = "postgres/common/queries/log_months.sql"


def make_ahead(connection: Connection) -> int:
    """Make the partitions of this month and the next two where they are missing; returns how many were.

    Changes that were recorded before their month was made move into it.
    """
    row = connection.execute(queries(_QUERIES)["make_ahead"], {"ahead": _AHEAD}).fetchone()
    return int(row[0]) if row else 0
