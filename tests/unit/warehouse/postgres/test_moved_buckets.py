"""What a reader knows of buckets that move: nothing kept looks current by an old owner, nothing is silently missed."""

import pytest

from warehouse.model.keys import BUCKETS, bucket_of
from warehouse.postgres.connections.pools import AsyncDatabase
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.readers.versions import Versions
from warehouse.postgres.shards.shard_map import ShardMap
from warehouse.runtime.errors import StoreUnavailable

KEY = "1-1/C-1"
BUCKET = bucket_of(KEY)


def source(name: str) -> WatchedDatabase:
    found = WatchedDatabase(name, AsyncDatabase("postgresql://nowhere/none"))
    found.reached()
    return found


@pytest.fixture
def versions() -> Versions:
    found = Versions(source("catalog"), [source("shard_0"), source("shard_1")])
    for buckets in found.shard_buckets:
        buckets.update(5, {BUCKET: 5}, frozenset())
    found.take_map(ShardMap([0] * BUCKETS, 2, version=1))
    return found


def moved() -> ShardMap:
    return ShardMap([int(bucket == BUCKET) for bucket in range(BUCKETS)], 2, version=2)


def test_what_was_read_from_the_former_owner_is_not_current(versions: Versions) -> None:
    before, listed = versions.of_sharded(KEY), versions.of(versions.shards)
    other = versions.of_sharded("1-1/C-2")
    assert before.is_current
    assert listed.is_current
    versions.take_map(moved())
    assert not before.is_current
    assert not listed.is_current
    assert other.is_current
    versions.shard_buckets[0].update(6, {BUCKET: 5}, frozenset({BUCKET}))
    assert not before.is_current
    assert versions.of_sharded(KEY).is_current
    assert versions.shard_of(KEY) == 1


def test_it_is_not_current_again_when_the_bucket_comes_back(versions: Versions) -> None:
    before = versions.of_sharded(KEY)
    versions.take_map(moved())
    versions.take_map(ShardMap([0] * BUCKETS, 2, version=3))
    assert not before.is_current
    assert versions.of_sharded(KEY).is_current


def test_with_a_map_too_old_to_go_by_nothing_is_said_to_be_missing(
    versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions.shard_buckets[0].update(6, {BUCKET: 6}, frozenset({BUCKET}))
    assert versions.shard_of(KEY) == 0  # the map is recent: the bucket has come back, and this poll is older
    monkeypatch.setattr(WatchedDatabase, "is_unavailable", property(lambda self: self.name == "catalog"))
    with pytest.raises(StoreUnavailable, match="moved to another shard"):
        versions.shard_of(KEY)
    with pytest.raises(StoreUnavailable, match="moved to another shard"):
        versions.owned()
    assert versions.shard_of("1-1/C-2") == 0
