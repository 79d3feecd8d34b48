"""The first tier: encoded answers in this process, bounded by bytes, the least recently used go first."""

from collections.abc import Hashable, Iterable
from typing import Generic, Protocol, TypeVar

import cachebox


class Sized(Protocol):
    """What the memory tier keeps: anything that says how many bytes it takes."""

    size: int


E = TypeVar("E", bound=Sized)
K = TypeVar("K", bound=Hashable)

_KEY_BYTES = 400
"""What an entry costs beside its bytes: key, header list, slots."""


class Memory(Generic[K, E]):
    """A bounded map from request to answer. `get` is on the hot path and is the cache's own method."""

    def __init__(self, max_bytes: int) -> None:
        self._cache: cachebox.LRUCache[K, E] = cachebox.LRUCache(
            max_bytes, getsizeof=lambda _key, entry: entry.size + _KEY_BYTES
        )
        self.get = self._cache.get
        self._largest = max_bytes // 8

    def put(self, key: K, entry: E) -> None:
        """Keep an answer; one that would push out an eighth of all others is not kept."""
        if entry.size + _KEY_BYTES <= self._largest:
            self._cache.insert(key, entry)

    def items(self) -> Iterable[tuple[K, E]]:
        """Every answer with its key, as of now."""
        return list(self._cache.items())

    def drop(self, key: K) -> None:
        """Forget one answer."""
        self._cache.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._cache.clear()

    @property
    def entries(self) -> int:
        """How many answers are kept."""
        return len(self._cache)

    @property
    def bytes(self) -> int:
        """How much memory they take."""
        return int(self._cache.current_size())
