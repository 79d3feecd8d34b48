"""Facts as adapters provide them: arranged for counting, with their watermark."""

import datetime as dt
from collections import Counter

import msgspec

from warehouse.statistics.bills import BillFacts, Window
from warehouse.statistics.counting.sheets import Division, Sheet
from warehouse.statistics.counting.tallies import Tallies


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


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A member on a day."""

    person_id: int
    caucus: str
    province: str
    riding: str


class SeatsOnDay(msgspec.Struct, frozen=True, kw_only=True):
    """The members who held a seat of the House on a day, as far as known."""

    on: dt.date
    holders: tuple[Holder, ...]

    @property
    def contested(self) -> list[str]:
        """Ridings with more than one holder."""
        counts = Counter(each.riding for each in self.holders if each.riding)
        return sorted(riding for riding, count in counts.items() if count > 1)


class SessionHeld(msgspec.Struct, frozen=True, kw_only=True):
    """The stored divisions of the House in one session; unknown days are null."""

    session: str
    opened_on: dt.date | None
    closed_on: dt.date | None
    divisions: int
    highest: int
    """The highest division number."""
    with_ballots: int
    first_on: dt.date | None
    last_on: dt.date | None
