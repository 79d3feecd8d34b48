"""Addresses under `/api/v1/sessions`."""

from functools import partial

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, answer_one, require_format
from serving.core.answers.canonical_paths import move, session_of, uuid_of
from serving.core.answers.envelope import Many, One
from serving.core.entities.history import DESCRIPTION, RevisionOut, history
from serving.core.entities.past import asked_of, pinned, present, stamp_of
from serving.core.http.exchange import exchange_of
from serving.core.lists.listing import ListRequest
from serving.core.lists.versioned_list import unversioned_moment
from serving.core.process.platform import Platform
from serving.sessions.filters import SESSIONS
from serving.sessions.schemas import SessionOut, session_out
from warehouse.postgres.entities import sessions
from warehouse.postgres.lists import pages


class SessionController(Controller):
    """Sessions of Parliament."""

    path = "/api/v1/sessions"
    tags = ("sessions",)

    @get(
        "/",
        operation_id="listSessions",
        summary="Sessions of Parliament / Sessions du Parlement",
        description="Newest first. / La plus récente d’abord.",
    )
    async def list_sessions(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Many[SessionOut]]:
        """A page of sessions."""
        exchange = exchange_of(request.scope)
        stamp = platform.versions.of(platform.versions.catalog)
        catalog = platform.readers.catalog
        moment = await unversioned_moment(platform, exchange, [catalog], "session")
        asked = ListRequest(platform, exchange, SESSIONS, moment)
        found = await asked.find(partial(pages.page, catalog), partial(pages.count, catalog))
        items = [session_out(each, asked.view) for each in pages.sessions(found[0])]
        return asked.answer(stamp, SessionOut, items, found)

    @get(
        "/{session:str}",
        operation_id="getSession",
        summary="One session / Une session",
        description="A session by its key, for example `45-1`. / Une session selon sa clé, par exemple `45-1`.",
    )
    async def get_session(
        self, session: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[One[SessionOut]]:
        """One session of a Parliament."""
        exchange = exchange_of(request.scope)
        session, pin = pinned(session)
        asked = asked_of(platform, exchange, pin)
        require_format(exchange, ("json",))
        session_id = uuid_of(session)
        if session_id is not None and (found := await sessions.key_of_id(platform.readers, session_id)):
            move(exchange, f"/sessions/{found}{pin}")
        if (key := str(session_of(session))) != session:
            move(exchange, f"/sessions/{key}{pin}")
        stamp = stamp_of(asked.past, platform.versions.of_catalogued(key))
        read = await sessions.by_key(platform.readers, key, asked.past)
        stored = await present(platform, read, ("session", key), asked.past, "session")
        return answer_one(stamp, stored, session_out(stored, asked.view), asked.view, asked.past)

    @get(
        "/{session:str}/history",
        operation_id="listHistoryOfSession",
        summary="How a session's record changed / L’historique d’une session",
        description=DESCRIPTION,
    )
    async def list_history(
        self, session: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Many[RevisionOut]]:
        """A page of a session's revisions."""
        exchange = exchange_of(request.scope)
        if (key := str(session_of(session))) != session:
            move(exchange, f"/sessions/{key}/history")
        stamp = platform.versions.of_catalogued(key)
        return await history(platform, exchange, ("session", key), platform.readers.catalog, stamp)
