"""Addresses under `/api/v1/changes`."""

from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.changes.filters import NAMES, cursor_at, places_of, wanted_of
from serving.changes.openapi import LONGEST_WAIT_S
from serving.changes.schemas import Changes, FeedPage, change_out
from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta
from serving.core.http.exchange import UNSETTLED
from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT
from serving.core.lists.page_links import link_header, links_of
from serving.core.parameters.json_request import asked_in_json
from serving.core.process.platform import Platform
from warehouse.runtime.versions import Stamp

NOW: Final = "now"


class ChangeController(Controller):
    """The change feed."""

    path = "/api/v1/changes"
    tags = ("changes",)

    @get(
        "/",
        operation_id="getChanges",
        summary="Everything that changed / Tout ce qui a changé",
        description="Every change since the first, in order for each entity. Continue with `page.next` without end; "
        "`wait` waits for changes that are not there yet. No change is left out; one may come twice. After `withdrawn` "
        "the entity answers 410 until an `updated` brings it back. / Chaque changement depuis le premier, dans l’ordre "
        "pour chaque objet. Continuez avec `page.next`, sans fin; `wait` attend les changements à venir. Aucun n’est "
        "omis; un changement peut revenir. Après `withdrawn`, l’objet répond 410 jusqu’à un `updated`.",
    )
    async def get_changes(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Changes]:
        """A page of the feed."""
        exchange, parameters, view = asked_in_json(request, platform)
        limit = parameters.whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
        wait_s = parameters.whole("wait", 0, 0, LONGEST_WAIT_S)
        wanted, cursor = wanted_of(parameters), parameters.single("cursor")
        parameters.finish((*NAMES, "wait"))
        feed, cell = platform.feed, platform.versions.feed
        stamp = Stamp(
            cell, None if wait_s or cursor == NOW else cell.version
        )  # answers that were waited for are not cached
        if cursor == NOW:
            places = await feed.at_end()
        else:
            places = feed.at_start(() if cursor is None else places_of(platform.cursors, wanted, cursor))
        batch = await feed.after(places, wanted, limit, wait_s, exchange.wait)
        next_ = cursor_at(platform.cursors, wanted, batch.places)
        links = links_of(exchange, next_, None)
        watermark = batch.items[-1].recorded_at if batch.items else None
        page = FeedPage(limit=limit, next=next_, more=batch.more)
        data = [change_out(item) for item in batch.items]
        return json_answer(
            Changes(data=data, page=page, meta=meta(watermark, view), links=links),
            stamp,
            view,
            prefix="c",
            headers=[("link", link_header(links))],
            cache_control=UNSETTLED,
        )
