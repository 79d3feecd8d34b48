"""The vocabularies that this process keeps: for each field that something near was looked for in, read once and then
only what has become current since."""

import asyncio
from collections.abc import Iterable
from typing import Final

from serving.core.process.vocabulary import Alike, Vocabulary
from warehouse.model.read_models.selection import Listing
from warehouse.postgres.lists import pages
from warehouse.postgres.lists.tables import TABLES
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.versions import Version

_NOTHING_YET: Final = -1


class _Kept:
    """One vocabulary, the version of the list tables up to which it has everything, and whose turn it is."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.version: Version = _NOTHING_YET
        self.turn = asyncio.Lock()


class KeptVocabularies:
    """Finds what is near in any list. Keys are exact. A value that no entry has any more may be found for as long as
    the process runs; callers count what it finds before they offer it."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._kept: dict[tuple[Listing, str], _Kept] = {}

    def forget(self) -> None:
        """Nothing kept can be trusted any more."""
        self._kept.clear()

    async def nearest(self, listing: Listing, field: str, value: str, *, parts: bool = False) -> str | None:
        """The value of a field nearest to a text; None where none is near. `parts` gives words of values as well.

        Raises:
            StoreUnavailable: the catalog must be read, and is unavailable.
        """
        kept = self._kept.setdefault((listing, field), _Kept())
        async with kept.turn:
            await self._refresh(kept, listing, field)
            return await asyncio.to_thread(kept.vocabulary.nearest, value, parts=parts)

    async def nearest_word(self, fields: Iterable[tuple[Listing, str]], word: str, likeness: float) -> Alike | None:
        """The word most like a word in any of several fields; None where none is like it.

        Raises:
            StoreUnavailable: the catalog must be read, and is unavailable.
        """
        found: list[Alike] = []
        for listing, field in fields:
            kept = self._kept.setdefault((listing, field), _Kept())
            async with kept.turn:
                await self._refresh(kept, listing, field)
                near = await asyncio.to_thread(kept.vocabulary.nearest_word, word, likeness)
            found += [] if near is None else [near]
        return max(found, default=None)

    async def nearest_key(self, listing: Listing, key: str) -> str | None:
        """The key of an entity nearest in number to one that is not held; None where none is.

        Raises:
            StoreUnavailable: the catalog must be read, and is unavailable.
        """
        kept = self._kept.setdefault((listing, "key"), _Kept())
        async with kept.turn:
            version = self._readers.versions.lists.version
            if kept.version != version or version is None or TABLES[listing].versions is None:
                kept.vocabulary = Vocabulary(await pages.keys_of(self._readers.catalog, listing))
                kept.version = version
            near = kept.vocabulary.nearest_key if listing != "members" else kept.vocabulary.nearest
            return await asyncio.to_thread(near, key)

    async def _refresh(self, kept: _Kept, listing: Listing, field: str) -> None:
        version = self._readers.versions.lists.version
        is_versioned = TABLES[listing].versions is not None
        if is_versioned and version is not None and kept.version == version:
            return
        since = kept.version if is_versioned and isinstance(kept.version, int) else None
        kept.vocabulary.add(await pages.vocabulary(self._readers.catalog, listing, field, since))
        if version is not None:
            kept.version = version
