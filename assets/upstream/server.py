"""Answers Parliament's addresses over real HTTP from a stand-in: recorded documents or a simulated Parliament."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl

import msgspec

from assets.upstream.addresses import HOLDINGS
from assets.upstream.serving_thread import serve_in_thread
from warehouse.model.keys import SessionCode

Kind = Literal["recorded", "simulated"]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class UpstreamAnswer(msgspec.Struct, frozen=True):
    """One HTTP answer. An upstream that caches bodies gives the `etag` too; otherwise it is computed from the body."""

    status: int
    body: bytes
    content_type: str = "text/xml; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None


class Upstream(Protocol):
    """A server that answers in place of Parliament."""

    @property
    def kind(self) -> Kind:
        """Whether the documents are Parliament's own or invented."""

    def sessions(self) -> list[SessionCode]:
        """The sessions with at least one document, oldest first."""

    def persons_with_roles(self) -> list[int] | None:
        """The people whose roles documents it has; null for everybody's."""

    def answer(self, path: str, query: Mapping[str, str]) -> UpstreamAnswer:
        """The answer to a GET; `addresses.asked` reads path and query. Called from one thread at a time."""


def etag_of(body: bytes) -> str:
    """A strong ETag: the same bytes have the same ETag in every process, at any time."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def not_found(sentence: str) -> UpstreamAnswer:
    """404 with one sentence for people."""
    return UpstreamAnswer(404, sentence.encode(), "text/plain; charset=utf-8")


def asgi_app(upstream: Upstream) -> AsgiApp:
    """The upstream as an ASGI application: GET and HEAD, ETag and Last-Modified with 304."""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, headers, body = _respond(upstream, scope)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return app


@contextmanager
def running(upstream: Upstream, port: int = 0) -> Iterator[str]:
    """Serve the upstream on loopback in a thread of this process while the block runs; yields its base URL.

    Raises:
        PortTaken: the port is in use; 0 takes a free one.
    """
    with serve_in_thread(asgi_app(upstream), port) as url:
        yield url


def _respond(upstream: Upstream, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    if scope["method"] not in {"GET", "HEAD"}:
        return 405, [(b"allow", b"GET, HEAD"), (b"content-length", b"0")], b""
    path, query = scope["path"], scope["query_string"]
    if path == HOLDINGS:
        answer = _holdings(upstream)
    else:
        answer = upstream.answer(path, dict(parse_qsl(query.decode("latin-1"))) if query else {})
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
    if answer.status == 200:
        etag = (answer.etag or etag_of(answer.body)).encode()
        headers.append((b"etag", etag))
        if _is_unchanged(scope["headers"], etag, dict(headers).get(b"last-modified")):
            return 304, headers, b""
    headers.append((b"content-type", answer.content_type.encode()))
    headers.append((b"content-length", str(len(answer.body)).encode()))
    return answer.status, headers, answer.body


def _is_unchanged(request_headers: list[tuple[bytes, bytes]], etag: bytes, last_modified: bytes | None) -> bool:
    """Whether the caller already has these bytes; If-None-Match outranks If-Modified-Since (RFC 9110, 13.2.2)."""
    wanted = dict(request_headers)
    if (held := wanted.get(b"if-none-match")) is not None:
        return held == b"*" or etag in (tag.strip().removeprefix(b"W/") for tag in held.split(b","))
    return last_modified is not None and wanted.get(b"if-modified-since") == last_modified


def _holdings(upstream: Upstream) -> UpstreamAnswer:
    held = {
        "kind": upstream.kind,
        "sessions": [str(session) for session in upstream.sessions()],
        "roles": upstream.persons_with_roles(),
    }
    return UpstreamAnswer(200, msgspec.json.encode(held), "application/json")
