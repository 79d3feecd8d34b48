"""What a page is made of: answers of the API, asked for in this process, so that a page never says anything else."""

import asyncio
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

from serving.core.html.render import PageLang
from serving.core.http.exchange import Call, Scope, begin
from serving.core.http.messages import App, BufferedSend, Message, joined

_OF_SCOPE: Final = ("type", "asgi", "http_version", "scheme", "server", "client", "root_path")
_PASSED_ON: Final = frozenset({b"authorization", b"x-api-key", b"x-forwarded-for", b"forwarded", b"traceparent"})
"""Headers that say who asks; what a page reads is read for the same caller."""
_API: Final = "/api/v1"


class PageProblem(Exception):
    """The API refused what a page needs; the page says so with the same status."""

    def __init__(self, status: int, problem: dict[str, Any], headers: dict[str, str]) -> None:
        super().__init__(problem.get("detail", ""))
        self.status = status
        self.problem = problem
        self.headers = headers


class PageMoved(Exception):
    """The page has another address."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class ApiReader:
    """Reads addresses of the API, out of its cache or through its router, in the language of the page."""

    def __init__(self, inside: App, outer: Scope, lang: PageLang, request_id: str) -> None:
        self._inside = inside
        self._outer = outer
        self._lang = lang
        self._request_id = request_id

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        """The answer of `/api/v1` + path.

        Raises:
            PageProblem: it is refused.
            PageMoved: it is somewhere else.
        """
        given = {name: value for name, value in query.items() if value not in (None, "")}
        sent = BufferedSend()
        scope = self._scope(f"{_API}{path}", urlencode({"lang": self._lang} | given))
        begin(scope, Call("GET", dict(scope["headers"]), self._request_id.encode()))
        await self._inside(scope, _Caller(), sent)
        headers = {name.decode(): value.decode("latin-1") for name, value in joined(sent.headers).items()}
        if sent.status in {301, 302, 303, 307, 308}:
            raise PageMoved(headers.get("location", "/").removeprefix(_API).partition("?")[0])
        body: dict[str, Any] = msgspec.json.decode(sent.body) if sent.body else {}
        if sent.status != 200:
            kept: dict[str, str] = {name: headers[name] for name in ("retry-after", "cache-control") if name in headers}
            raise PageProblem(sent.status, body, kept)
        return body

    async def maybe(self, path: str, **query: Any) -> dict[str, Any] | None:
        """The same; None where it is refused, for what a page can do without."""
        try:
            return await self.get(path, **query)
        except (PageProblem, PageMoved):
            return None

    async def all(self, *wanted: tuple[str, dict[str, Any]]) -> list[dict[str, Any] | None]:
        """Several at once, each None where it is refused."""
        return list(await asyncio.gather(*(self.maybe(path, **query) for path, query in wanted)))

    def _scope(self, path: str, query: str) -> Scope:
        outer = self._outer
        headers = [pair for pair in outer["headers"] if pair[0] in _PASSED_ON]
        headers += [(b"accept", b"application/json"), (b"x-request-id", self._request_id.encode())]
        return {
            **{name: outer[name] for name in _OF_SCOPE if name in outer},
            "method": "GET",
            "path": path,
            "raw_path": quote(path, safe="/@,:").encode(),
            "query_string": query.encode(),
            "headers": headers,
            "state": {},
        }


class _Caller:
    """Who asks for one answer: sends nothing, and is gone after that."""

    def __init__(self) -> None:
        self._has_asked = False

    async def __call__(self) -> Message:
        """The end of the request, then the caller's going."""
        if self._has_asked:
            return {"type": "http.disconnect"}
        self._has_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}
