"""A read that one request makes of another address in the same process, for the same caller."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from serving.core.http.exchange import Scope
from serving.core.http.messages import Message

_OF_SCOPE: Final = ("type", "asgi", "http_version", "scheme", "server", "client", "root_path")
_PASSED_ON: Final = frozenset({b"authorization", b"x-api-key", b"x-forwarded-for", b"forwarded", b"traceparent"})
"""Headers that say who asks; what is read is read for them."""


def inner_scope(outer: Mapping[str, Any], address: str, query: str, request_id: str) -> Scope:
    """The scope of a read in JSON. `address` and `query` are percent-encoded."""
    headers = [pair for pair in outer["headers"] if pair[0] in _PASSED_ON]
    headers += [(b"accept", b"application/json"), (b"x-request-id", request_id.encode())]
    return {
        **{name: outer[name] for name in _OF_SCOPE if name in outer},
        "method": "GET",
        "path": unquote(address),
        "raw_path": address.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "state": {},  # the router notes there how far the outer request is
    }


class InnerCaller:
    """Who asks for one read: sends nothing, and is gone after that, which ends streams."""

    def __init__(self) -> None:
        self._has_asked = False

    async def __call__(self) -> Message:
        """The end of the request, then the caller's going."""
        if self._has_asked:
            return {"type": "http.disconnect"}
        self._has_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}
