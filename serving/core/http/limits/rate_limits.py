"""The layer that limits how many requests a caller may make, and says in every answer how many remain.

It stands before the cache: an answer out of memory counts like any other. Free are a 304 and what orchestrators ask;
but a caller without tokens is refused before it is known that the answer would have been a 304.
"""

import math
import time
from collections.abc import Awaitable, Sequence
from typing import Final, Literal, NamedTuple

from serving.core.http import problems
from serving.core.http.cached_answer import SAFETY
from serving.core.http.cors import CORS
from serving.core.http.errors import RateLimited
from serving.core.http.exchange import Scope, call_of
from serving.core.http.limits.callers import Callers
from serving.core.http.messages import App, Header, Message, Receive, Send, send_whole
from serving.core.http.telemetry.metrics import Metrics
from warehouse.cache.buckets import LimitWindow
from warehouse.cache.leases import Leases, TokenAccount

FREE: Final = frozenset({"/health", "/ready", "/metrics"})
"""Paths that are neither counted nor refused."""


_UNITS: Final = {
    "second": ("second", "seconde"),
    "minute": ("minute", "minute"),
    "hour": ("hour", "heure"),
    "day": ("day", "jour"),
}


class RateLimitLayer:
    """Refuses what is above the limit with a 429 and adds the `RateLimit` headers to every answer."""

    def __init__(self, inner: App, *, leases: Leases, callers: Callers, metrics: Metrics) -> None:
        self._inner = inner
        self._leases = leases
        self._callers = callers
        self._refusals = metrics.route("refused")
        self._headers = RateLimitHeaders(leases.windows)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["path"] in FREE:
            await self._inner(scope, receive, send)
            return
        account = self._leases.account(self._callers.of(scope))
        if not await self._leases.spend(account):
            await self._refuse(account, scope, send)
            return
        headers = self._headers

        def send_with_limits(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                if message["status"] == 304:
                    account.refund()
                message["headers"] = [*message["headers"], *headers.of(account)]
            return send(message)

        await self._inner(scope, receive, send_with_limits)

    async def _refuse(self, account: TokenAccount, scope: Scope, send: Send) -> None:
        call = call_of(scope)
        wait_s = max(1, math.ceil(account.free_at - time.monotonic()))
        error = RateLimited(
            f"You may make {in_words(self._leases.windows, 'en')}. Try again in {wait_s} s. "
            "One request may list 500 entries (`limit=500`), also as `.csv` or `.ndjson`.",
            f"Vous pouvez faire {in_words(self._leases.windows, 'fr')}. Réessayez dans {wait_s} s. "
            "Une requête peut donner 500 entrées (`limit=500`), aussi en `.csv` ou `.ndjson`.",
            headers={"retry-after": str(wait_s)},
        )
        query = bytes(scope["query_string"]).decode("latin-1")
        status, body, headers = problems.render(error, call.request_id.decode(), query)
        call.note(self._refusals, status, "refused")
        sent: list[Header] = [(name.encode(), value.encode()) for name, value in headers.items()]
        sent += [(b"content-length", b"%d" % len(body)), *SAFETY, *CORS, *call.own_headers("refused")]
        sent += self._headers.of(account)
        await send_whole(send, status, sent, b"" if scope["method"] == "HEAD" else body)


class _Figures(NamedTuple):
    """The headers of one lease, of which only what remains changes from request to request."""

    template: bytes
    bases: tuple[int, ...]
    tightest: int
    """What remained in the window with the fewest tokens."""
    limit: Header
    reset: Header


class RateLimitHeaders:
    """`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers) and the older three, which are those of
    the window that has the fewest tokens left."""

    def __init__(self, windows: Sequence[LimitWindow]) -> None:
        self._windows = windows
        policy = ", ".join(f'"{window.name}";q={window.limit};w={window.seconds}' for window in windows)
        self._policy: Header = (b"ratelimit-policy", policy.encode())

    def of(self, account: TokenAccount) -> tuple[Header, ...]:
        """The headers of an answer to this caller."""
        figures = account.rendered
        if not isinstance(figures, _Figures):
            figures = account.rendered = self._figures(account)
        spent = max(0, account.spent)
        remaining = [base - spent if base > spent else 0 for base in figures.bases]
        return (
            self._policy,
            (b"ratelimit", figures.template % tuple(remaining)),
            figures.limit,
            (b"ratelimit-remaining", b"%d" % max(0, figures.tightest - spent)),
            figures.reset,
        )

    def _figures(self, account: TokenAccount) -> _Figures:
        resets = [math.ceil(seconds) for seconds in account.full_s]
        parts = (f'"{window.name}";r=%d;t={reset}' for window, reset in zip(self._windows, resets, strict=True))
        tightest = min(range(len(self._windows)), key=lambda at: account.base[at])
        return _Figures(
            ", ".join(parts).encode(),
            account.base,
            account.base[tightest],
            (b"ratelimit-limit", b"%d" % self._windows[tightest].limit),
            (b"ratelimit-reset", b"%d" % resets[tightest]),
        )


def in_words(windows: Sequence[LimitWindow], lang: Literal["en", "fr"]) -> str:
    """The limits as a sentence has them: 60 requests a minute and 1000 an hour."""
    if lang == "fr":
        first, *rest = (f"{window.limit} {{}}par {_UNITS[window.name][1]}" for window in windows)
        return " et ".join([first.format("requêtes "), *(part.format("") for part in rest)])
    units = [("an " if window.name == "hour" else "a ") + _UNITS[window.name][0] for window in windows]
    first, *rest = (f"{window.limit} {{}}{unit}" for window, unit in zip(windows, units, strict=True))
    return " and ".join([first.format("requests "), *(part.format("") for part in rest)])
