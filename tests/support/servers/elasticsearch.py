"""One real Elasticsearch for a test run; each test that asks for its URL finds it running and empty."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from elasticsearch import Elasticsearch

from deploy.servers.elasticsearch.node import ElasticsearchNode

_PREFIX = "openpolicy-elasticsearch-"


@pytest.fixture(scope="session")
def elasticsearch_node() -> Iterator[ElasticsearchNode]:
    """A node on this machine; a test that ends or freezes it need not start it again."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    node = ElasticsearchNode(folder)
    try:
        node.start()
        yield node
    finally:
        node.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned() -> None:
    """End the nodes of runs that were killed: their folders carry the run's pid."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)) and os.access(folder, os.W_OK):
            ElasticsearchNode(folder).stop()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def elasticsearch_url(elasticsearch_node: ElasticsearchNode) -> str:
    """The node, running, without any index."""
    elasticsearch_node.thaw()
    elasticsearch_node.start()
    with Elasticsearch(elasticsearch_node.url, request_timeout=60) as client:
        for name in client.indices.get(index="*", expand_wildcards="all"):
            client.indices.delete(index=name)
    return elasticsearch_node.url
