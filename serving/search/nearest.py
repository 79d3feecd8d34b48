"""Where a search finds nothing: the spelling that finds something, or the filter that is in the way."""

from typing import Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from serving.core.answers.envelope import DidYouMean
from serving.core.answers.texts import View
from serving.core.http.exchange import Exchange
from serving.core.process.platform import Platform
from serving.search.parameters import FILTERS
from warehouse.model.read_models.search import BillReference, Filter, Node, Query, SearchRequest, Word
from warehouse.model.read_models.selection import Listing
from warehouse.search.query.parse import parse

_LIKE: Final = 0.65
_MOST_WORDS: Final = 6
_TEXTS: Final[tuple[tuple[Listing, str], ...]] = (
    ("members", "name"),
    ("members", "riding"),
    ("bills", "title"),
    ("bills", "sponsor_name"),
)


async def other_searches(platform: Platform, exchange: Exchange, wanted: SearchRequest, view: View) -> list[DidYouMean]:
    """What to search for instead; each was searched for, and finds something."""
    pairs = parse_qsl(exchange.query, keep_blank_values=True)
    found: list[DidYouMean] = []
    if (near := await _respelled(platform, wanted.query)) is not None:
        other = msgspec.structs.replace(wanted, query=parse(near), offset=0, facets=())
        if count := await _count(platform, other):
            query = [(name, near if name == "q" else value) for name, value in pairs if name != "offset"]
            found.append(_said(view, exchange, query, ("q", wanted.query.text, near), count))
    given = [name for name in dict.fromkeys(name for name, _ in pairs) if name in FILTERS]
    for name in given if not found else ():
        left = tuple(each for each in wanted.filters if not _is_of(each, name))
        other = msgspec.structs.replace(wanted, filters=left, offset=0, facets=())
        if count := await _count(platform, other):
            query = [pair for pair in pairs if pair[0] not in {name, "offset"}]
            value = ",".join(value for each, value in pairs if each == name)
            found.append(_said(view, exchange, query, (name, value, None), count))
    return found


def _is_of(each: Filter, name: str) -> bool:
    """Whether a filter is from a parameter; `type=vote` and a range of years are filters of other names."""
    return each.field == name or (each.field, name) in {("entity", "type"), ("date", "year")}


async def _count(platform: Platform, request: SearchRequest) -> int:
    result = await platform.searches.ask(lambda index: index.search(request))
    return result.total


def _said(
    view: View, exchange: Exchange, query: list[tuple[str, str]], change: tuple[str, str, str | None], count: int
) -> DidYouMean:
    name, value, near = change
    if near is None:
        en, fr = f"Without `{name}`, {count} are found.", f"Sans `{name}`, il y en a {count}."
    else:
        en, fr = f"Did you mean {near}?", f"Vouliez-vous dire {near}?"
    address = f"{exchange.path}?{urlencode(query)}" if query else exchange.path
    return DidYouMean(param=name, value=value[:100], nearest=near, text=view.text(en, fr), address=address, count=count)


async def _respelled(platform: Platform, query: Query) -> str | None:
    """The query with each word that no text has spelled as the nearest one that is there, and each bill that is not
    held as the nearest number; None where nothing changes."""
    text = query.text
    nodes = [node for node in query.nodes if not node.negated and isinstance(node, Word | BillReference)]
    words = [node for node in nodes if isinstance(node, Word)][:_MOST_WORDS]
    references = [node for node in nodes if isinstance(node, BillReference)]
    tried: tuple[Word | BillReference, ...] = (*words, *references)
    found = [(node, await _nearest_spelling(platform, node)) for node in tried]
    changes: list[tuple[Node, str]] = [(node, near) for node, near in found if near is not None]
    for node, spelling in sorted(changes, key=lambda change: -change[0].position):
        text = text[: node.position] + spelling + text[node.position + _length(query, node) :]
    return text if changes and text != query.text else None


async def _nearest_spelling(platform: Platform, node: Word | BillReference) -> str | None:
    if isinstance(node, BillReference):
        return await platform.vocabularies.nearest("bills", "number", node.number)
    near = await platform.vocabularies.nearest_word(_TEXTS, node.text, _LIKE)
    return None if near is None or near.likeness == 1 else near.word


def _length(query: Query, node: Node) -> int:
    """How many characters of the query a node is: up to the next one, without the blanks between."""
    following = min((other.position for other in query.nodes if other.position > node.position), default=None)
    return len(query.text[node.position : following].rstrip())
