"""The API's own addresses answer HTML to who asks for it first, as browsers do."""

import re
from typing import Final
from urllib.parse import parse_qsl

from serving.core.http.exchange import Scope, exchange_of
from serving.core.http.messages import App, Receive, Send
from serving.explorer.pages import LISTS

_API: Final = "/api/v1"
_ENTITIES: Final = re.compile(r"/(bills/[^/@]+/[^/@]+|votes/[^/@]+/(commons|senate)/[^/@]+|members/[^/@]+)")
"""Entities that there is a page of. A pinned revision has none."""


class PageFront:
    """In front of the router: the address of the page in place of the API's, where HTML is wanted most."""

    def __init__(self, router: App) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one request."""
        if scope["type"] == "http" and scope["path"].startswith(_API):
            exchange, page = exchange_of(scope), scope["path"].removeprefix(_API)
            if exchange.formats[:1] == ("html",) and _shows(page, exchange.query):
                scope["path"] = page
        await self._router(scope, receive, send)


def _shows(page: str, query: str) -> bool:
    """Whether there is a page of an address, and it takes these parameters: what asks for more stays JSON."""
    known = LISTS.get(page, () if _ENTITIES.fullmatch(page) else None)
    return known is not None and {name for name, _ in parse_qsl(query, keep_blank_values=True)} <= {*known, "lang"}
