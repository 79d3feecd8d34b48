"""Pages under `/bills`, `/votes`, `/members` and `/search`, and of the API's addresses for who asks for HTML."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, dataset_header
from serving.core.answers.texts import View
from serving.core.html.render import HTML, POLICY, PageLang, page_lang, render
from serving.core.http.exchange import UNSETTLED, Answered, exchange_of
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from serving.explorer import pages
from serving.explorer.reading import ApiReader, PageMoved, PageProblem
from warehouse.runtime.versions import Cell, JoinedCell

Content = Callable[[ApiReader, Parameters], Awaitable[dict[str, Any]]]
PageResponse = Answer[bytes] | Response[bytes]


class PageRequest(NamedTuple):
    """One request for a page."""

    platform: Platform
    request: AnyRequest
    cell: Cell
    """What the page is made from."""
    is_kept: bool = True
    """Whether that cell changes with all of it."""


class ExplorerController(Controller):
    """Pages for people."""

    path = "/"
    include_in_schema = False

    @get("/bills", operation_id="showBills")
    async def bills(self, request: AnyRequest, platform: NamedDependency[Platform]) -> PageResponse:
        """Bills, with a form to narrow them."""
        return await _page(PageRequest(platform, request, platform.versions.lists), "bills.html", pages.bills)

    @get("/bills/{session:str}/{number:str}", operation_id="showBill")
    async def bill(
        self, session: FromPath[str], number: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> PageResponse:
        """One bill."""
        # The votes counted by bill follow after the lists, and have no cell.
        asked = PageRequest(platform, request, platform.versions.lists, is_kept=False)
        return await _page(asked, "bill.html", lambda api, _: pages.bill(api, session, number))

    @get("/votes", operation_id="showVotes")
    async def votes(self, request: AnyRequest, platform: NamedDependency[Platform]) -> PageResponse:
        """Recorded votes, with a form to narrow them."""
        return await _page(PageRequest(platform, request, platform.versions.lists), "votes.html", pages.votes)

    @get("/votes/{session:str}/{chamber:str}/{number:str}", operation_id="showVote")
    async def vote(
        self,
        session: FromPath[str],
        chamber: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> PageResponse:
        """One recorded vote with every ballot."""
        asked = PageRequest(platform, request, platform.versions.lists)
        return await _page(asked, "vote.html", lambda api, _: pages.vote(api, session, chamber, number))

    @get("/members", operation_id="showMembers")
    async def members(self, request: AnyRequest, platform: NamedDependency[Platform]) -> PageResponse:
        """Members, with a form to narrow them."""
        cell = JoinedCell(platform.versions.lists, platform.versions.facts)
        return await _page(PageRequest(platform, request, cell), "members.html", pages.members)

    @get("/members/{person:str}", operation_id="showMember")
    async def member(
        self, person: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> PageResponse:
        """One member."""
        asked = PageRequest(platform, request, JoinedCell(platform.versions.lists, platform.versions.facts))
        return await _page(asked, "member.html", lambda api, _: pages.member(api, person))

    @get("/search", operation_id="showSearch")
    async def search(self, request: AnyRequest, platform: NamedDependency[Platform]) -> PageResponse:
        """What is found for some words."""
        return await _page(PageRequest(platform, request, platform.versions.search), "search.html", pages.search)


async def _page(asked: PageRequest, template: str, content: Content) -> PageResponse:
    """The page, or what went wrong as a page."""
    exchange = exchange_of(asked.request.scope)
    exchange.wait()  # what it reads takes turns of its own
    parameters = Parameters(exchange.query)
    lang = page_lang(parameters)  # a language that is not offered is refused as the API refuses it
    api = ApiReader(asked.platform.inside, dict(asked.request.scope), lang, exchange.request_id)
    stamp = asked.platform.versions.of(asked.cell)
    view = View(lang, asked.platform.versions.dataset)
    here = str(asked.request.scope["path"])
    try:
        values = await content(api, parameters)
        parameters.finish(())
    except PageMoved as moved:
        location = moved.location + ("?lang=fr" if lang == "fr" else "")
        return Response(b"", status_code=308, headers={"location": location})
    except PageProblem as problem:
        html = await _rendered("problem.html", lang, here, view, problem=problem.problem, status=problem.status)
        return Response(
            html,
            status_code=problem.status,
            media_type=HTML,
            headers={"content-security-policy": POLICY, **problem.headers},
        )
    query = values.pop("query", "")
    here += f"?{query}" if query else ""
    html = await _rendered(template, lang, here, view, is_whole=api.is_whole, **values)
    if not (asked.is_kept and api.is_whole):
        stamp = stamp._replace(version=None)
    answered = Answered(
        html,
        stamp=stamp,
        media_type=HTML,
        etag_prefix="h",
        last_modified=None,
        headers=[*dataset_header(view), ("content-security-policy", POLICY)],
        cache_control=UNSETTLED,
    )
    return Answer(answered)


async def _rendered(template: str, lang: PageLang, here: str, view: View, **values: Any) -> bytes:
    """In a thread: a vote with all its ballots takes some milliseconds, in which others are answered."""
    return await asyncio.to_thread(
        render, f"explorer/{template}", lang, here=here, simulated=view.dataset == "simulated", **values
    )
