"""The change feed over a log that a bucket left and the one it came to: what came first comes first."""

import datetime as dt

from warehouse.model.changes.events import Position
from warehouse.model.changes.feed import LogPlace
from warehouse.postgres.feed.changes import FeedRow, LoggedChange, _merged, _Page

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def row(log: int, seq: int, second: int, after: tuple[int, Position] | None = None) -> FeedRow:
    at = AT + dt.timedelta(seconds=second)
    change = LoggedChange("bill", f"{log}/{seq}", 1, "created", [], None, None, "test", "", "", at, at)
    return FeedRow(log, LogPlace(f"log {log}", 1, seq), change, after)


def page(log: int, rows: list[FeedRow], *, end: int, is_full: bool = False) -> _Page:
    return _Page(rows, LogPlace(f"log {log}", 1, end), is_full)


def merged(pages: list[_Page]) -> list[str]:
    places = tuple(LogPlace(f"log {number}", 0, 0) for number in range(len(pages)))
    return [each.change.key for each, _ in _merged(pages, places)]


def test_logs_are_merged_by_time() -> None:
    pages = [page(0, [row(0, 1, 1), row(0, 2, 5)], end=2), page(1, [row(1, 1, 3)], end=1)]
    assert merged(pages) == ["0/1", "1/1", "0/2"]


def test_a_clock_that_is_behind_puts_nothing_first_that_came_later() -> None:
    later = row(1, 7, 0, after=(0, Position(1, 2)))
    pages = [page(0, [row(0, 1, 1), row(0, 2, 5)], end=2), page(1, [later], end=7)]
    assert merged(pages) == ["0/1", "0/2", "1/7"]


def test_it_waits_while_the_former_log_has_more_than_its_page() -> None:
    waiting = [row(1, 7, 0, after=(0, Position(1, 9))), row(1, 8, 1)]
    pages = [page(0, [row(0, 1, 1), row(0, 2, 5)], end=2, is_full=True), page(1, waiting, end=8)]
    assert merged(pages) == ["0/1", "0/2"]


def test_what_no_filter_lets_through_counts_as_read() -> None:
    later = row(1, 7, 0, after=(0, Position(1, 9)))
    assert merged([page(0, [], end=9), page(1, [later], end=7)]) == ["1/7"]
    assert merged([page(0, [], end=8), page(1, [later], end=7)]) == []
    assert merged([page(0, [row(0, 1, 1)], end=9), page(1, [later], end=7)]) == ["0/1", "1/7"]


def test_the_places_after_a_row_are_those_everything_before_was_read_up_to() -> None:
    pages = [page(0, [row(0, 1, 1)], end=4), page(1, [row(1, 1, 3)], end=1, is_full=True)]
    places = (LogPlace("log 0", 0, 0), LogPlace("log 1", 0, 0))
    assert [after for _, after in _merged(pages, places)] == [
        (LogPlace("log 0", 1, 4), LogPlace("log 1", 0, 0)),
        (LogPlace("log 0", 1, 4), LogPlace("log 1", 1, 1)),
    ]
