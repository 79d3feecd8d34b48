"""The way of a bill: first its own chamber's readings, then the other's, then royal assent."""

from collections.abc import Iterable
from typing import Final

from warehouse.model.keys import Chamber

_HOUSE: Final = ("house-first-reading", "house-second-reading", "house-third-reading")
_SENATE: Final = ("senate-first-reading", "senate-second-reading", "senate-third-reading")
ASSENT: Final = "royal-assent"


def way(chamber: Chamber) -> tuple[str, ...]:
    """The readings, in the order in which a bill of this chamber of origin meets them, and royal assent."""
    first, second = (_HOUSE, _SENATE) if chamber == "commons" else (_SENATE, _HOUSE)
    return (*first, *second, ASSENT)


def furthest(chamber: Chamber, reached: Iterable[str | None]) -> str | None:
    """The last on the way of those that were reached; null for none."""
    path = way(chamber)
    return max((each for each in reached if each is not None), key=path.index, default=None)


def passed(chamber: Chamber, stage: str | None) -> tuple[str, ...]:
    """All that a bill has passed that reached a stage: whatever comes before it, whether or not its date is known."""
    path = way(chamber)
    return path[: path.index(stage) + 1] if stage in path else ()
