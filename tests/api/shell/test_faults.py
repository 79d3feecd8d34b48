"""Stores behind faulty lines: a cheap part of the table that `make test-cluster` prints
(`tests/cluster/test_fault_table.py`)."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import pytest

from tests.api.conftest import Parliament, everything
from tests.support.servers.faults import HEAD, Cell, Fault, bills_on_first_shard, installation, lists, measure
from tests.support.servers.redis import running_redis
from warehouse.runtime import breaker
from warehouse.runtime.settings import Settings

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
_DEADLINE_MS = 6_000
"""Enough for reads that meet no fault, on a busy machine too."""


@pytest.fixture
def met(settings: Settings, parliament: Parliament, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Cell]:
    """What callers meet while a store is faulty."""
    monkeypatch.setattr(breaker, "PAUSE_S", 0.5)
    parliament.claim("recorded")
    parliament.store(*everything())

    def run(store: str, field: str, fault: Fault, paths: Iterable[str], others: list[str], redis_url: str = "") -> Cell:
        async def work() -> Cell:
            stores = {store: field}
            chosen = msgspec.structs.replace(settings, redis_url=redis_url, deadline_ms=_DEADLINE_MS)
            async with installation(chosen, stores) as found:
                return await measure(found, store, fault, paths, others)

        cell = asyncio.run(work())
        print(f"\n{HEAD}\n{cell.line()}")
        return cell

    return run


def test_a_shard_that_answers_nothing_costs_its_own_callers_a_deadline(met: Callable[..., Cell]) -> None:
    own, others = bills_on_first_shard()
    cell = met("shard", "shard_urls", "black hole", own, others)
    assert set(cell.statuses) <= {503, 504}
    assert cell.statuses[503] > cell.statuses.get(504, 0)  # nobody asks a store whose breaker is open
    assert set(cell.others) == {200}
    assert cell.breaker == "open"


def test_without_the_catalog_lists_are_refused_and_entities_are_not(met: Callable[..., Cell]) -> None:
    cell = met("catalog", "catalog_url", "refused", lists(), bills_on_first_shard()[1])
    assert set(cell.statuses) == {503}
    assert set(cell.others) == {200}
    assert cell.breaker == "open"


def test_redis_that_answers_nothing_is_not_noticed(met: Callable[..., Cell], tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        cell = met("redis", "redis_url", "black hole", lists(), bills_on_first_shard()[1], redis.url)
    assert set(cell.statuses) == set(cell.others) == {200}
    assert cell.breaker == "open"
