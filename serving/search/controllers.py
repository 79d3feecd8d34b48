"""`/api/v1/search` and `/api/v1/suggest`."""

from litestar import Controller, get
from litestar.di import NamedDependency
from msgspec import UNSET

from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta
from serving.core.lists.page_links import link_header, links_at
from serving.core.parameters.json_request import asked_in_json
from serving.core.process.platform import Platform
from serving.search.nearest import other_searches
from serving.search.parameters import beginning_of, search_of
from serving.search.schemas import Found, SearchPage, Suggestions, facets_out, hits_out, suggestion_out
from warehouse.model.read_models.search import MAX_WINDOW


class SearchController(Controller):
    """Full-text search."""

    path = "/api/v1/search"
    tags = ("search",)

    @get(
        "/",
        operation_id="search",
        summary="Search bills, votes and members / Chercher projets de loi, votes et personnes",
        description="Words of either language in any form, typing errors forgiven; `C21`, `Bill C-21` and "
        '`projet de loi C-21` are the bill. In `q`: `"a phrase"`, `-without`, `party:ndp`, `session:45-1`, '
        "`sponsor:name`, `date:2024-01..2024-06`. A query that cannot be understood is a 400 with its position. / "
        'Mots de l’une ou l’autre langue, fautes de frappe pardonnées. Dans `q`\u00a0: `"une expression"`, `-sans`, '
        "`parti:npd`, `session:45-1`, `parrain:nom`, `date:2024-01..2024-06`. Une requête incompréhensible est un "
        "400 avec sa position.",
    )
    async def search(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Found]:
        """A page of hits."""
        exchange, parameters, view = asked_in_json(request, platform)
        wanted = search_of(parameters, view.lang)
        stamp = platform.versions.of(platform.versions.search)
        result = await platform.searches.ask(lambda index: index.search(wanted))
        after, before = wanted.offset + wanted.limit, max(0, wanted.offset - wanted.limit)
        has_next = after < result.total and after + wanted.limit <= MAX_WINDOW
        links = links_at(exchange, after if has_next else None, before if wanted.offset else None)
        near = [] if result.total else await other_searches(platform, exchange, wanted, view)
        found = Found(
            data=hits_out(result, view),
            facets=facets_out(result, view),
            page=SearchPage(limit=wanted.limit, offset=wanted.offset, count=result.total),
            meta=meta(None, view),
            links=links,
            did_you_mean=near or UNSET,
        )
        return json_answer(found, stamp, view, prefix="s", headers=[("link", link_header(links))])


class SuggestController(Controller):
    """Completions while somebody types."""

    path = "/api/v1/suggest"
    tags = ("search",)

    @get(
        "/",
        operation_id="suggest",
        summary="Members, ridings and bills that begin so / Personnes, circonscriptions et projets de loi",
        description="The beginning of a name, with or without accents, in either language; of a bill also its number. "
        "/ Le début d’un nom, avec ou sans accents, dans l’une ou l’autre langue; d’un projet de loi aussi le numéro.",
    )
    async def suggest(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Suggestions]:
        """Completions, best first."""
        _, parameters, view = asked_in_json(request, platform)
        wanted = beginning_of(parameters)
        stamp = platform.versions.of(platform.versions.search)
        found = await platform.searches.ask(lambda index: index.suggest(wanted))
        body = Suggestions(data=[suggestion_out(each, view) for each in found], meta=meta(None, view))
        return json_answer(body, stamp, view, prefix="s")
