"""Sitting days and instants of divisions."""

import datetime as dt
from pathlib import Path

import pytest

from assets.sources.ourcommons_votes.parse import parse_votes
from assets.votes.sittings import instants, sitting_days
from tests.support.upstream.documents import SESSIONS, vote_records
from tests.support.upstream.records import vote, votes


def days(*times: str) -> list[str]:
    listed = [vote(number, at=at) for number, at in enumerate(times, start=1)]
    found = sitting_days(parse_votes(votes(*reversed(listed)).encode()).records)
    return [found[number].isoformat() for number in range(1, len(times) + 1)]


@pytest.mark.parametrize("clock", ["00:05:00", "00:00:01", "02:00:00", "05:00:00", "08:59:00"])
def test_after_midnight_the_sitting_of_the_evening_before_goes_on(clock: str) -> None:
    assert days("2008-06-11T23:55:00", f"2008-06-12T{clock}", "2008-06-12T15:00:00") == [
        "2008-06-11",
        "2008-06-11",
        "2008-06-12",
    ]
    assert days(f"2008-06-12T{clock}") == ["2008-06-11"], "also without a vote in the evening"


def test_midnight_is_a_time_only_after_a_vote_of_the_evening() -> None:
    assert days("2018-06-01T00:00:00", "2018-06-01T00:00:00", "2018-06-04T00:00:00") == [
        "2018-06-01",
        "2018-06-01",
        "2018-06-04",
    ]
    assert days("2005-06-27T23:55:47", "2005-06-28T00:00:00", "2005-06-28T00:10:00") == ["2005-06-27"] * 3


def test_every_division_of_one_midnight_is_of_the_evening_before() -> None:
    assert (
        days("2009-06-30T23:50:00", "2009-07-01T00:00:00", "2009-07-01T00:00:00", "2009-07-01T00:10:00")
        == ["2009-06-30"] * 4
    )
    assert days("2014-06-11T17:40:00", "2014-06-12T00:00:00", "2014-06-12T00:08:00", "2014-06-12T15:00:00") == [
        *["2014-06-11"] * 3,
        "2014-06-12",
    ]


def test_a_clock_that_runs_back_within_a_sitting_does_not_end_it() -> None:
    assert days("2012-06-14T08:50:00", "2012-06-14T09:10:00", "2012-06-14T09:05:00") == ["2012-06-13"] * 3


def test_a_sitting_goes_on_past_nine_while_the_divisions_follow_each_other() -> None:
    assert days("2012-06-14T08:50:00", "2012-06-14T09:05:00", "2012-06-14T09:20:00", "2012-06-14T10:30:00") == [
        "2012-06-13",
        "2012-06-13",
        "2012-06-13",
        "2012-06-14",
    ]


@pytest.mark.parametrize(
    ("evening", "night", "day"),
    [
        ("2009-12-31T23:50:00", "2010-01-01T00:10:00", "2009-12-31"),  # year end
        ("2012-02-29T23:50:00", "2012-03-01T01:00:00", "2012-02-29"),
        ("2025-06-01T23:00:00", "2025-06-02T00:05:00", "2025-06-01"),  # Sunday to Monday
        ("2009-03-07T23:00:00", "2009-03-08T03:05:00", "2009-03-07"),  # the clocks go forward
        ("2009-10-31T23:00:00", "2009-11-01T01:30:00", "2009-10-31"),  # and back
    ],
)
def test_nights_at_the_edges_of_calendars(evening: str, night: str, day: str) -> None:
    assert days(evening, night) == [day, day]


def test_in_the_hour_that_comes_twice_the_number_decides() -> None:
    listed = [vote(1, at="2009-11-01T01:50:00"), vote(2, at="2009-11-01T01:10:00"), vote(3, at="2009-11-01T01:30:00")]
    found = instants(parse_votes(votes(*listed).encode()).records)
    assert [found[number].strftime("%H:%M") for number in (1, 2, 3)] == ["05:50", "06:10", "06:30"]
    typo = [vote(1, at="2009-06-01T18:50:00"), vote(2, at="2009-06-01T18:40:00")]
    found = instants(parse_votes(votes(*typo).encode()).records)
    assert found[2] < found[1], "a time that is merely earlier is published so"


@pytest.mark.recorded
def test_164_recorded_votes_are_of_the_evening_before(recorded_data: Path) -> None:
    moved = {}
    for session in SESSIONS:
        records = vote_records(recorded_data, session)
        found = sitting_days(records)
        for record in records:
            if found[record.number] != record.held_at_local.date():
                assert found[record.number] == record.held_at_local.date() - dt.timedelta(days=1)
                moved[f"{session}/{record.number}"] = found[record.number].isoformat()
    assert moved["38-1/153"] == "2005-06-27"
    assert moved["41-1/442"] == "2012-06-13"
    assert moved["42-1/949"] == moved["42-1/950"] == "2018-11-23"
    assert moved["43-2/102"] == "2021-04-28"
    assert len(moved) == 163
