"""Addresses of the pages around a page: the same query with another cursor."""

from urllib.parse import parse_qsl, urlencode

from serving.core.answers.envelope import PageLinks
from serving.core.http.exchange import Exchange


def first_address(exchange: Exchange) -> str:
    """The address of the first page of the same query."""
    return _address(exchange, urlencode(_kept(exchange)))


def links_of(exchange: Exchange, next_: str | None, prev: str | None) -> PageLinks:
    """The links of a page, by its cursors."""
    return PageLinks(
        self_=_address(exchange, exchange.query),
        first=first_address(exchange),
        next=_with_cursor(exchange, next_),
        prev=_with_cursor(exchange, prev),
    )


def links_at(exchange: Exchange, next_offset: int | None, prev_offset: int | None) -> PageLinks:
    """The links of a page that is found by how many entries come before it."""
    return PageLinks(
        self_=_address(exchange, exchange.query),
        first=first_address(exchange),
        next=_with_offset(exchange, next_offset),
        prev=_with_offset(exchange, prev_offset),
    )


def _with_offset(exchange: Exchange, offset: int | None) -> str | None:
    return None if offset is None else _address(exchange, urlencode([*_kept(exchange), ("offset", str(offset))]))


def link_header(links: PageLinks) -> str:
    """The same links as RFC 8288 writes them, for formats that have no place for links."""
    found = {"self": links.self_, "first": links.first, "next": links.next, "prev": links.prev}
    return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in found.items() if address)


def list_headers(links: PageLinks, count: int) -> list[tuple[str, str]]:
    """The pages around this one and how many entries all have, for formats that have no place for them."""
    return [("link", link_header(links)), ("x-total-count", str(count))]


def _with_cursor(exchange: Exchange, cursor: str | None) -> str | None:
    return None if cursor is None else _address(exchange, urlencode([*_kept(exchange), ("cursor", cursor)]))


def _kept(exchange: Exchange) -> list[tuple[str, str]]:
    pairs = parse_qsl(exchange.query, keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in {"cursor", "offset"}]


def _address(exchange: Exchange, query: str) -> str:
    return f"{exchange.path}{exchange.suffix}" + (f"?{query}" if query else "")
