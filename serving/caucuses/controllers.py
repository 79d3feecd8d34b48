"""Addresses under `/api/v1/caucuses`."""

import datetime as dt

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.caucuses.schemas import CaucusDetailsOut, CaucusOut, caucuses_out, without_members
from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta, require_format
from serving.core.answers.canonical_paths import move
from serving.core.answers.envelope import Many, One
from serving.core.answers.formats import CSV_NAMES, csv_style
from serving.core.answers.texts import View
from serving.core.http.errors import NotFound, nearest
from serving.core.http.exchange import exchange_of
from serving.core.lists.listing import FORMATS
from serving.core.lists.short_list import short_list
from serving.core.parameters.days import as_of
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from warehouse.model.vocabulary.codes import CAUCUSES
from warehouse.postgres.entities import terms
from warehouse.runtime.clock import today
from warehouse.runtime.versions import Stamp


class CaucusController(Controller):
    """Caucuses of the House."""

    path = "/api/v1/caucuses"
    tags = ("caucuses",)

    @get(
        "/",
        operation_id="listCaucuses",
        summary="Caucuses of the House / Caucus de la Chambre",
        description="All that ballots and the House’s documents name, those with the most members first. "
        "/ Tous ceux que nomment les votes et les documents de la Chambre, les plus nombreux d’abord.",
    )
    async def list_caucuses(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Many[CaucusOut]]:
        """Every caucus."""
        exchange = exchange_of(request.scope)
        format_ = require_format(exchange, FORMATS)
        parameters = Parameters(exchange.query)
        view, given = View(parameters.lang(), platform.versions.dataset), as_of(parameters)
        style = csv_style(parameters, exchange, format_)
        parameters.finish(("as_of", *CSV_NAMES))
        stamp, on = _stamp_and_day(platform, given)
        found = caucuses_out(await terms.every(platform.readers.catalog), on, view)
        listed = CaucusOut, [without_members(each) for each in found]
        return short_list(exchange, view, stamp, listed, format_=format_, style=style)

    @get(
        "/{caucus:str}",
        operation_id="getCaucus",
        summary="One caucus with its members / Un caucus et ses membres",
        description="By code, with its members on a day; a name in either language is sent to its code. "
        "/ Par code, avec ses membres un jour donné; un nom dans l’une ou l’autre langue mène à son code.",
    )
    async def get_caucus(
        self, caucus: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[One[CaucusDetailsOut]]:
        """One caucus and who sat in it on a day."""
        exchange = exchange_of(request.scope)
        parameters = Parameters(exchange.query)
        view, given = View(parameters.lang(), platform.versions.dataset), as_of(parameters)
        parameters.finish(("as_of",))
        require_format(exchange, ("json",))
        stamp, on = _stamp_and_day(platform, given)
        by_key = {each.key: each for each in caucuses_out(await terms.every(platform.readers.catalog), on, view)}
        if caucus in by_key:
            return json_answer(One(data=by_key[caucus], meta=meta(None, view)), stamp, view, prefix="s")
        typed = CAUCUSES.typed(caucus)
        if typed is not None and typed.code in by_key:
            move(exchange, f"/caucuses/{typed.code}")
        near = nearest(caucus, tuple(by_key))
        hint, hint_fr = (f" Did you mean {near}?", f" Vouliez-vous dire {near}?") if near else ("", "")
        raise NotFound(
            f"No member is known to have sat in a caucus {caucus[:100]!r}.{hint}",
            f"On ne connaît aucun membre d’un caucus {caucus[:100]!r}.{hint_fr}",
            param="caucus",
            nearest=near,
            allowed=sorted(by_key),
        )


class PartyAliasController(Controller):
    """`/api/v1/parties`, which people try first."""

    path = "/api/v1/parties"

    @get("/", include_in_schema=False)
    async def list_parties(self, request: AnyRequest) -> Answer[None]:
        """The caucuses, at their address."""
        move(exchange_of(request.scope), "/caucuses")

    @get("/{caucus:str}", include_in_schema=False)
    async def get_party(self, caucus: FromPath[str], request: AnyRequest) -> Answer[None]:
        """A caucus, at its address."""
        typed = CAUCUSES.typed(caucus)
        if typed is None:
            raise NotFound(
                f"There is no party {caucus[:100]!r}. `/caucuses` lists the caucuses of the House.",
                f"Il n’y a pas de parti {caucus[:100]!r}. `/caucuses` énumère les caucus de la Chambre.",
                param="caucus",
            )
        move(exchange_of(request.scope), f"/caucuses/{typed.code}")


def _stamp_and_day(platform: Platform, given: dt.date | None) -> tuple[Stamp, dt.date]:
    """What an answer depends on, and the day that it is about."""
    versions = platform.versions
    return (versions.of_members_today(), today()) if given is None else (versions.of(versions.catalog), given)
