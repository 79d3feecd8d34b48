"""What another process wrote down of a version is found again here, and nothing else is taken for it."""

import pytest

from tests.unit.warehouse.postgres.test_moved_buckets import BUCKET, moved, source
from warehouse.model.keys import BUCKETS
from warehouse.postgres.readers.versions import Versions
from warehouse.postgres.shards.shard_map import ShardMap
from warehouse.runtime.versions import PAST


@pytest.fixture
def versions() -> Versions:
    found = Versions(source("catalog"), [source("shard_0"), source("shard_1")])
    for buckets in (found.catalog_buckets, *found.shard_buckets):
        buckets.update(5, {BUCKET: 5}, frozenset())
    found.take_map(ShardMap([0] * BUCKETS, 2, version=1))
    return found


def test_every_cell_is_found_by_its_label(versions: Versions) -> None:
    stamps = [
        versions.of_sharded("1-1/C-1"),
        versions.of_catalogued("1-1/C-1"),
        versions.of_vote_and_members("1-1/C-1"),
    ]
    cells = [*(stamp.cell for stamp in stamps), versions.lists, versions.shards, versions.facts, versions.search, PAST]
    for cell in cells:
        found = versions.named(cell.label)
        assert found is not None
        assert (found.label, found.version, found.sources) == (cell.label, cell.version, cell.sources)


@pytest.mark.parametrize("label", ["shard_1/7", "shard_2/7", "nothing", "nothing/7", "lists+nothing", "", "+"])
def test_what_is_not_here_is_not_found(versions: Versions, label: str) -> None:
    assert versions.named(label) is None


def test_a_bucket_is_found_where_it_is_and_not_where_it_was(versions: Versions) -> None:
    label = f"shard_0/{BUCKET}"
    assert versions.named(label) is not None
    versions.take_map(moved())
    assert versions.named(label) is None
    assert versions.named(f"shard_1/{BUCKET}") is not None


def test_a_bucket_whose_rows_have_left_is_not_found(versions: Versions) -> None:
    versions.shard_buckets[0].update(6, {BUCKET: 6}, frozenset({BUCKET}))
    assert versions.named(f"shard_0/{BUCKET}") is None


def test_databases_have_a_name_once_all_are_reached(versions: Versions) -> None:
    assert versions.identity == ""
    for position, buckets in enumerate(versions.logs):
        buckets.identity = f"database {position}"
    versions.dataset = "recorded"
    assert versions.identity == "database 0|database 1|database 2|recorded"
