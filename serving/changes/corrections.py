"""Addresses of the register of corrections: changes by Parliament to its own record after publication."""

from functools import partial
from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.changes.atom import MEDIA_TYPE, feed_of
from serving.changes.filters import CORRECTED_TYPES, corrections_wanted, cursor_at, has_wanted_key, places_of
from serving.changes.schemas import CorrectionPage, Corrections, correction_out
from serving.core.answers.answer import Answer, AnyRequest, dataset_header, http_date, json_answer, meta
from serving.core.answers.texts import View
from serving.core.http.exchange import Answered, exchange_of
from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT
from serving.core.lists.page_links import link_header, links_of
from serving.core.parameters.json_request import asked_in_json
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from warehouse.model.changes.feed import Batch, ChangeFilter, Places

_NAMES: Final = ("types", "keys", "session")
_IN_ATOM: Final = 100


class CorrectionController(Controller):
    """The register of corrections."""

    path = "/api/v1"
    tags = ("changes",)

    @get(
        "/corrections",
        operation_id="getCorrections",
        summary="What Parliament corrected / Ce que le Parlement a corrigé",
        description="Published values of votes and bills that Parliament changed later, newest first, old and new. "
        "/ Valeurs publiées que le Parlement a changées après coup, l’ancienne et la nouvelle.",
    )
    async def get_corrections(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Corrections]:
        """A page of the register."""
        exchange, parameters, view = asked_in_json(request, platform)
        limit = parameters.whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
        wanted, cursor = corrections_wanted(parameters), parameters.single("cursor")
        parameters.finish((*_NAMES, "limit", "cursor"))
        stamp = platform.versions.of(platform.versions.feed)
        before = () if cursor is None else places_of(platform.cursors, wanted, cursor, "corrections")
        batch = await _read(platform, before, wanted, limit)
        next_ = cursor_at(platform.cursors, wanted, batch.places, "corrections") if batch.more else None
        links = links_of(exchange, next_, None)
        newest = batch.items[0].recorded_at if batch.items else None
        found = Corrections(
            data=[correction_out(item) for item in batch.items],
            page=CorrectionPage(limit=limit, next=next_),
            meta=meta(newest, view),
            links=links,
        )
        return json_answer(found, stamp, view, prefix="c", last_modified=newest, headers=[("link", link_header(links))])

    @get(
        "/corrections.atom",
        operation_id="getCorrectionsFeed",
        summary="Corrections as an Atom feed / Les corrections en fil Atom",
        description="The newest hundred. / Les cent dernières.",
    )
    async def get_feed(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[bytes]:
        """The newest corrections for feed readers."""
        exchange = exchange_of(request.scope)
        parameters = Parameters(exchange.query)
        view = View(parameters.lang(), platform.versions.dataset)
        wanted = corrections_wanted(parameters)
        parameters.finish(_NAMES)
        stamp = platform.versions.of(platform.versions.feed)
        batch = await _read(platform, (), wanted, _IN_ATOM)
        answered = Answered(
            feed_of(batch.items, exchange.path + (f"?{exchange.query}" if exchange.query else ""), view),
            stamp=stamp,
            media_type=MEDIA_TYPE,
            etag_prefix="c",
            last_modified=http_date(batch.items[0].recorded_at) if batch.items else None,
            headers=dataset_header(view),
        )
        return Answer(answered)


async def _read(platform: Platform, before: Places, wanted: ChangeFilter, limit: int) -> Batch:
    types = wanted.types or CORRECTED_TYPES
    return await platform.feed.corrections(before, types, partial(has_wanted_key, wanted), limit)
