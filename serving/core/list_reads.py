"""Lists of entities out of the versioned list tables: one way for bills, votes and members."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec

from serving.core.answers import Answer, AnyRequest
from serving.core.exchange import exchange_of
from serving.core.filters import Listed
from serving.core.listing import ListRequest, list_moment
from serving.core.platform import Platform
from serving.core.shapes import Many
from serving.core.shared_answers import SharedAnswer
from serving.core.view import View
from warehouse.model.selection import Condition
from warehouse.model.stored import Stored
from warehouse.postgres import read_lists

E = TypeVar("E", bound=msgspec.Struct)
T = TypeVar("T", bound=msgspec.Struct)


async def versioned_list(
    platform: Platform,
    request: AnyRequest,
    listed: Listed,
    stored: type[E],
    shape: type[T],
    *,
    out: Callable[[Stored[E], View], T],
    fixed: tuple[Condition, ...] = (),
) -> Answer[Many[T]]:
    """A page of a list, as it was at the version that the walk sees."""
    exchange = exchange_of(request.scope)
    stamp = platform.versions.of(platform.versions.lists)
    asked = ListRequest(platform, exchange, listed, list_moment(platform), fixed=fixed)
    shared = SharedAnswer(platform, exchange, asked.format, stamp)
    if (kept := await shared.recall()) is not None:
        return kept
    catalog = platform.readers.catalog
    found = await asked.find(partial(read_lists.page, catalog), partial(read_lists.count, catalog))
    items = [out(each, asked.view) for each in read_lists.entities(found[0], stored)]
    answer = asked.answer(stamp, shape, items, found)
    await shared.remember(answer)
    return answer
