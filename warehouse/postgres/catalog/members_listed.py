"""The last day on which a complete list of sitting members named a person. A list only has the members of its day."""

import datetime as dt
from collections.abc import Iterable

from warehouse.postgres.connections.pools import Database
from warehouse.runtime.sqlfiles import queries

_FILE = "postgres/catalog/queries/members_listed.sql"


def note(catalog: Database, parliament: int, persons: Iterable[int], on: dt.date) -> None:
    """Record that a complete list of this day names these people. A day before the recorded one changes nothing."""
    with catalog.connection() as connection:
        parameters = {"parliament": parliament, "persons": sorted(persons), "on": on}
        connection.execute(queries(_FILE)["note"], parameters)


def all_days(catalog: Database) -> dict[tuple[int, int], dt.date]:
    """The day by Parliament and PersonId."""
    with catalog.connection() as connection:
        rows = connection.execute(queries(_FILE)["all"]).fetchall()
    return {(parliament, person_id): last_on for parliament, person_id, last_on in rows}
