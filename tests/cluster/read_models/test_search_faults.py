"""Elasticsearch frozen, killed, rebuilt: facts go on being stored, readers are told, and nobody has to help it up."""

import contextlib
import signal
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from litestar.testing import TestClient

from deploy.servers.elasticsearch.node import ElasticsearchNode
from serving.app import create_app
from tests.support.data.samples import bill
from tests.support.data.searching import asking, bill_document
from tests.support.processes.streaming import Running, environment, wait_until
from tests.support.servers.faulty import faulty
from warehouse.postgres.aggregates.store import BILLS, store_sharded
from warehouse.postgres.catalog import loads
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import Settings
from warehouse.search.elasticsearch import client as elasticsearch_client
from warehouse.search.elasticsearch.index import ElasticsearchIndex
from warehouse.workers.upkeep.verify_read_models import compare_read_model

pytestmark = [pytest.mark.elasticsearch, pytest.mark.timeout(600)]


def shows(index: ElasticsearchIndex, wanted: set[str]) -> Callable[[], bool]:
    """Whether the index has these bills and no other; it may be away when it is asked."""

    def shown() -> bool:
        with contextlib.suppress(StoreUnavailable):
            return index.stored_revisions()["bill"].keys() == wanted
        return False

    return shown


@pytest.mark.postgres
def test_facts_are_stored_while_it_is_away_and_found_when_it_is_back(
    elasticsearch_node: ElasticsearchNode,
    elasticsearch_url: str,
    database_urls: list[str],
    catalog: Database,
    shards: Shards,
    tmp_path: Path,
) -> None:
    variables = environment(database_urls, "") | {"OPENPOLICY_SEARCH_URL": elasticsearch_url}
    index = ElasticsearchIndex(elasticsearch_url)
    stored: set[str] = set()

    def store(first: int) -> None:
        bills = [bill(number) for number in range(first, first + 20)]
        store_sharded(shards, BILLS, bills)
        stored.update(each.root.key for each in bills)

    process = Running(["consume", "search"], variables, tmp_path / "consume.log")
    try:
        store(1)
        wait_until(shows(index, stored), "the first bills are found", 180)
        outages = (
            (elasticsearch_node.freeze, elasticsearch_node.thaw),
            (elasticsearch_node.kill, elasticsearch_node.start),
        )
        for number, (take_away, bring_back) in enumerate(outages, start=1):
            take_away()
            store(1 + 100 * number)
            with pytest.raises(StoreUnavailable):
                index.search(asking("act"))
            assert process.ended() is None
            bring_back()
            store(51 + 100 * number)
            wait_until(shows(index, stored), f"everything is found after outage {number}", 180)
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
    finally:
        process.stop()
        index.close()
    assert len(stored) == 100
    compared = compare_read_model("search", Settings(search_url=elasticsearch_url), catalog, shards)
    assert (compared.entities, compared.problems) == (100, [])


