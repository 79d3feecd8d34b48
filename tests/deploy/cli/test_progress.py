"""Progress in a pipe is plain lines with rate and time left."""

import io

import pytest

from deploy.terminal.output import age, print_table
from deploy.terminal.progress import Lines, open_progress


def test_lines_tell_rate_and_time_left() -> None:
    stream = io.StringIO()
    progress = Lines(stream, every_s=0)
    progress.start("ballots 45-1", 1000)
    progress.advance(250)
    progress.advance(750)
    progress.done()
    progress.start("list tables")
    progress.advance(3)
    progress.done()
    first, second, third, *rest = stream.getvalue().splitlines()
    assert first.startswith("ballots 45-1: 250 of 1,000, ")
    assert first.endswith(" s left")
    assert "/s" in first
    assert second.startswith("ballots 45-1: 1,000 of 1,000, ")
    assert third.startswith("ballots 45-1: 1,000 of 1,000, done in ")
    assert rest[-1].startswith("list tables: 3, done in ")


def test_lines_are_few() -> None:
    stream = io.StringIO()
    progress = Lines(stream)
    progress.start("votes", 10_000)
    for _ in range(10_000):
        progress.advance()
    progress.done()
    progress.done()
    assert len(stream.getvalue().splitlines()) == 1


def test_a_pipe_gets_no_escape_codes() -> None:
    stream = io.StringIO()
    assert isinstance(open_progress(stream), Lines)


def test_tables_in_a_pipe_are_aligned_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Shards", ("shard", "rows"), [("shard_0", 1234), ("shard_10", 5)])
    assert capsys.readouterr().out == "Shards\n  shard      rows\n  shard_0   1,234\n  shard_10      5\n"


def test_age_is_in_the_largest_unit() -> None:
    assert [age(seconds) for seconds in (-1, 59, 60, 7200, 90_000 * 2)] == [
        "0 s ago",
        "59 s ago",
        "1 min ago",
        "2 h ago",
        "2 d ago",
    ]
