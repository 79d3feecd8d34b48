"""Addresses under `/api/v1/overrides`."""

from typing import Final, TypeVar

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta
from serving.core.answers.canonical_paths import uuid_of
from serving.core.answers.texts import View
from serving.core.http.errors import NotFound
from serving.core.http.exchange import UNSETTLED
from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT
from serving.core.parameters.json_request import asked_in_json
from serving.core.parameters.schemas import Parameter, query_parameter, whole_parameter, word_parameter
from serving.core.process.platform import Platform
from serving.overrides.schemas import OneOverride, OverrideOut, Overrides, override_out
from warehouse.model.overrides import STATES
from warehouse.postgres.entities import overrides
from warehouse.runtime.versions import Stamp

T = TypeVar("T")


class OverrideController(Controller):
    """Editors' corrections."""

    path = "/api/v1/overrides"
    tags = ("overrides",)

    @get(
        "/",
        operation_id="getOverrides",
        summary="What editors corrected here / Ce que la rédaction a rectifié ici",
        description="Values that count here instead of Parliament's, and entities withdrawn here, newest first, with "
        "reasons. / Valeurs qui comptent ici à la place de celles du Parlement, et retraits, avec leurs motifs.",
    )
    async def get_overrides(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Overrides]:
        """The newest overrides."""
        _, parameters, view = asked_in_json(request, platform)
        limit = parameters.whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
        state, key = parameters.word("state", STATES), parameters.single("key")
        parameters.finish(("state", "key", "limit"))
        found = await overrides.newest(platform.readers, state=state, key=key, limit=limit)
        newest = max((each.changed_at for each in found), default=None)
        data: list[OverrideOut] = [override_out(each) for each in found]
        return _answer(platform, view, Overrides(data=data, meta=meta(newest, view)))

    @get(
        "/{override_id:str}",
        operation_id="getOverride",
        summary="One override / Une rectification",
        description="Its value, what Parliament said and says, and why. / Sa valeur, celle du Parlement, le motif.",
    )
    async def get_override(
        self, override_id: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[OneOverride]:
        """One override by its id."""
        _, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        wanted = uuid_of(override_id)
        found = None if wanted is None else await overrides.read_override(platform.readers, wanted)
        if found is None:
            raise NotFound(
                f"There is no override {override_id}.",
                f"Introuvable\u00a0: rectification {override_id}.",
                param="override_id",
            )
        return _answer(platform, view, OneOverride(data=override_out(found), meta=meta(found.changed_at, view)))


def _answer(platform: Platform, view: View, body: T) -> Answer[T]:
    """Read each time: overrides are few and have no version."""
    return json_answer(body, Stamp(platform.versions.catalog, None), view, prefix="o", cache_control=UNSETTLED)


PARAMETERS: Final[dict[str, list[Parameter]]] = {
    "getOverrides": [
        word_parameter("state", "Only in this state. / Seulement dans cet état.", STATES),
        query_parameter("key", "Only of this entity. / Seulement de cette entité.", {"type": "string"}),
        whole_parameter("limit", "How many at most. / Combien au plus.", 1, MAX_LIMIT, DEFAULT_LIMIT),
    ],
}
