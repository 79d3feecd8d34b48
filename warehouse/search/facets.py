"""The order of the values of a facet, the same for every engine."""

from collections.abc import Iterable

from warehouse.model.keys import session_order
from warehouse.model.read_models.search import FacetCount, FacetName


def ordered(name: FacetName, counts: Iterable[tuple[str, int]]) -> tuple[FacetCount, ...]:
    """Most frequent values first, equal ones by name; sessions and years newest first."""
    found = [FacetCount(value, count) for value, count in counts]
    if name == "session":
        found.sort(key=lambda each: session_order(each.value), reverse=True)
    elif name == "year":
        found.sort(key=lambda each: int(each.value), reverse=True)
    else:
        found.sort(key=lambda each: (-each.count, each.value))
    return tuple(found)
