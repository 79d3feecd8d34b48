"""Tokens that are counted in this process."""

import time

import pytest

from warehouse.cache.buckets import LimitWindow, LocalBuckets


@pytest.mark.parametrize("limit", [3, 7, 8, 60, 1000])
def test_what_is_left_is_what_was_not_spent_whatever_the_clock_shows(
    monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """The fifth of eight tokens was once computed as 4.99999, and not given."""
    for number in range(2_000):
        now = 1.0 + number * 37.123_456_789
        monkeypatch.setattr(time, "monotonic", lambda now=now: now)
        buckets = LocalBuckets([LimitWindow("hour", limit, 3600)])
        for spent in range(1, limit if limit < 100 else 8):
            grant = buckets.settle("caller", 1, 0)
            assert grant.free == (limit - spent,), (now, spent)
