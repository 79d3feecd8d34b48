"""The dull loop: offsets after the read model, what is unfit parked, what fails for a while comes again."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import pytest

from tests.support.data.events import entry, message
from warehouse.model.changes.envelope import Message
from warehouse.runtime.errors import BadEvent, RowRefused, StoreUnavailable
from warehouse.workers.stream.consume import run

Result = TypeVar("Result")


class Batches:
    """A source that has two batches of ten, and writes down what is done to it."""

    def __init__(self, done: list[str]) -> None:
        self.done = done
        self.committed: list[Message] = []

    def batches(self, ended: Callable[[], bool]) -> Iterator[list[Message]]:
        for start in (0, 10):
            if not ended():
                yield [message(entry("bill"), offset=offset) for offset in range(start, start + 10)]

    def while_paused(self, work: Callable[[], Result]) -> Result:
        return work()

    def commit(self, batch: Sequence[Message]) -> None:
        self.done.append("commit")
        self.committed += batch


def consume(
    projected: Callable[[Message], int | None], insert: Callable[[Sequence[int]], None] = lambda rows: None
) -> tuple[Batches, list[str], dict[int, str]]:
    """Run the loop; the source, the order of what happened, and the reason by offset of what was parked."""
    done: list[str] = []
    parked: dict[int, str] = {}

    def read_model(rows: Sequence[int]) -> None:
        insert(rows)
        done.append(f"insert {len(rows)}")

    def park(rejected: Sequence[tuple[Message, str]]) -> None:
        done.append(f"park {len(rejected)}")
        parked.update({each.offset: why for each, why in rejected})

    source = Batches(done)
    run(source, projected, read_model, park, lambda: False)
    return source, done, parked


def test_offsets_are_committed_after_the_read_model() -> None:
    source, done, parked = consume(lambda each: each.offset)
    assert done == ["insert 10", "commit", "insert 10", "commit"]
    assert (len(source.committed), parked) == (20, {})


def test_what_makes_no_row_is_passed_over() -> None:
    _, done, parked = consume(lambda each: each.offset if each.offset < 10 else None)
    assert (done, parked) == (["insert 10", "commit", "commit"], {})


def test_what_is_unfit_is_parked_before_the_commit() -> None:
    def projected(each: Message) -> int:
        if each.offset % 5 == 3:
            raise BadEvent("It is odd.")
        return each.offset

    _, done, parked = consume(projected)
    assert done == ["insert 8", "park 2", "commit"] * 2
    assert parked == dict.fromkeys((3, 8, 13, 18), "It is odd.")


def test_what_the_store_refuses_is_found_by_halves() -> None:
    def insert(rows: Sequence[int]) -> None:
        if set(rows) & {2, 7, 11}:
            raise RowRefused("integer out of range")

    _, done, parked = consume(lambda each: each.offset, insert)
    assert parked == dict.fromkeys((2, 7, 11), "The store refuses it: integer out of range")
    assert sum(int(what.split()[1]) for what in done if what.startswith("insert")) == 17


def test_a_store_that_is_away_commits_nothing() -> None:
    def insert(rows: Sequence[int]) -> None:
        raise StoreUnavailable("The catalog is unavailable.")

    with pytest.raises(StoreUnavailable):
        consume(lambda each: each.offset, insert)
