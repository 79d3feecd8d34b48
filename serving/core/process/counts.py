"""How many entries a list has under given conditions at a given version: read once, whatever page, order or format."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import cachebox

from warehouse.model.read_models.selection import Condition, Selection

_MOST: Final = 4096
Key = tuple[str, tuple[tuple[str, Any], ...], tuple[Condition, ...], int]


class CountCache:
    """Counts of versioned lists; a version never changes, so a count of it stays true."""

    def __init__(self) -> None:
        self._known: cachebox.LRUCache[Key, int] = cachebox.LRUCache(_MOST)

    async def of(self, selection: Selection, count: Callable[[Selection], Awaitable[int]]) -> int:
        """The count of a selection's list, from memory where it has been counted before."""
        if selection.version is None:
            return await count(selection)
        key = (selection.listing, tuple(selection.scope.items()), selection.conditions, selection.version)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = await count(selection)
        return known

    def clear(self) -> None:
        """Forget everything: these are other databases."""
        self._known.clear()
