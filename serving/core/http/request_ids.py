"""An id for every request: the caller's own `X-Request-Id` if it is sane, otherwise one made here.

The outermost layer: the request is read here once, and everything after it is logged and answered under its id.
"""

import itertools
import re
import secrets
from typing import Final

from serving.core.http.exchange import Call, Scope, begin
from serving.core.http.limits.callers import Callers
from serving.core.http.messages import App, Header, Receive, Send, joined

HSTS: Final[tuple[Header, ...]] = ((b"strict-transport-security", b"max-age=31536000"),)
"""Only this host, and only once it has been reached by TLS: what else the domain serves is not ours to say."""
_SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Ids unique over processes (a random part) and within one (a count)."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(6).encode()
        self._count = itertools.count(1).__next__

    def choose(self, given: bytes | None) -> bytes:
        """The id to use."""
        if given is not None and _SANE.fullmatch(given):
            return given
        return b"%b-%x" % (self._prefix, self._count())


class RequestIdLayer:
    """Begins a call: its headers by name, its id, and whether it came by TLS."""

    def __init__(self, inner: App, callers: Callers | None = None) -> None:
        self._inner = inner
        self._callers = callers or Callers()
        self._ids = RequestIds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id."""
        pairs = scope["headers"]
        headers = dict(pairs)
        if len(headers) != len(pairs):
            headers = joined(pairs)
        secure = HSTS if self._callers.uses_tls(scope, headers) else ()
        begin(scope, Call(scope["method"], headers, self._ids.choose(headers.get(b"x-request-id")), secure))
        await self._inner(scope, receive, send)
