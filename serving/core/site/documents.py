"""Addresses of what describes the API: the OpenAPI document, and the data dictionary for programs and people."""

from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers.answer import Answer, AnyRequest, encoder, meta
from serving.core.answers.links import API
from serving.core.answers.texts import View
from serving.core.http.exchange import MEDIA_TYPES, exchange_of
from serving.core.parameters.json_request import asked_in_json
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from serving.core.site import dictionary_page
from serving.core.site.dictionary import Dictionary, dictionary_out
from serving.core.site.openapi import PATH, Documents, in_language
from serving.core.site.pages import fixed

_HTML: Final = "text/html; charset=utf-8"


class DocumentController(Controller):
    """What the services of this process answer, and what each field, parameter and code of it means."""

    tags = ("operation",)

    @get(PATH, include_in_schema=False)
    async def openapi_document(self, request: AnyRequest, documents: NamedDependency[Documents]) -> Answer[bytes]:
        """The OpenAPI document of the services in this process, with its texts in the language of `lang`."""
        lang = Parameters(exchange_of(request.scope).query).lang()
        return fixed(encoder.encode(in_language(await documents.read(), lang)), "application/json")

    @get(
        f"{API}/dictionary",
        operation_id="getDictionary",
        summary="The data dictionary / Le dictionnaire de données",
        description="Every field, parameter and code of the answers, with its meaning. "
        "/ Chaque champ, paramètre et code des réponses, avec son sens.",
    )
    async def get_dictionary(
        self, request: AnyRequest, platform: NamedDependency[Platform], documents: NamedDependency[Documents]
    ) -> Answer[Dictionary]:
        """The whole dictionary."""
        _, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        found = dictionary_out(await documents.read(), documents.code_lists, view)
        return fixed(encoder.encode(Dictionary(data=found, meta=meta(None, view))), MEDIA_TYPES["json"])

    @get("/dictionary", include_in_schema=False)
    async def show_dictionary(
        self, request: AnyRequest, platform: NamedDependency[Platform], documents: NamedDependency[Documents]
    ) -> Answer[bytes]:
        """The same as a page, in English or with `lang=fr` in French."""
        parameters = Parameters(exchange_of(request.scope).query)
        lang = parameters.lang()
        parameters.finish(())
        both = View("both", platform.versions.dataset)
        found = dictionary_out(await documents.read(), documents.code_lists, both)
        return fixed(dictionary_page.page(found, "fr" if lang == "fr" else "en"), _HTML, dictionary_page.POLICY)
