"""Where a search finds nothing: the spelling that finds something, or the filter that is in the way."""

import asyncio
import difflib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from serving.core.answers.envelope import DidYouMean
from serving.core.answers.texts import View
from serving.core.http.exchange import Exchange
from serving.core.lists.nearest import nearest_of
from serving.core.process.platform import Platform
from serving.search.parameters import FILTERS
from warehouse.model.folding import folded
from warehouse.model.read_models.search import BillReference, Filter, Node, Query, SearchRequest, Word
from warehouse.postgres.lists import pages
from warehouse.search.query.parse import parse

_WORDS: Final = re.compile(r"[^\W_]{3,}")
_LIKE: Final = 0.65
_MOST_WORDS: Final = 6
_TEXTS: Final = (("members", "name"), ("members", "riding"), ("bills", "title"), ("bills", "sponsor_name"))


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
    catalog = platform.readers.catalog
    text = query.text
    nodes = [node for node in query.nodes if not node.negated and isinstance(node, Word | BillReference)]
    changes: list[tuple[Node, str]] = []
    if any(isinstance(node, Word) for node in nodes):
        texts = [await pages.vocabulary(catalog, listing, field) for listing, field in _TEXTS]  # type: ignore[arg-type]
        words = [node for node in nodes if isinstance(node, Word)][:_MOST_WORDS]
        changes += await asyncio.to_thread(_nearest_words, words, [each for values in texts for each in values])
    if references := [node for node in nodes if isinstance(node, BillReference)]:
        numbers = await pages.vocabulary(catalog, "bills", "number")
        for reference in references:
            near = nearest_of(numbers, reference.number)
            if near is not None:
                changes.append((reference, near))
    for node, near in sorted(changes, key=lambda change: -change[0].position):
        text = text[: node.position] + near + text[node.position + _length(query, node) :]
    return text if changes and text != query.text else None


def _length(query: Query, node: Node) -> int:
    """How many characters of the query a node is: up to the next one, without the blanks between."""
    following = min((other.position for other in query.nodes if other.position > node.position), default=None)
    return len(query.text[node.position : following].rstrip())


def _nearest_words(words: list[Word], texts: Iterable[str]) -> list[tuple[Node, str]]:
    known: dict[str, str] = {}
    for text in texts:
        for word in _WORDS.findall(text):
            known.setdefault(folded(word), word)
    changes: list[tuple[Node, str]] = []
    for word in words:
        plain = folded(word.text)
        if plain not in known and (found := difflib.get_close_matches(plain, known, n=1, cutoff=_LIKE)):
            changes.append((word, known[found[0]]))
    return changes
