"""The roster as this process keeps it: read anew when a member has changed."""

import asyncio
import datetime as dt
from typing import Final

from warehouse.postgres.entities.vote_sheets import read_roster
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.versions import Version
from warehouse.statistics.counting.roster import Roster

_DAYS: Final = 1024
"""Days kept; each has a list of the members who sat then."""


class KeptRoster:
    """Who there is and was, for a process that serves the statistics of single votes."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._kept: tuple[Version, Roster, dict[tuple[int, dt.date], Roster]] | None = None
        self._reading = asyncio.Lock()

    def forget(self) -> None:
        """Nothing kept can be trusted any more."""
        self._kept = None

    async def of_day(self, parliament: int, on: dt.date) -> Roster:
        """The roster of a day, of the catalog's present version or of a newer one.

        Raises:
            StoreUnavailable: it must be read, and the catalog is unavailable.
        """
        async with self._reading:
            version = self._readers.versions.catalog.version
            if self._kept is None or version is None or self._kept[0] != version:
                self._kept = version, await read_roster(self._readers), {}
            _, roster, days = self._kept
        found = days.get((parliament, on))
        if found is None:
            if len(days) >= _DAYS:
                days.clear()
            found = days[parliament, on] = roster.of_day(parliament, on)
        return found
