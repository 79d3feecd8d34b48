"""What caches compare: versions of what an answer depends on. Nothing here knows a database.

An answer is stamped with a version that was read *before* its query ran. So an answer may be newer than its stamp,
which costs one query more, and never older, which would be wrong. `warehouse.postgres.readers.versions` fills the
cells.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from warehouse.runtime.breaker import PolledBreaker
from warehouse.runtime.clock import today

Version = int | tuple[int | None, ...] | None


class Cell:
    """A version that changes whenever anything it stands for does; None until it is known."""

    __slots__ = ("label", "sources", "version")
    is_lasting = False
    """Whether only a correction changes it, or nothing at all, so that answers are worth keeping for weeks."""

    def __init__(self, label: str, sources: tuple[PolledBreaker, ...]) -> None:
        self.label = label
        self.sources = sources
        self.version: Version = None

    async def settled(self) -> Version:
        """The version, found out anew where that takes a question."""
        return self.version


class JoinedCell(Cell):
    """Changes whenever one of two others does."""

    __slots__ = ("_one", "_other")

    def __init__(self, one: Cell, other: Cell) -> None:
        self._one, self._other = one, other
        super().__init__(f"{one.label}+{other.label}", (*one.sources, *other.sources))

    @property
    def version(self) -> Version:
        """Both versions; None while either is not known."""
        one, other = self._one.version, self._other.version
        return (one, other) if isinstance(one, int) and isinstance(other, int) else None

    @version.setter
    def version(self, version: Version) -> None:
        """It has no version of its own to set."""


class DayCell(Cell):
    """Changes at midnight in Ottawa."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("day", ())

    @property
    def version(self) -> Version:
        """The number of the day."""
        return today().toordinal()

    @version.setter
    def version(self, version: Version) -> None:
        """The clock sets it."""


class Stamp(NamedTuple):
    """What an answer depends on, and the version of it before the answer was read."""

    cell: Cell
    version: Version

    @property
    def is_current(self) -> bool:
        """Whether nothing has changed since."""
        return self.version is not None and self.version == self.cell.version


class Unchanging(Cell):
    """Of what is what it is for ever, as a revision."""

    __slots__ = ()
    is_lasting = True

    def __init__(self, label: str) -> None:
        super().__init__(label, ())
        self.version = 1


PAST: Final = Unchanging("past")
"""What an answer about one revision depends on."""


class LastingPart(Cell):
    """A part of something larger that only a correction changes. Its version is found out anew, by a question, where
    the whole has changed since; until then it has none."""

    is_lasting = True
    __slots__ = ("_ask", "_asking", "_known", "_known_at", "_whole")

    def __init__(self, label: str, whole: Cell, ask: Callable[[], Awaitable[Version]]) -> None:
        """`ask` reads the version; it is None where it cannot be had."""
        self._whole, self._ask, self._asking = whole, ask, asyncio.Lock()
        self._known: Version = None
        self._known_at: Version = None
        super().__init__(label, whole.sources)

    @property
    def version(self) -> Version:
        """What was found out, while the whole is what it was then."""
        return self._known if self._known_at is not None and self._known_at == self._whole.version else None

    @version.setter
    def version(self, version: Version) -> None:
        """It is only ever found out."""

    async def settled(self) -> Version:
        """See `Cell`. The whole's version is noted before the question: the answer is of then, or newer."""
        async with self._asking:
            if self.version is None and (at := self._whole.version) is not None:
                self._known, self._known_at = await self._ask(), at
        return self.version


class CacheValidity:
    """What a cache needs to know of an installation besides the cells."""

    def __init__(self) -> None:
        self.epoch = 0
        """Raised with every change of any version."""
        self.replacements = 0
        """Raised when nothing kept can be trusted: other databases, or another kind of data."""
        self.is_unavailable = True
        """Whether any store is unavailable, so that what is kept may be out of date."""

    @property
    def identity(self) -> str:
        """Names what all versions are of; empty while that is not known. Part of every key in a cache that others
        share."""
        return ""

    def named(self, label: str) -> Cell | None:
        """The cell with a label, as another process wrote it down; None where this process has none such."""
        return PAST if label == PAST.label else None


class Signal:
    """Wakes all who wait, each time it is given. Ten thousand waiters cost nothing until then."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def give(self) -> None:
        """Wake those who wait now; later ones wait for the next signal."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def wait(self, timeout_s: float) -> None:
        """Wait for the next signal, or for so many seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), timeout_s)
