"""Where nothing is found: what was nearest, and the address to try.

Every address that is offered was tried: following it finds something.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, cast
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
from serving.core.process.vocabularies import KeptVocabularies
from warehouse.model.kinds import KINDS, EntityType
from warehouse.model.read_models.selection import Condition, Listing, Selection
from warehouse.postgres.lists.tables import TABLES

Count = Callable[[Selection], Awaitable[int]]

_MOST: Final = 3
"""How many addresses are offered."""
_MOST_TRIED: Final = 8
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


async def other_lists(vocabularies: KeptVocabularies, around: Around, view: View) -> list[DidYouMean]:
    """What to ask instead: first with another value in place of one that nothing has, else without one parameter."""
    pairs = parse_qsl(around.exchange.query, keep_blank_values=True)
    found_filters = ((place, _filter_of(around.listed, name)) for place, (name, _) in enumerate(pairs))
    asked = [(place, *found) for place, found in found_filters if found is not None][:_MOST_TRIED]
    replaced: list[DidYouMean] = []
    for place, each, operator in asked:
        name, value = pairs[place]
        near = await _nearest_value(vocabularies, around.listed.listing, each, operator, value)
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
    vocabularies: KeptVocabularies, listing: Listing, each: FilterSpec, operator: str, value: str
) -> str | None:
    """The value nearest to one of a filter, as it would be written; None where none is."""
    if operator not in {"eq", "in", "contains", "startswith"} or "," in value:
        return None
    field = each.field
    if operator in {"eq", "in"} and isinstance(read := each.read(each.name, value), FieldValue):
        field = read.field
    for of in _OF.get(listing, (listing,)):
        if field in TABLES[of].filters:
            return await vocabularies.nearest(of, field, value, parts=operator != "eq")
    return None


async def nearest_entity(vocabularies: KeptVocabularies, entity: EntityType, key: str) -> tuple[str, str] | None:
    """The key nearest to one that is not held, and its address; None where none is near."""
    near = await vocabularies.nearest_key(cast("Listing", KINDS[entity].plural), key)
    return None if near is None else (near, address_of(entity, near))
