"""The cluster's client, and one error for when the cluster is unavailable, too slow, or has no index yet."""

import contextlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from elastic_transport import NodeConfig, Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, TransportError
from elasticsearch.helpers import ScanError

from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.http_connections import BoundedHttpConnection, BoundedHttpsConnection
from warehouse.runtime.settings import mask_url

READ_TIMEOUT_S: Final = 2.0
"""After this long a reader is told that the engine is unavailable; nothing is asked twice."""
_DEFAULT_PORTS: Final = {"http": 9200, "https": 443}


class _BoundedNode(Urllib3HttpNode):
    """A node whose connections end with the deadline of the request that waits for them."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool.ConnectionCls = BoundedHttpsConnection if config.scheme == "https" else BoundedHttpConnection


def connect(url: str) -> Elasticsearch:
    """A client with which reads wait two seconds and no longer; nothing is sent yet."""
    parts = urlsplit(url)
    if parts.port is None:
        parts = parts._replace(netloc=f"{parts.netloc}:{_DEFAULT_PORTS[parts.scheme]}")
    return Elasticsearch(
        urlunsplit(parts),
        node_class=_BoundedNode,
        serializer=OrjsonSerializer(),
        request_timeout=READ_TIMEOUT_S,
        max_retries=0,
        retry_on_timeout=False,
    )


@contextlib.contextmanager
def told_as_away(url: str) -> Iterator[None]:
    """Whatever the client says is that the cluster failed: no request is made of a user's text."""
    try:
        yield
    except ApiError as error:
        if error.status_code == 404:
            raise no_index() from error
        if error.status_code in {401, 403}:
            raise _unavailable(url, error, "Correct the account in OPENPOLICY_SEARCH_URL.") from error
        raise _unavailable(url, error, "See its log.") from error
    except (TransportError, ScanError) as error:
        raise _unavailable(url, error, "Start it, or correct OPENPOLICY_SEARCH_URL.") from error


def no_index() -> StoreUnavailable:
    """The error while nothing was indexed, or somebody deleted it."""
    return StoreUnavailable("There is no search index yet.", fix="Run `openpolicy rebuild search`.")


def _unavailable(url: str, error: Exception, fix: str) -> StoreUnavailable:
    said = " ".join(str(error).split())[:300]
    return StoreUnavailable(f"Elasticsearch at {mask_url(url)} failed: {type(error).__name__}: {said}", fix=fix)
