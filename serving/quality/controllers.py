"""Addresses of the quality report: `/api/v1/quality` for programs, `/quality` for people."""

from typing import Final
from urllib.parse import urlencode

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, dataset_header, encoder, meta
from serving.core.answers.links import API
from serving.core.answers.texts import View
from serving.core.http.errors import NotFound
from serving.core.http.exchange import MEDIA_TYPES, UNSETTLED, Answered, exchange_of
from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET
from serving.core.parameters import values
from serving.core.parameters.json_request import asked_in_json
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from serving.quality import coverage_page
from serving.quality.coverage import CoverageAnswer, coverage_out
from serving.quality.page import DATA_DOCS_POLICY, POLICY, page
from serving.quality.schemas import PATHS, Findings, Quality, finding_out, quality_out
from warehouse.model.vocabulary.rules import RULES
from warehouse.postgres.catalog import quality
from warehouse.runtime.versions import Stamp

_HTML: Final = "text/html; charset=utf-8"


def _fresh(platform: Platform, body: bytes, media_type: str, view: View, policy: str = "") -> Answered:
    """An answer that is not cached, because findings have no version. The ETag avoids sending it again."""
    headers = dataset_header(view) + ([("content-security-policy", policy)] if policy else [])
    return Answered(
        body,
        stamp=Stamp(platform.versions.catalog, None),
        media_type=media_type,
        etag_prefix="q",
        last_modified=None,
        headers=headers,
        cache_control=UNSETTLED,
    )


class QualityController(Controller):
    """The report for programs."""

    path = "/api/v1/quality"
    tags = ("operation",)

    @get(
        "/",
        operation_id="getQuality",
        summary="The state of the data / L’état des données",
        description="Open findings by rule, quarantined records, completeness by session, disputed votes, the trend. "
        "/ Constats ouverts par règle, mises en quarantaine, complétude par session, votes contestés, tendance.",
    )
    async def get_quality(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Quality]:
        """The whole report."""
        _, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        found = quality_out(await quality.read_report_async(platform.readers.catalog), view)
        body = encoder.encode(Quality(data=found, meta=meta(None, view)))
        return Answer(_fresh(platform, body, MEDIA_TYPES["json"], view))

    @get(
        "/findings",
        operation_id="getFindings",
        summary="Every open finding / Tous les constats ouverts",
        description="By rule and key, each with the entity and the document it was read from. "
        "/ Par règle et clé, chacun avec l’objet et son document.",
    )
    async def get_findings(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Findings]:
        """A page of the open findings."""
        _, parameters, view = asked_in_json(request, platform)
        wanted = {
            "rule": parameters.word("rule", sorted(RULES)),
            "entity": parameters.word("entity", list(PATHS)),
            "session": _session(parameters),
        }
        limit = parameters.whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
        offset = parameters.whole("offset", 0, 0, MAX_OFFSET)
        parameters.finish(("rule", "entity", "session", "limit", "offset"))
        rows = await quality.read_findings(platform.readers.catalog, **wanted, limit=limit + 1, offset=offset)
        more = len(rows) > limit and offset + limit <= MAX_OFFSET
        following = {
            **{name: value for name, value in wanted.items() if value},
            "limit": limit,
            "offset": offset + limit,
        }
        found = Findings(
            data=[finding_out(row, view) for row in rows[:limit]],
            next=f"{API}/quality/findings?{urlencode(following)}" if more else None,
            meta=meta(None, view),
        )
        return Answer(_fresh(platform, encoder.encode(found), MEDIA_TYPES["json"], view))


class CoverageController(Controller):
    """What is held, for programs and people."""

    tags = ("operation",)

    @get(
        f"{API}/coverage",
        operation_id="getCoverage",
        summary="What data is available / Les données disponibles",
        description="By session and kind: bills, details, votes, ballots, lists and roles of members, languages; with "
        "the reason where something is not there. / Par session et genre, avec la raison de ce qui manque.",
    )
    async def get_coverage(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[CoverageAnswer]:
        """The whole coverage."""
        _, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        found = coverage_out(await quality.read_coverage(platform.readers.catalog), view)
        body = encoder.encode(CoverageAnswer(data=found, meta=meta(None, view)))
        return Answer(_fresh(platform, body, MEDIA_TYPES["json"], view))

    @get("/coverage", include_in_schema=False)
    async def show_coverage(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[bytes]:
        """The same as a page, in English or with `lang=fr` in French."""
        parameters = Parameters(exchange_of(request.scope).query)
        lang = parameters.lang()
        parameters.finish(())
        both = View("both", platform.versions.dataset)
        found = coverage_out(await quality.read_coverage(platform.readers.catalog), both)
        html = coverage_page.page(found, "fr" if lang == "fr" else "en", simulated=both.dataset == "simulated")
        return Answer(_fresh(platform, html.encode(), _HTML, both, POLICY))


class QualityPageController(Controller):
    """The report for people."""

    path = "/quality"
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[bytes]:
        """The report as a page, in English or with `lang=fr` in French."""
        parameters = Parameters(exchange_of(request.scope).query)
        lang = parameters.lang()
        parameters.finish(())
        view = View(lang, platform.versions.dataset)
        both = View("both", platform.versions.dataset)
        found = quality_out(await quality.read_report_async(platform.readers.catalog), both)
        html = page(found, "fr" if lang == "fr" else "en", simulated=view.dataset == "simulated")
        return Answer(_fresh(platform, html.encode(), _HTML, view, POLICY))

    @get("/data-docs/{suite:str}/{session:str}")
    async def data_docs(
        self, suite: FromPath[str], session: FromPath[str], platform: NamedDependency[Platform]
    ) -> Answer[bytes]:
        """What Great Expectations says of one suite in the last load of a session."""
        name = "" if session == "all" else session
        found = await quality.read_data_docs(platform.readers.catalog, suite, name)
        if found is None:
            raise NotFound(
                "There are no Data Docs of this suite and session; a run of the Dagster graph makes them.",
                "Il n’y a pas de Data Docs de cette suite et session; une exécution dans Dagster les produit.",
            )
        view = View("both", platform.versions.dataset)
        return Answer(_fresh(platform, found[0], _HTML, view, DATA_DOCS_POLICY))


def _session(parameters: Parameters) -> str | None:
    text = parameters.single("session")
    return None if text is None else values.session("session", text)
