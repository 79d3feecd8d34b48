"""The server of our tests: what our plugin adds works as in a full distribution, and a crash loses nothing."""

import pytest
from elasticsearch import BadRequestError, ConnectionTimeout, Elasticsearch

from deploy.servers.elasticsearch.install import VERSION
from deploy.servers.elasticsearch.node import ElasticsearchNode

pytestmark = pytest.mark.elasticsearch
ANALYSIS = {
    "tokenizer": {"words": {"type": "pattern", "pattern": "[^\\p{L}\\p{N}]+"}},
    "filter": {
        "french": {"type": "stemmer", "language": "french"},
        "english": {"type": "stemmer", "language": "porter2"},
    },
    "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
    "analyzer": {
        "in_french": {"tokenizer": "words", "filter": ["lowercase", "french", "asciifolding"]},
        "in_english": {"tokenizer": "words", "filter": ["lowercase", "english"]},
    },
}


def tokens(client: Elasticsearch, text: str, **with_: str) -> list[str]:
    return [token["token"] for token in client.indices.analyze(index="texts", text=text, **with_)["tokens"]]


def test_the_filters_that_the_plugin_adds(elasticsearch_url: str) -> None:
    with Elasticsearch(elasticsearch_url) as client:
        assert client.info()["version"]["number"] == VERSION
        client.indices.create(index="texts", settings={"analysis": ANALYSIS})
        assert tokens(client, "L’immigration d'Écoles", analyzer="in_french") == ["l", "immigr", "d", "ecol"]
        assert tokens(client, "Invoices, running (2)", analyzer="in_english") == ["invoic", "run", "2"]
        assert tokens(client, "Québec", normalizer="folded") == ["quebec"]
        bad = {"filter": {"none": {"type": "stemmer", "language": "klingon"}}}
        with pytest.raises(BadRequestError, match="klingon"):
            client.indices.create(index="other", settings={"analysis": bad})


def test_what_was_taken_survives_a_crash_and_a_frozen_node_answers_again(
    elasticsearch_node: ElasticsearchNode, elasticsearch_url: str
) -> None:
    with Elasticsearch(elasticsearch_url) as client:
        client.index(index="texts", id="1", document={"text": "kept"}, refresh=True)
        elasticsearch_node.freeze()
        with pytest.raises(ConnectionTimeout):
            client.options(request_timeout=1, max_retries=0).count(index="texts")
        elasticsearch_node.thaw()
        assert client.count(index="texts")["count"] == 1
        elasticsearch_node.kill()
        assert not elasticsearch_node.is_running()
        elasticsearch_node.start()
        assert elasticsearch_node.url == elasticsearch_url
        client.options(request_timeout=60).cluster.health(index="texts", wait_for_status="yellow", timeout="60s")
        assert client.get(index="texts", id="1")["_source"] == {"text": "kept"}
