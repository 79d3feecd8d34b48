"""An ASGI layer that lets only intended callers use the Dagster UI.

Dagster answers any Host, accepts GraphQL mutations by GET and by form posts, and opens WebSockets for any origin, so
any page in a browser on this machine could start and delete runs. Refused are:

- a Host that is not this machine's or listed in OPENPOLICY_DAGSTER_HOSTS (DNS rebinding);
- a request that a browser sends for another site, except that a link may lead to the UI;
- GraphQL other than by POST with a JSON body, which a browser does not send to another origin without asking first.

Programs such as curl send neither `Origin` nor `Sec-Fetch-Site` and are let through. This is not a login: anybody who
can reach the port may do everything.
"""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = dict[str, list[str]]
Refusal = tuple[int, str]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_GRAPHQL = "/graphql"
_JSON = ("application/json", "application/graphql")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Guard:
    """Passes a request on to `application`, or refuses it with a reason."""

    def __init__(self, application: Application, hosts: Sequence[str] = ()) -> None:
        """`hosts`: further names by which browsers may call this server, with or without a port."""
        self._application = application
        self._hosts = LOOPBACK_NAMES | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, WebSocket or lifespan."""
        if scope["type"] not in {"http", "websocket"}:
            await self._application(scope, receive, send)
            return
        refusal = self._refusal(scope, _headers(scope))
        if refusal is None:
            await self._application(scope, receive, _unframed(send) if scope["type"] == "http" else send)
        elif scope["type"] == "http":
            await _answer(send, *refusal)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        host = headers.get("host", [])
        if len(host) != 1 or not self._is_known(host[0]):
            return 403, (
                f"This server is not called {', '.join(host) or 'nothing'}. "
                "Call it 127.0.0.1, or list its name in OPENPOLICY_DAGSTER_HOSTS."
            )
        if not _is_same_origin(scope, headers, host[0]):
            return 403, "Another site may not use the Dagster UI."
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith(_GRAPHQL):
            return _graphql_refusal(scope["method"], headers)
        return None

    def _is_known(self, host: str) -> bool:
        return host.lower() in self._hosts or _split(f"//{host}")[0] in self._hosts


def _graphql_refusal(method: str, headers: Headers) -> Refusal | None:
    """GET is only for the page that sends queries; queries themselves come by POST."""
    if method in {"GET", "HEAD"}:
        is_page = any("text/html" in accept for accept in headers.get("accept", []))
        return None if is_page else (405, "Send GraphQL by POST.")
    kind = ", ".join(headers.get("content-type", [])).partition(";")[0].strip().lower()
    return None if kind in _JSON else (415, "Send GraphQL as application/json.")


def _is_same_origin(scope: Scope, headers: Headers, host: str) -> bool:
    """Whether the request is not from a browser, or is from a page of this server, or opens a page of this server."""
    for origin in headers.get("origin", []):
        scheme = origin.partition(":")[0].lower()
        if _split(origin, scheme) != _split(f"//{host}", scheme):
            return False
    site = headers.get("sec-fetch-site", ["none"])
    if all(value in {"same-origin", "none"} for value in site):
        return True
    return scope.get("method") == "GET" and headers.get("sec-fetch-mode") == ["navigate"]


def _split(url: str, scheme: str = "") -> tuple[str, int | None]:
    """Name and port (by default that of the scheme); None for an invalid address."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "", parts.port or _DEFAULT_PORTS.get(scheme))
    except ValueError:
        return ("", None)


def _headers(scope: Scope) -> Headers:
    found: Headers = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _unframed(send: Send) -> Send:
    """Other sites must not show the UI in a frame, where they could trick visitors into clicks."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), (b"x-frame-options", b"DENY")]
        await send(message)

    return sending


async def _answer(send: Send, status: int, why: str) -> None:
    body = f"{why}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        *([(b"allow", b"POST")] if status == 405 else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
