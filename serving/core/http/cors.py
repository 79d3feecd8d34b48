"""What an address may be asked, as the router says: `Allow`, and the answer to a browser's preflight (CORS).

Only the router knows its methods. It is asked with OPTIONS, which it answers for every address it has.
"""

from typing import Final

from serving.core.http.exchange import Scope
from serving.core.http.messages import App, BufferedSend, Header, Message, joined

CORS: Final[tuple[Header, ...]] = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Allow, Content-Range, Deprecation, ETag, Link, Last-Modified, Location, RateLimit, RateLimit-Policy, "
        b"RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, Server-Timing, Sunset, "
        b"X-OpenPolicy-Dataset, X-OpenPolicy-Snapshot, X-OpenPolicy-Stale, X-Request-Id, X-Response-Time, "
        b"X-Total-Count",
    ),
)
_REQUEST_HEADERS: Final = ("Accept", "Accept-Language", "If-None-Match", "Last-Event-ID", "X-Request-Id")
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_MAX_AGE_S: Final = 86_400


async def methods_of(router: App, scope: Scope) -> list[str]:
    """The methods that an address has, sorted; empty where there is no such address. Where GET is, HEAD is too."""
    asked, gathered = {**scope, "method": "OPTIONS"}, BufferedSend()
    await router(asked, _no_body, gathered)
    return methods_in(gathered.headers) if gathered.status < 300 else []


def methods_in(headers: list[Header]) -> list[str]:
    """The methods that the router's answer to OPTIONS names."""
    routed = joined(headers).get(b"allow", b"").decode()
    methods = {"OPTIONS", *(name.strip() for name in routed.split(",") if name.strip())}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def allow(methods: list[str]) -> Header:
    """The header of 405."""
    return b"allow", ", ".join(methods).encode()


def preflight(methods: list[str]) -> dict[str, str]:
    """What a browser may send from a page of another origin. `Content-Type` only where there is a body to describe."""
    headers = sorted((*_REQUEST_HEADERS, "Content-Type") if _WITH_BODY.intersection(methods) else _REQUEST_HEADERS)
    return {
        "allow": ", ".join(methods),
        "access-control-allow-methods": ", ".join(methods),
        "access-control-allow-headers": ", ".join(headers),
        "access-control-max-age": str(_MAX_AGE_S),
    }


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
