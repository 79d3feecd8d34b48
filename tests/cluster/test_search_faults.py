"""Elasticsearch frozen, killed, rebuilt: facts go on being stored, readers are told, and nobody has to help it up."""

import contextlib
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.servers.elasticsearch.node import ElasticsearchNode
from tests.support.samples import bill
from tests.support.searching import asking, bill_document
from tests.support.slow import slow
from tests.support.streaming import Running, environment, wait_until
from warehouse.postgres.aggregates import BILLS, store_sharded
from warehouse.postgres.pools import Database
from warehouse.postgres.shards import Shards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import Settings
from warehouse.search import elasticsearch_client
from warehouse.search.elasticsearch_index import ElasticsearchIndex
from warehouse.workers.verify_sinks import compare_sink

pytestmark = [pytest.mark.elasticsearch, pytest.mark.timeout(600)]


def shows(index: ElasticsearchIndex, wanted: set[str]) -> Callable[[], bool]:
    """Whether the index has these bills and no other; it may be away when it is asked."""

    def shown() -> bool:
        with contextlib.suppress(StoreUnavailable):
            return index.held()["bill"].keys() == wanted
        return False

    return shown


@pytest.mark.postgres
def test_facts_are_stored_while_it_is_away_and_found_when_it_is_back(
    elasticsearch_node: ElasticsearchNode, elasticsearch_url: str, database_urls: list[str], catalog: Database,
    shards: Shards, tmp_path: Path,
) -> None:  # fmt: skip
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
    compared = compare_sink("search", Settings(search_url=elasticsearch_url), catalog, shards)
    assert (compared.entities, compared.problems) == (100, [])


@pytest.mark.postgres
def test_facts_are_stored_while_it_is_slow_and_readers_are_told_in_time(
    elasticsearch_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    with slow(elasticsearch_url) as relay:
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
    compared = compare_sink("search", Settings(search_url=elasticsearch_url), catalog, shards)
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
