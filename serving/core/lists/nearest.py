"""Where nothing is found: what was nearest, and the address to try.

Every address that is offered was tried: following it finds something.
"""

import asyncio
import datetime as dt
import difflib
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlencode

import msgspec

from serving.core.answers.envelope import DidYouMean
from serving.core.answers.formats import CSV_NAMES
from serving.core.answers.links import address_of
from serving.core.answers.texts import View
from serving.core.http.errors import RequestError
from serving.core.http.exchange import Exchange
from serving.core.parameters.conditions import ListSpec, conditions_of
from serving.core.parameters.query_string import Parameters
from serving.core.parameters.values import FieldValue, FilterSpec
from warehouse.model.keys import BillNumber, SessionCode, session_order
from warehouse.model.kinds import KINDS, EntityType
from warehouse.model.read_models.selection import Condition, Listing, Selection
from warehouse.model.vocabulary.codes import as_typed
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.lists import pages
from warehouse.postgres.lists.tables import TABLES

Count = Callable[[Selection], Awaitable[int]]

_MOST: Final = 3
"""How many addresses are offered."""
_MOST_TRIED: Final = 8
_SHORTEST_WORD: Final = 4
_LIKE: Final = 0.6
"""How alike two words are that may be one misspelt (Ratcliff and Obershelp); 1 is equal."""
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_OF: Final[dict[Listing, tuple[Listing, ...]]] = {
    "member_ballots": ("votes", "members"),
    "ballots": ("members",),
    "past_ballots": ("members",),
    "bill_statistics": ("bills",),
    "ridings": ("members",),
}
"""Where the values are that a list's filters may have, for those lists that have none of their own."""


class Around(msgspec.Struct, frozen=True):
    """A list's query that finds nothing, and how to count what others find."""

    exchange: Exchange
    listed: ListSpec
    selection: Selection
    own: tuple[Condition, ...]
    """The conditions that are not from the query: they hold for every other query too."""
    count: Count


async def other_lists(catalog: WatchedDatabase, around: Around, view: View) -> list[DidYouMean]:
    """What to ask instead: first with another value in place of one that nothing has, else without one parameter."""
    pairs = parse_qsl(around.exchange.query, keep_blank_values=True)
    found_filters = ((place, _filter_of(around.listed, name)) for place, (name, _) in enumerate(pairs))
    asked = [(place, *found) for place, found in found_filters if found is not None][:_MOST_TRIED]
    replaced: list[DidYouMean] = []
    for place, each, operator in asked:
        name, value = pairs[place]
        near = await _nearest_value(catalog, around.listed.listing, each, operator, value)
        if near is None:
            continue
        if found := await _tried(around, [*pairs[:place], (name, near), *pairs[place + 1 :]]):
            replaced.append(_said(view, name, value, near, found))
    if replaced:
        return replaced[:_MOST]
    dropped = []
    for place, _, _ in asked if len(asked) > 1 or around.own else []:
        name, value = pairs[place]
        if found := await _tried(around, [*pairs[:place], *pairs[place + 1 :]]):
            dropped.append(_said(view, name, value, None, found))
    return sorted(dropped, key=lambda each: each.count)[:_MOST]


def _said(view: View, name: str, value: str, near: str | None, found: tuple[str, int]) -> DidYouMean:
    shown = value[:100]
    if near is None:
        en, fr = f"Without `{name}`, {found[1]} are found.", f"Sans `{name}`, il y en a {found[1]}."
    else:
        en = f"Nothing has `{name}` {shown}. Did you mean {near}?"
        fr = f"Rien n’a {shown} pour `{name}`. Vouliez-vous dire {near}?"
    return DidYouMean(param=name, value=shown, nearest=near, text=view.text(en, fr), address=found[0], count=found[1])


async def _tried(around: Around, pairs: Sequence[tuple[str, str]]) -> tuple[str, int] | None:
    """The address of another query and how much it finds; None where that is nothing, or it cannot be asked."""
    exchange, listed = around.exchange, around.listed
    query = urlencode([pair for pair in pairs if pair[0] not in {"cursor", "offset"}], safe="/")
    parameters = Parameters(query)
    for name in ("lang", "limit", "sort", *CSV_NAMES, *(each.name for each in listed.computed)):
        parameters.all(name)
    try:
        conditions = conditions_of(listed, parameters)
    except RequestError:
        return None
    every = (*conditions, *around.own)
    found = await around.count(msgspec.structs.replace(around.selection, conditions=every, place=None, offset=0))
    return (f"{exchange.path}{exchange.suffix}{f'?{query}' if query else ''}", found) if found else None


def _filter_of(listed: ListSpec, name: str) -> tuple[FilterSpec, str] | None:
    base, _, operator = name.partition("__")
    return next(((each, operator or "eq") for each in listed.filters if each.name == base), None)


