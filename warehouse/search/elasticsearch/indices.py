"""Indices by version, and the two aliases for reading and writing. Readers never see an incomplete index.

The alias for readers excludes removed documents; both aliases move in one step.
"""

import hashlib
import json
import time
from pathlib import Path
from typing import Any, Final

from elasticsearch import Elasticsearch

from warehouse.runtime.errors import StoreUnavailable
from warehouse.search.elasticsearch.client import READ_TIMEOUT_S

READ: Final = "openpolicy-search"
WRITE: Final = "openpolicy-search-write"
_NAMES: Final = "openpolicy-search-v"
_MAPPING: Final = Path(__file__).parent / "mappings" / "documents.json"


class Indices:
    """The indices of one cluster, for the process that writes."""

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client

    def ensure(self) -> None:
        """Create a first, empty index if there is none.

        Raises:
            StoreUnavailable: there is one with a different mapping, which would refuse or misread documents.
        """
        if not self.published():
            self.publish(self.create())
        for described in self._client.indices.get_mapping(index=WRITE).values():
            if described["mappings"].get("_meta") != _meta():
                raise StoreUnavailable(
                    "The search index was made by another version of OpenPolicy.",
                    fix="Run `openpolicy rebuild search`.",
                )

    def create(self, **settings: Any) -> str:
        """Create a new index next to the current one, and delete what earlier attempts left behind.

        Its number is the time in milliseconds since 1970, so that a later one is greater.
        """
        for name in self._all() - self.published():
            self.delete(name)
        described = json.loads(_MAPPING.read_bytes())
        name = f"{_NAMES}{time.time_ns() // 1_000_000}"
        self._client.indices.create(
            index=name, settings=described["settings"] | settings, mappings=described["mappings"] | {"_meta": _meta()}
        )
        return name

    def publish(self, name: str) -> set[str]:
        """Switch readers and the writer to this index in one step. Returns the old ones."""
        former = self.published()
        moves: list[dict[str, Any]] = [{"remove": {"index": each, "aliases": [READ, WRITE]}} for each in former]
        moves.append({"add": {"index": name, "alias": READ, "filter": {"term": {"removed": False}}}})
        moves.append({"add": {"index": name, "alias": WRITE, "is_write_index": True}})
        self._client.indices.update_aliases(actions=moves)
        return former

    def retire(self, former: set[str]) -> None:
        """Delete replaced indices after their readers have finished or given up."""
        if former:
            time.sleep(READ_TIMEOUT_S)
        for name in former:
            self.delete(name)

    def delete(self, name: str) -> None:
        """Delete an index if it is there."""
        self._client.indices.delete(index=name, ignore_unavailable=True)

    def published(self) -> set[str]:
        """The names of the indices that are written: one, or none before the first."""
        if not self._client.indices.exists_alias(name=WRITE):
            return set()
        return set(self._client.indices.get_alias(name=WRITE))

    def _all(self) -> set[str]:
        return set(self._client.indices.get(index=f"{_NAMES}*", filter_path="*.settings.index.uuid"))


def _meta() -> dict[str, str]:
    """A fingerprint of the mapping."""
    return {"mapping": hashlib.sha256(_MAPPING.read_bytes()).hexdigest()[:16]}


def number_of(name: str) -> int:
    """The number of an index by its name."""
    return int(name.removeprefix(_NAMES))
