"""Indices by version, and the two aliases that say which one is read and written. Readers never see half of one.

The alias for readers leaves out what was removed; both are moved in one step.
"""

import json
import time
from pathlib import Path
from typing import Any, Final

from elasticsearch import Elasticsearch

from warehouse.search.elasticsearch_client import READ_TIMEOUT_S

READ: Final = "openpolicy-search"
WRITE: Final = "openpolicy-search-write"
_NAMES: Final = "openpolicy-search-v"
_MAPPING: Final = Path(__file__).parent / "mappings" / "documents.json"


class Indices:
    """The indices of one cluster, for the process that writes."""

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client

    def ensure(self) -> None:
        """Make a first, empty index if there is none."""
        if not self._client.indices.exists_alias(name=WRITE):
            self.publish(self.create())

    def create(self, **settings: Any) -> str:
        """A new index beside the one that is read; what earlier attempts left behind is deleted.

        Its number is the time in milliseconds since 1970, so that a later one is greater.
        """
        for name in self._all() - self._published():
            self._client.indices.delete(index=name)
        described = json.loads(_MAPPING.read_bytes())
        name = f"{_NAMES}{time.time_ns() // 1_000_000}"
        self._client.indices.create(
            index=name, settings=described["settings"] | settings, mappings=described["mappings"]
        )
        return name

    def publish(self, name: str) -> None:
        """Let readers and the writer have this index instead of the one they had, in one step.

        The old one is deleted when whoever was reading it has got an answer or given up.
        """
        former = self._published()
        moves: list[dict[str, Any]] = [{"remove": {"index": each, "aliases": [READ, WRITE]}} for each in former]
        moves.append({"add": {"index": name, "alias": READ, "filter": {"term": {"removed": False}}}})
        moves.append({"add": {"index": name, "alias": WRITE, "is_write_index": True}})
        self._client.indices.update_aliases(actions=moves)
        if former:
            time.sleep(READ_TIMEOUT_S)
        for each in former:
            self.delete(each)

    def delete(self, name: str) -> None:
        """Delete an index if it is there."""
        self._client.indices.delete(index=name, ignore_unavailable=True)

    def _all(self) -> set[str]:
        return set(self._client.indices.get(index=f"{_NAMES}*", filter_path="*.settings.index.uuid"))

    def _published(self) -> set[str]:
        if not self._client.indices.exists_alias(name=WRITE):
            return set()
        return set(self._client.indices.get_alias(name=WRITE))


def number_of(name: str) -> int:
    """The number of an index by its name."""
    return int(name.removeprefix(_NAMES))
