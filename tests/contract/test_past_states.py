"""Archived changes as Parquet, in a folder and in a bucket: what went in comes out, and damage is seen."""

import datetime as dt
import json
import random
from typing import Any

import pytest
from obstore.store import ObjectStore

from warehouse.objects.log_archive import LogArchive, path_of
from warehouse.objects.past_states import ParquetStates
from warehouse.objects.places import open_place
from warehouse.runtime.errors import StateLost, StoreUnavailable

MONTH = dt.date(2025, 1, 1)
AT = dt.datetime(2025, 1, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC)


def rows(count: int, *, ballots: int = 200) -> list[tuple[Any, ...]]:
    """Changes as the log exports them: every other one of a vote, with ballots beside the rest of its state."""
    numbers = random.Random(7)
    found = []
    for seq in range(1, count + 1):
        is_vote = seq % 2 == 0
        state = json.dumps({"key": f"k{seq}", "subject_fr": "L’échange", "n": numbers.random()}, ensure_ascii=False)
        members = [[numbers.randrange(10**6), "yea", False] for _ in range(ballots)]
        whole = json.dumps({"key": f"k{seq}", "ballots": members}) if is_vote else None
        found.append(
            (
                seq * 3,
                700 + seq // 10,
                seq % 1024,
                "vote" if is_vote else "bill",
                f"1-1/{seq}",
                1 + seq % 3,
                "updated",
                ["status", "title_fr"] if seq % 5 else [],
                state,
                whole,
                numbers.randrange(-(2**63), 2**63),
                "source",
                "https://www.parl.ca/",
                "ab" * 32,
                AT,
                AT,
                None if seq % 7 else "a reason",
                None,
            )
        )
    return found


@pytest.fixture
def place(objects_url: str) -> ObjectStore:
    return open_place(objects_url)


def test_every_state_comes_back_as_it_was_in_any_order(objects_url: str) -> None:
    given = rows(600)
    kept = LogArchive(objects_url).keep("shard_0", MONTH, iter(given))
    assert kept.seqs == [row[0] for row in given]
    assert kept.hashes == [row[10] for row in given]
    wanted = random.Random(1).sample(range(len(given)), 60)
    states = ParquetStates(objects_url)
    for whole in (False, True):
        found = states.read([f"{kept.name}#{row}" for row in wanted], whole=whole)
        expected = {f"{kept.name}#{row}": (whole and given[row][9]) or given[row][8] for row in wanted}
        assert found == expected


def test_one_state_is_read_without_the_rest_of_the_object(objects_url: str, place: ObjectStore) -> None:
    kept = LogArchive(objects_url).keep("shard_0", MONTH, iter(rows(600)))
    body = bytearray(bytes(place.get(path_of(kept.name)).bytes()))
    quarter = len(body) // 4  # all of it in the first of the row groups
    body[4:quarter] = bytes(quarter - 4)
    place.put(path_of(kept.name), bytes(body))
    states = ParquetStates(objects_url)
    assert states.read([f"{kept.name}#599"], whole=True)
    with pytest.raises(StateLost, match="was altered"):
        states.read([f"{kept.name}#0"], whole=False)


def test_the_same_rows_make_the_same_object(objects_url: str, place: ObjectStore) -> None:
    archive = LogArchive(objects_url)
    first = archive.keep("shard_0", MONTH, iter(rows(50)))
    assert archive.keep("shard_0", MONTH, iter(rows(50))) == first
    assert [each["path"] for each in place.list("change_log").collect()] == [path_of(first.name)]
    assert archive.keep("shard_1", MONTH, iter(rows(50))).name != first.name


def test_what_is_missing_or_altered_is_named(objects_url: str, place: ObjectStore) -> None:
    archive = LogArchive(objects_url)
    kept = archive.keep("catalog", MONTH, iter(rows(20)))
    held = {kept.name: dict(enumerate(kept.hashes))}
    assert archive.damage(held) == []
    (line,) = archive.damage({kept.name: {0: kept.hashes[0] + 1}})
    assert "1 rows" in line
    body = bytearray(bytes(place.get(path_of(kept.name)).bytes()))
    body[len(body) // 2] ^= 1
    place.put(path_of(kept.name), bytes(body))
    (line,) = archive.damage(held)
    assert kept.name in line
    assert "was altered" in line
    place.delete(path_of(kept.name))
    (line,) = archive.damage(held)
    assert "is missing" in line
    with pytest.raises(StateLost, match=kept.name):
        ParquetStates(objects_url).read([f"{kept.name}#3"], whole=True)


def test_rows_that_no_object_has_are_refused(objects_url: str) -> None:
    kept = LogArchive(objects_url).keep("catalog", MONTH, iter(rows(20)))
    with pytest.raises(StateLost, match="fewer rows"):
        ParquetStates(objects_url).read([f"{kept.name}#20"], whole=True)


def test_a_bucket_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "ca-central-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreUnavailable):
        ParquetStates("s3://openpolicy-test/nowhere").read(["catalog/2025-01/00#0"], whole=True)
    with pytest.raises(StoreUnavailable, match="OPENPOLICY_OBJECTS_URL"):
        ParquetStates("").read(["catalog/2025-01/00#0"], whole=True)
