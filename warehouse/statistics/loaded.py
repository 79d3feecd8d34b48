"""Facts as an adapter hands them over: laid out for counting, with their watermark."""

import datetime as dt

import msgspec

from warehouse.statistics.bills import BillFacts, Window
from warehouse.statistics.sheets import Division, Sheet
from warehouse.statistics.tallies import Tallies


class LoadedSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet with the names of its persons."""

    sheet: Sheet
    watermark: dt.datetime | None
    names: dict[int, str]


class LoadedTallies(msgspec.Struct, frozen=True, kw_only=True):
    """The tallies of many divisions by caucus, counted by the engine."""

    divisions: tuple[Division, ...]
    tallies: Tallies
    watermark: dt.datetime | None


class LoadedBills(msgspec.Struct, frozen=True, kw_only=True):
    """Bills, and the days of their session where they are of one."""

    bills: tuple[BillFacts, ...]
    opened_on: dt.date | None
    closed_on: dt.date | None
    watermark: dt.datetime | None

    def window(self, today: dt.date) -> Window:
        """The session as of a day."""
        return Window(opened_on=self.opened_on, closed_on=self.closed_on, today=today)