@pytest.mark.postgres
def test_facts_are_stored_while_it_is_slow_and_readers_are_told_in_time(
    elasticsearch_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    with faulty(elasticsearch_url) as relay:
        variables = environment(database_urls, "") | {"OPENPOLICY_SEARCH_URL": relay.url}
        index, reader = ElasticsearchIndex(elasticsearch_url), ElasticsearchIndex(relay.url)
        process = Running(["consume", "search"], variables, tmp_path / "consume.log")
        try:
            store_sharded(shards, BILLS, [bill(number) for number in range(1, 21)])
            stored = {bill(number).root.key for number in range(1, 21)}
            wait_until(shows(index, stored), "the first bills are found", 180)
            relay.delay_s = 2.5  # more than readers wait
            store_sharded(shards, BILLS, [bill(number) for number in range(101, 121)])
            stored |= {bill(number).root.key for number in range(101, 121)}
            with pytest.raises(StoreUnavailable):
                reader.search(asking("act"))
            assert process.ended() is None
            assert relay.delayed > 0
            relay.delay_s = 0.0
            wait_until(shows(reader, stored), "everything is found once it is fast again", 180)
        finally:
            process.stop()
            index.close()
            reader.close()
    compared = compare_read_model("search", Settings(search_url=elasticsearch_url), catalog, shards)
    assert (compared.entities, compared.problems) == (40, [])


def test_no_read_fails_and_none_sees_half_an_index_while_it_is_rebuilt(
    elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elasticsearch_client, "READ_TIMEOUT_S", 30.0)  # the machine may be busy; none may fail
    writer, reader = ElasticsearchIndex(elasticsearch_url), ElasticsearchIndex(elasticsearch_url)
    documents = [bill_document(f"C-{number}") for number in range(1, 1_001)]
    writer.apply(documents)
    ended = threading.Event()

    def read() -> list[int]:
        totals = []
        while not ended.is_set():
            totals.append(reader.search(asking("tests", facets=("type",))).total)
        return totals

    with ThreadPoolExecutor(max_workers=3) as threads:
        reading = [threads.submit(read) for _ in range(3)]
        try:
            for _ in range(3):
                halves = (documents[:500], documents[500:])
                assert writer.rebuild(halves) == len(documents)
        finally:
            ended.set()
        totals = [total for each in reading for total in each.result()]
    assert set(totals) == {len(documents)}
    print(f"\nsearch rebuilt 3 times under {len(totals)} reads: 0 lost, 0 failed")
    for index in (writer, reader):
        index.close()


SEARCH, SUGGEST, MEMBERS = "/api/v1/search?q=act{}&facets=all", "/api/v1/suggest?q=act{}", "/api/v1/members?limit={}"
MOST_S = 10.0
"""Nobody waits for an engine for more than five seconds, the rest is a busy machine's; one after the other they would
wait for twelve."""
AT_ONCE_S = 1.0
"""Half of what asking a frozen engine takes."""


class Asked(NamedTuple):
    """What came back, and after how long."""

    status: int
    retry_after: str | None
    seconds: float


def ask(client: TestClient[Any], path: str) -> Asked:
    """One request."""
    began = time.monotonic()
    answer = client.get(path)
    return Asked(answer.status_code, answer.headers.get("retry-after"), time.monotonic() - began)


def ask_together(client: TestClient[Any], paths: Sequence[str]) -> list[Asked]:
    """Every path by a caller of its own, all at once."""
    with ThreadPoolExecutor(max_workers=len(paths)) as callers:
        return list(callers.map(lambda path: ask(client, path), paths))


@pytest.mark.postgres
@pytest.mark.parametrize("how", ["killed", "frozen", "slow"])
def test_searches_are_refused_in_time_while_it_is_away_and_nothing_else_is(
    how: str, elasticsearch_node: ElasticsearchNode, elasticsearch_url: str, database_urls: list[str], catalog: Database
) -> None:
    """Whoever asks meanwhile is told to come back: a crowd within the time limit, and those after it at once."""
    loads.claim_dataset(catalog, "recorded")
    index = ElasticsearchIndex(elasticsearch_url)
    index.apply([bill_document(f"C-{number}") for number in range(1, 51)])
    index.close()
    with faulty(elasticsearch_url) as relay:
        settings = Settings(
            catalog_url=database_urls[0],
            shard_urls=tuple(database_urls[1:]),
            log_level="ERROR",
            cache_mb=8,
            cursor_secret="a test's own",
            search_url=relay.url if how == "slow" else elasticsearch_url,
        )

        def delay(seconds: float) -> None:
            relay.delay_s = seconds

        outages: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "killed": (elasticsearch_node.kill, elasticsearch_node.start),
            "frozen": (elasticsearch_node.freeze, elasticsearch_node.thaw),
            "slow": (lambda: delay(2.0), lambda: delay(0.0)),
        }
        take_away, bring_back = outages[how]
        with TestClient(create_app(settings)) as client:
            wait_until(lambda: ask(client, SEARCH.format("")).status == 200, "it is searched", 60)
            take_away()
            crowd = [path.format(number) for number in range(12) for path in (SEARCH, SUGGEST)]
            members = [MEMBERS.format(number) for number in range(1, 9)]
            answers = ask_together(client, [*crowd, *members])
            refused, others = answers[: len(crowd)], answers[len(crowd) :]
            assert {each.status for each in others} == {200}
            assert {each.status for each in refused} == {503}
            assert all(int(each.retry_after or 0) > 0 for each in refused)
            slowest = max(each.seconds for each in refused)
            assert slowest < MOST_S
            later = [ask(client, path) for path in crowd]
            assert {each.status for each in later} == {503}
            assert all(int(each.retry_after or 0) > 0 for each in later)
            at_once = statistics.median(each.seconds for each in later)
            assert at_once < AT_ONCE_S
            bring_back()
            began = time.monotonic()
            wait_until(lambda: {ask(client, path).status for path in crowd[:2]} == {200}, "it is searched again", 180)
            print(
                f"\n{how}: a crowd of {len(crowd)} refused in {slowest:.1f} s, members read in "
                f"{max(each.seconds for each in others):.1f} s, later searches refused in {at_once * 1000:.0f} ms, "
                f"found again {time.monotonic() - began:.1f} s after it was back"
            )
