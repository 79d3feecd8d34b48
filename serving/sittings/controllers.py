"""Addresses under `/api/v1/sittings`."""

import asyncio
import datetime as dt
import re
from functools import partial
from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta, require_format
from serving.core.answers.canonical_paths import chamber_of, move, session_of
from serving.core.answers.envelope import Many, One
from serving.core.answers.texts import View
from serving.core.http.errors import NotFound
from serving.core.http.exchange import exchange_of
from serving.core.lists.listing import ListRequest, ListVersion
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from serving.sittings.filters import SITTINGS
from serving.sittings.schemas import SittingDetailsOut, SittingOut, sitting_details_out, sitting_out
from warehouse.model.read_models.selection import Condition, Selection
from warehouse.postgres.entities import sittings
from warehouse.postgres.lists import pages

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


class SittingController(Controller):
    """Sitting days of both chambers."""

    path = "/api/v1/sittings"
    tags = ("sittings",)

    @get(
        "/",
        operation_id="listSittings",
        summary="Sitting days / Jours de séance",
        description="Newest first. A chamber is known to have sat where it voted or a bill passed a reading there; a "
        "sitting without either is in no document that is read, so it is not listed. / Le plus récent d’abord. On sait "
        "qu’une chambre a siégé si elle a voté ou si un projet de loi y a franchi une lecture; une séance sans l’un ni "
        "l’autre n’est dans aucun document lu et n’est donc pas inscrite.",
    )
    async def list_sittings(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Many[SittingOut]]:
        """A page of sitting days."""
        exchange = exchange_of(request.scope)
        stamp = platform.versions.of(platform.versions.lists)
        catalog, made_at = platform.readers.catalog, platform.versions.window.made_at
        asked = ListRequest(platform, exchange, SITTINGS, ListVersion(prefix="s", made_at=made_at))
        found = await asked.find(partial(pages.page, catalog), partial(pages.count, catalog))
        return asked.answer(stamp, SittingOut, [sitting_out(row) for row in found[0].rows], found)

    @get("/{day:str}", include_in_schema=False)
    async def find_sittings(self, day: FromPath[str], request: AnyRequest) -> Answer[None]:
        """The House's sitting of a day, or the sittings of a session, at their address."""
        exchange = exchange_of(request.scope)
        if _DAY.fullmatch(day):
            move(exchange, f"/sittings/commons/{day}")
        chosen = f"session={session_of(day)}"
        exchange.query = chosen + (f"&{exchange.query}" if exchange.query else "")
        move(exchange, "/sittings")

    @get(
        "/{chamber:str}/{day:str}",
        operation_id="getSitting",
        summary="One sitting day / Un jour de séance",
        description="With its recorded divisions and what bills passed. "
        "/ Avec ses votes par appel nominal et ce que des projets de loi y ont franchi.",
    )
    async def get_sitting(
        self,
        chamber: FromPath[str],
        day: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[One[SittingDetailsOut]]:
        """One sitting day and what happened on it."""
        exchange = exchange_of(request.scope)
        parameters = Parameters(exchange.query)
        view = View(parameters.lang(), platform.versions.dataset)
        parameters.finish(())
        require_format(exchange, ("json",))
        canonical, on = chamber_of(chamber), _day_of(day)
        if canonical != chamber:
            move(exchange, f"/sittings/{canonical}/{day}")
        stamp = platform.versions.of(platform.versions.lists)
        catalog, made_at = platform.readers.catalog, platform.versions.window.made_at
        of_day = (Condition("chamber", "eq", (canonical,)), Condition("sitting_on", "eq", (on,)))
        page, votes, steps = await asyncio.gather(
            pages.page(catalog, Selection(listing="sittings", conditions=of_day, limit=1)),
            sittings.votes_of(catalog, canonical, on),
            sittings.steps_of(catalog, canonical, on),
        )
        if not page.rows:
            raise NotFound(
                f"No sitting of that chamber is known on {on}. Sittings without a vote or a reading are not known "
                f"here; "
                f"`/sittings?chamber={canonical}` lists the others.",
                f"Aucune séance de cette chambre n’est connue le {on}. Les séances sans vote ni lecture ne sont pas "
                f"connues ici; `/sittings?chamber={canonical}` énumère les autres.",
                param="day",
            )
        data = sitting_details_out(sitting_out(page.rows[0]), votes, steps, view)
        return json_answer(One(data=data, meta=meta(made_at, view)), stamp, view, prefix="s", last_modified=made_at)


def _day_of(text: str) -> dt.date:
    """The day in a path.

    Raises:
        NotFound: it is none.
    """
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotFound(
            "A sitting's address ends with its day, such as 2025-06-05.",
            "L’adresse d’une séance finit par son jour, comme 2025-06-05.",
            param="day",
        ) from None
