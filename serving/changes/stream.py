"""The feed as server-sent events (WHATWG HTML, 9.2): each with its cursor as id, so that a new connection resumes."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.changes.controllers import NOW
from serving.changes.filters import cursor_at, places_of, wanted_of
from serving.changes.schemas import change_out
from serving.core.answers.answer import AnyRequest, encoder
from serving.core.http.errors import InvalidValue, Overloaded
from serving.core.http.event_stream import EventStream
from serving.core.http.exchange import exchange_of
from serving.core.parameters.query_string import Parameters
from serving.core.process.cursors import Cursors
from serving.core.process.platform import Platform
from warehouse.model.changes.feed import Batch, ChangeFilter, Places
from warehouse.postgres.feed.feed import Feed
from warehouse.runtime.errors import StoreUnavailable

HEARTBEAT_S: Final = 15.0
MOST_STREAMS: Final = 1000
"""The most callers of the stream in one process; further ones can read the feed's pages."""
_EVENTS: Final = 50
"""Changes that are read and buffered for one caller at a time."""
_PAUSE_S: Final = 2.0


class StreamController(Controller):
    """The change feed as a stream."""

    path = "/api/v1/changes/stream"
    tags = ("changes",)

    @get(
        "/",
        operation_id="streamChanges",
        summary="Changes as they come / Les changements à mesure",
        description="Server-sent events, each with its cursor as id; from now on, or from `cursor` or `Last-Event-ID`. "
        "/ Événements envoyés par le serveur; depuis maintenant, `cursor` ou `Last-Event-ID`.",
    )
    async def stream_changes(self, request: AnyRequest, platform: NamedDependency[Platform]) -> EventStream:
        """Every matching change after a cursor, until the caller disconnects."""
        parameters = Parameters(exchange_of(request.scope).query)
        parameters.lang()
        wanted, cursor = wanted_of(parameters), parameters.single("cursor")
        parameters.finish(("types", "keys", "session", "chamber", "op", "cursor"))
        last = request.headers.get(
            "last-event-id"
        )  # the last id that a browser received, newer than the cursor in its address
        places = await _from(platform, wanted, last or cursor or NOW, "Last-Event-ID" if last else "cursor")
        if platform.feed.streams >= MOST_STREAMS:
            raise Overloaded(
                "Too many callers follow the feed here; read its pages instead.",
                "Trop d’appels suivent le fil ici; lisez plutôt ses pages.",
                links=_PAGES,
            )
        return EventStream(lambda: events(platform.feed, platform.cursors, places, wanted))


_PAGES: Final = {"pages": "/api/v1/changes"}


async def _from(platform: Platform, wanted: ChangeFilter, text: str, param: str) -> Places:
    if text == NOW:
        return await platform.feed.at_end()
    try:
        return platform.feed.at_start(places_of(platform.cursors, wanted, text))
    except InvalidValue as error:
        error.param = param
        raise


async def events(feed: Feed, cursors: Cursors, places: Places, wanted: ChangeFilter) -> AsyncGenerator[bytes]:
    """Pieces of the stream: a first id, changes as they come, a comment every fifteen seconds without one."""
    feed.streams += 1
    try:
        yield f"retry: 2000\nid: {cursor_at(cursors, wanted, places)}\n\n".encode()
        while not feed.is_closed:
            try:
                batch = await feed.after(places, wanted, _EVENTS, HEARTBEAT_S)
            except StoreUnavailable:
                yield b": the data is out of reach\n\n"
                await asyncio.sleep(_PAUSE_S)
                continue
            yield _written(batch, cursors, wanted, moved=batch.places != places)
            places = batch.places
    finally:
        feed.streams -= 1


def _written(batch: Batch, cursors: Cursors, wanted: ChangeFilter, *, moved: bool) -> bytes:
    """The events of a batch; of an empty one a comment, with an id if it is newer."""
    if not batch.items:
        return f"id: {cursor_at(cursors, wanted, batch.places)}\n\n".encode() if moved else b": still here\n\n"
    return b"".join(
        b"id: %b\nevent: %b\ndata: %b\n\n"
        % (cursor_at(cursors, wanted, item.places).encode(), item.op.encode(), encoder.encode(change_out(item)))
        for item in batch.items
    )
