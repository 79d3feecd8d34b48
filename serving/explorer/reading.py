"""What a page is made of: answers of the API, asked for in this process, so that a page never says anything else."""

from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

from serving.core.html.render import PageLang
from serving.core.http.exchange import Call, Scope, begin
from serving.core.http.inner_request import InnerCaller, inner_scope
from serving.core.http.messages import App, BufferedSend, joined

_API: Final = "/api/v1"
_NONE: Final = frozenset({404, 410})
"""Statuses that say that there is nothing of the kind; all others are faults, and a page must not say so."""


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
        self.is_whole = True
        """Whether nothing that the page can do without failed to answer just now."""

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        """The answer of `/api/v1` + path.

        Raises:
            PageProblem: it is refused.
            PageMoved: it is somewhere else.
        """
        given = {name: value for name, value in query.items() if value not in (None, "")}
        sent = BufferedSend()
        query_string = urlencode({"lang": self._lang} | given)
        scope = inner_scope(self._outer, quote(f"{_API}{path}", safe="/@,:"), query_string, self._request_id)
        begin(scope, Call("GET", dict(scope["headers"]), self._request_id.encode()))
        await self._inside(scope, InnerCaller(), sent)
        headers = {name.decode(): value.decode("latin-1") for name, value in joined(sent.headers).items()}
        if sent.status in {301, 302, 303, 307, 308}:
            raise PageMoved(headers.get("location", "/").removeprefix(_API).partition("?")[0])
        body: dict[str, Any] = msgspec.json.decode(sent.body) if sent.body else {}
        if sent.status != 200:
            kept: dict[str, str] = {name: headers[name] for name in ("retry-after", "cache-control") if name in headers}
            raise PageProblem(sent.status, body, kept)
        return body

    async def maybe(self, path: str, **query: Any) -> dict[str, Any] | None:
        """The same, for what a page can do without; None where there is none, or it does not answer just now."""
        try:
            return await self.get(path, **query)
        except PageMoved:
            return None
        except PageProblem as problem:
            self.is_whole = self.is_whole and problem.status in _NONE
            return None
