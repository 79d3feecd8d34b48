"""Addresses under `/api/v1/ridings`."""

import datetime as dt
import re
from functools import partial
from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta, require_format
from serving.core.answers.canonical_paths import move
from serving.core.answers.envelope import Many, One
from serving.core.answers.texts import View
from serving.core.http.errors import NotFound
from serving.core.http.exchange import exchange_of
from serving.core.lists.listing import ListRequest, ListVersion
from serving.core.parameters.days import as_of
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from serving.ridings.filters import RIDINGS
from serving.ridings.schemas import RidingOut, riding_out
from warehouse.model.read_models.selection import Condition
from warehouse.postgres.entities import ridings
from warehouse.postgres.lists import pages
from warehouse.runtime.clock import today
from warehouse.runtime.versions import Stamp

_ORDER: Final = re.compile(r"(?:18|19|20)\d\d")
_CODE: Final = re.compile(r"p-[0-9a-f]{10}")


class RidingController(Controller):
    """Ridings by representation order."""

    path = "/api/v1/ridings"
    tags = ("ridings",)

    @get(
        "/",
        operation_id="listRidings",
        summary="Ridings / Circonscriptions",
        description="Of the newest representation order first, by name, with everybody who sat for them and when "
        "the seat "
        "was vacant, as far as known. / L’ordonnance de représentation la plus récente d’abord, par nom, avec les "
        "titulaires et les vacances du siège, autant qu’on sache.",
    )
    async def list_ridings(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Many[RidingOut]]:
        """A page of ridings."""
        exchange = exchange_of(request.scope)
        given = as_of(Parameters(exchange.query))
        stamp, on = _stamp_and_day(platform, given)
        catalog = platform.readers.catalog
        asked = ListRequest(platform, exchange, RIDINGS, ListVersion(prefix="s"), scope=ridings.scope_of(on))
        if given is not None:
            asked.narrow(Condition("is_in_force", "eq", (True,)))
        if (vacant := asked.computed.get("vacant")) is not None:
            keys = [each.key for each in await ridings.every(catalog, on) if each.is_vacant(on) is vacant]
            asked.narrow(Condition("key", "eq", tuple(keys)))
        found = await asked.find(partial(pages.page, catalog), partial(pages.count, catalog))
        items = [riding_out(each, on, asked.view) for each in ridings.from_rows(found[0])]
        return asked.answer(stamp, RidingOut, items, found)

    @get("/{order:str}", include_in_schema=False)
    async def find_ridings(self, order: FromPath[str], request: AnyRequest) -> Answer[None]:
        """The ridings of a representation order, at the address of the list."""
        exchange = exchange_of(request.scope)
        chosen = f"representation_order={_order_of(order)}"
        exchange.query = chosen + (f"&{exchange.query}" if exchange.query else "")
        move(exchange, "/ridings")

    @get(
        "/{order:str}/{code:str}",
        operation_id="getRiding",
        summary="One riding / Une circonscription",
        description="By representation order and code; a name in any spelling is sent to its code. "
        "/ Selon l’ordonnance de représentation et le code; un nom, dans toute graphie, mène à son code.",
    )
    async def get_riding(
        self,
        order: FromPath[str],
        code: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[One[RidingOut]]:
        """One riding with its members over time."""
        exchange = exchange_of(request.scope)
        parameters = Parameters(exchange.query)
        view, given = View(parameters.lang(), platform.versions.dataset), as_of(parameters)
        parameters.finish(("as_of",))
        require_format(exchange, ("json",))
        year = _order_of(order)
        stamp, on = _stamp_and_day(platform, given)
        catalog = platform.readers.catalog
        if _CODE.fullmatch(code):
            found = await ridings.every(catalog, on, Condition("key", "eq", (f"{year}/{code}",)))
            if found:
                data = riding_out(found[0], on, view)
                return json_answer(One(data=data, meta=meta(None, view)), stamp, view, prefix="s")
        else:
            named = ridings.of_name(
                await ridings.every(catalog, on, Condition("representation_order", "eq", (year,))), code
            )
            if named is not None:
                move(exchange, f"/ridings/{named.key}")
        raise NotFound(
            f"No riding of the representation order of {year} has the code or name {code[:100]!r}. "
            f"`/ridings?representation_order={year}` lists them.",
            f"Aucune circonscription de l’ordonnance de {year} n’a le code ou le nom {code[:100]!r}. "
            f"`/ridings?representation_order={year}` les énumère.",
            param="code",
        )


def _stamp_and_day(platform: Platform, given: dt.date | None) -> tuple[Stamp, dt.date]:
    """What an answer depends on, and the day that it is about."""
    versions = platform.versions
    return (versions.of_members_today(), today()) if given is None else (versions.of(versions.catalog), given)


def _order_of(text: str) -> int:
    """The year of a representation order in a path.

    Raises:
        NotFound: it is no year.
    """
    if not _ORDER.fullmatch(text):
        raise NotFound(
            "The first part of a riding's address is the year of its representation order, such as 2023.",
            "L’adresse d’une circonscription commence par l’année de son ordonnance de représentation, comme 2023.",
            param="order",
        )
    return int(text)
