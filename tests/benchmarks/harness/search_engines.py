"""The search engines that are measured: each behind the port, with its size on disk and its CPU time."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from unittest.mock import patch

from elasticsearch import Elasticsearch

from deploy.servers.elasticsearch.node import ElasticsearchNode
from tests.benchmarks.harness.processes import cpu_of_group
from tests.support.data.searching import asking
from warehouse.model.read_models.search import SearchDocument
from warehouse.search.elasticsearch import client as elasticsearch_client
from warehouse.search.opening import open_index
from warehouse.search.port import SearchIndex

_BATCH: Final = 1000
_PATIENCE_S: Final = 60.0
"""Readers wait two seconds; here a question that takes longer is to be measured, not given up."""


class Engine(NamedTuple):
    """One engine: what is asked, the bytes it has on disk, and the CPU seconds until now, those of its server too."""

    index: SearchIndex
    size: Callable[[], int]
    cpu: Callable[[], float]


class Built(NamedTuple):
    """What it cost to index everything."""

    wall_s: float
    cpu_s: float
    size_mb: float


@contextmanager
def tantivy(folder: Path) -> Iterator[Engine]:
    """The embedded engine, in this process."""
    with closing(open_index(f"tantivy:{folder}")) as index:
        yield Engine(
            index, lambda: sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()), time.process_time
        )


@contextmanager
def elasticsearch(folder: Path) -> Iterator[Engine]:
    """A server of its own, with the heap that tests give it.

    Raises:
        StoreUnavailable: there is no JDK that fits, no Maven that could bring it, or it does not start.
    """
    node = ElasticsearchNode(folder)
    try:
        node.start()
        patience = patch.object(elasticsearch_client, "READ_TIMEOUT_S", _PATIENCE_S)
        with patience, closing(open_index(node.url)) as index, Elasticsearch(node.url) as client:
            yield Engine(
                index,
                lambda: int(client.indices.stats(metric="store")["_all"]["total"]["store"]["size_in_bytes"]),
                lambda: time.process_time() + cpu_of_group(node.group),
            )
    finally:
        node.stop()


def build(engine: Engine, documents: Sequence[SearchDocument]) -> Built:
    """Index everything, as `openpolicy rebuild search` does once it has the documents."""
    began, cpu_began = time.perf_counter(), engine.cpu()
    engine.index.rebuild(documents[start : start + _BATCH] for start in range(0, len(documents), _BATCH))
    return Built(time.perf_counter() - began, engine.cpu() - cpu_began, engine.size() / 1e6)


def visible_ms(engine: Engine) -> float:
    """From one changed document to a search that finds it; the median."""
    spent = []
    for revision in range(2, 22):
        document = SearchDocument(
            entity="vote", key="1-1/commons/1", revision=revision, order=101, title_en=f"Visible{revision}x"
        )
        began = time.perf_counter()
        engine.index.apply([document])
        assert engine.index.search(asking(f"visible{revision}x")).total == 1
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)
