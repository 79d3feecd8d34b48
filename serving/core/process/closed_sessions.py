"""What lists and figures of one closed session depend on: on that session, and not on all that happens since.

So they stay in memory, in Redis and in the object store while other sessions change.
"""

from functools import partial
from typing import Final

import cachebox

from serving.core.process.facts import StatisticsStore
from warehouse.model.read_models.selection import Listing
from warehouse.postgres.lists import closed_sessions
from warehouse.postgres.lists.closed_sessions import LISTINGS, SessionRows
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.versions import Cell, LastingPart, Stamp, Version

_OF: Final = " of "
_FIGURES: Final = "figures"
_MOST: Final = 512
"""Parts that are remembered."""


class ClosedSessions:
    """The parts that closed sessions are, found out when somebody asks for one."""

    def __init__(self, readers: Readers, facts: StatisticsStore) -> None:
        self._readers = readers
        self._versions = readers.versions
        self._facts = facts
        self._rows: dict[str, SessionRows] = {}
        self._cells: cachebox.LRUCache[str, LastingPart] = cachebox.LRUCache(_MOST)
        self._closed: frozenset[str] = frozenset()
        self._closed_at: Version = None
        self._versions.parts = self.named

    async def of_list(self, listing: Listing, session: str | None) -> tuple[Stamp, SessionRows] | None:
        """What a list of one session depends on, and its rows; None for a session that is not closed."""
        if session is None or listing not in LISTINGS or not await self._is_closed(session):
            return None
        cell = self.named(f"{listing}{_OF}{session}")
        if cell is None or (version := await cell.settled()) is None:
            return None
        rows = self._rows.get(cell.label)
        return None if rows is None else (Stamp(cell, version), rows)

    async def of_figures(self, session: str) -> Stamp | None:
        """What figures of one session depend on; None for a session that is not closed."""
        if not await self._is_closed(session):
            return None
        cell = self.named(f"{_FIGURES}{_OF}{session}")
        version = None if cell is None else await cell.settled()
        return None if cell is None or version is None else Stamp(cell, version)

    def named(self, label: str) -> Cell | None:
        """The cell of a part by its label."""
        what, is_part, session = label.partition(_OF)
        if not is_part or what not in {_FIGURES, *LISTINGS}:
            return None
        found = self._cells.get(label)
        if found is None:
            if what == _FIGURES:
                found = LastingPart(label, self._versions.facts, partial(self._ask_facts, session))
            else:
                found = LastingPart(label, self._versions.lists, partial(self._ask_lists, label, what, session))
            self._cells.insert(label, found)
        return found

    async def _is_closed(self, session: str) -> bool:
        version = self._versions.catalog.version
        if version is None:
            return False
        if self._closed_at != version:
            try:
                self._closed, self._closed_at = await closed_sessions.closed(self._readers.catalog), version
            except StoreUnavailable:
                return False
        return session in self._closed

    async def _ask_lists(self, label: str, listing: Listing, session: str) -> Version:
        try:
            rows = await closed_sessions.rows_of(self._readers.catalog, listing, session)
        except StoreUnavailable:
            return None
        if rows is None:
            return None
        self._rows[label] = rows
        return rows.rows, rows.digest, rows.changed_in

    async def _ask_facts(self, session: str) -> Version:
        try:
            return await self._facts.ask(lambda facts: facts.state_of_session(session))
        except StoreUnavailable:
            return None
