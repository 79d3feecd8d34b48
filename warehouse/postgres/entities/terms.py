"""The terms of all members from the catalog: who sat where, in which caucus, and when."""

import datetime as dt

import msgspec

from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.runtime.sqlfiles import queries

_FILE = "postgres/catalog/queries/read_members.sql"


class MemberTerm(msgspec.Struct, frozen=True):
    """A half-open interval `[from_on, to_on)` in which a member sat for one riding in one caucus."""

    person_id: int
    name: str
    """The latest known name."""
    parliament: int
    caucus: str | None
    riding: str | None
    province: str | None
    from_on: dt.date
    to_on: dt.date | None

    def covers(self, on: dt.date) -> bool:
        """Whether the member sat on a day."""
        return self.from_on <= on and (self.to_on is None or on < self.to_on)


async def every(catalog: WatchedDatabase) -> list[MemberTerm]:
    """All terms, by name.

    Raises:
        StoreUnavailable: the catalog does not answer.
    """
    return [MemberTerm(*row) for row in await catalog.fetch(queries(_FILE)["terms"])]


async def of_day(catalog: WatchedDatabase, on: dt.date) -> dict[int, MemberTerm]:
    """The terms of a day, by PersonId: nobody has two at once.

    Raises:
        StoreUnavailable: the catalog does not answer.
    """
    found = [MemberTerm(*row) for row in await catalog.fetch(queries(_FILE)["terms_on"], {"on": on})]
    return {term.person_id: term for term in found}
