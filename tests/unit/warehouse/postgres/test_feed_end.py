"""The end of the feed, while a bucket moves between two readings of the logs' ends."""

import asyncio
from typing import Any

from warehouse.postgres.feed.changes import at_end
from warehouse.postgres.readers.versions import Buckets


class Database:
    """Answers in turn; the last answer stays."""

    def __init__(self, name: str, *, heads: list[tuple[int, int]], maps: list[int]) -> None:
        self.name, self._heads, self._maps = name, heads, maps

    async def fetch(self, query: str, _parameters: Any = None) -> list[tuple[Any, ...]]:
        """The version of the map, or the end of the log."""
        if "shard_map" in query:
            return [(self._next(self._maps),)]
        return [self._next(self._heads)]

    @staticmethod
    def _next(answers: list[Any]) -> Any:
        return answers.pop(0) if len(answers) > 1 else answers[0]


def ends(*databases: Database) -> list[tuple[int, int]]:
    places = asyncio.run(at_end([Buckets(each) for each in databases]))  # type: ignore[arg-type]
    return [(place.xid, place.seq) for place in places]


def test_ends_are_read_again_when_the_map_changed_between_them() -> None:
    catalog = Database("catalog", heads=[(1, 1)], maps=[7, 8, 8])
    former = Database("shard_0", heads=[(50, 4), (51, 5)], maps=[])  # revision 5 came after its end was read
    new = Database("shard_4", heads=[(60, 6)], maps=[])  # revision 6 was there when this end was read
    assert ends(catalog, former, new) == [(1, 1), (51, 5), (60, 6)]


def test_an_unchanged_map_needs_one_reading() -> None:
    catalog = Database("catalog", heads=[(1, 1)], maps=[7])
    assert ends(catalog, Database("shard_0", heads=[(50, 4), (51, 5)], maps=[])) == [(1, 1), (50, 4)]