async def _nearest_value(
    catalog: WatchedDatabase, listing: Listing, each: FilterSpec, operator: str, value: str
) -> str | None:
    """The value nearest to one of a filter, as it would be written; None where none is."""
    if operator not in {"eq", "in", "contains", "startswith"} or "," in value:
        return None
    field = each.field
    if operator in {"eq", "in"} and isinstance(read := each.read(each.name, value), FieldValue):
        field = read.field
    for of in _OF.get(listing, (listing,)):
        if field in TABLES[of].filters:
            values = await pages.vocabulary(catalog, of, field)
            return await asyncio.to_thread(nearest_of, values, value, parts=operator != "eq")
    return None


def nearest_of(values: Sequence[Any], value: str, *, parts: bool = False) -> str | None:
    """The value nearest to a text; None where none is near, or one is it. `parts` finds words of values as well."""
    kinds = {type(each) for each in values}
    if not kinds or kinds & {bool, list}:
        return None
    if kinds <= {int}:
        return _of_numbers(values, value)
    if kinds <= {dt.date}:
        return _of_days(values, value)
    texts = [str(each) for each in values]
    if (ordered := _of_keys(texts, value)) is not None:
        return ordered
    spelled: dict[str, str] = {}
    for text in texts:
        spelled.setdefault(as_typed(text), text)
        for word in _WORD.findall(text):
            if len(word) >= _SHORTEST_WORD:
                spelled.setdefault(as_typed(word), word if parts else text)
    wanted = as_typed(value)
    if wanted in {as_typed(text) for text in texts}:
        return None
    found = difflib.get_close_matches(wanted, spelled, n=1, cutoff=_LIKE)
    return spelled[found[0]] if found else None


def _of_numbers(values: Iterable[int], value: str) -> str | None:
    if not value.lstrip("-").isdigit():
        return None
    found = min(values, key=lambda each: (abs(each - int(value)), -each))
    return None if found == int(value) else str(found)


def _of_days(values: Iterable[dt.date], value: str) -> str | None:
    try:
        wanted = dt.date.fromisoformat(value)
    except ValueError:
        return None
    found = min(values, key=lambda each: (abs(each - wanted), -each.toordinal()))
    return None if found == wanted else found.isoformat()


def _of_keys(texts: Sequence[str], value: str) -> str | None:
    """Of sessions, bill numbers and keys the nearest in number, not in spelling."""
    place = _place(value)
    if place is None:
        return None
    places = [(found, text) for text in texts if (found := _place(text)) is not None and len(found) == len(place)]
    if not places:
        return None
    found, near = min(places, key=lambda each: (_distance(each[0], place), each[1]))
    return None if found == place else near


def _place(text: str) -> tuple[Any, ...] | None:
    """What orders a session, a bill number, a key of a bill or of a vote; None for other texts."""
    session, *rest = text.split("/")
    try:
        if not rest and "-" in session and session.strip()[:1].isdigit():
            return (session_order(str(SessionCode.parse(session))),)
        if not rest:
            number = BillNumber.parse(session)
            return (number.prefix, number.number, number.suffix)
        order = session_order(str(SessionCode.parse(session)))
        if len(rest) == 1:
            number = BillNumber.parse(rest[0])
            return (order, number.prefix, number.number, number.suffix)
        return (order, rest[0], int(rest[1]), "", "")
    except ValueError:
        return None


def _distance(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    """How far apart two places are. Of bills the same number in another session is nearest, then the nearest number in
    the session; of votes the nearest number in the session."""
    if len(one) == 1:
        return (abs(one[0] - other[0]), -one[0])
    if len(one) == 3:
        return (one[0] != other[0], abs(one[1] - other[1]), one[2] != other[2], -one[1])
    away, apart, is_other_kind = abs(one[0] - other[0]), abs(one[2] - other[2]), one[1] != other[1]
    if len(one) == 5:
        return (is_other_kind, away, apart, -one[2])
    is_same_elsewhere = apart == 0 and one[3] == other[3]
    return (is_other_kind, 0 if is_same_elsewhere else 1 if away == 0 else 2, away, apart, -one[0])


async def nearest_entity(catalog: WatchedDatabase, entity: EntityType, key: str) -> tuple[str, str] | None:
    """The key nearest to one that is not held, and its address; None where none is near."""
    listing = cast("Listing", KINDS[entity].plural)
    keys = await pages.keys_of(catalog, listing)
    if entity == "member":
        matches = difflib.get_close_matches(key, keys, n=1, cutoff=_LIKE)
        near = matches[0] if matches else None
    else:
        near = _of_keys(keys, key)
    return None if near is None else (near, address_of(entity, near))
