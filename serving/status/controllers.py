"""Addresses under `/api/v1/status`."""

import datetime as dt
from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta
from serving.core.answers.canonical_paths import move
from serving.core.answers.texts import View
from serving.core.http.exchange import UNSETTLED, exchange_of
from serving.core.parameters.json_request import asked_in_json
from serving.core.process.platform import Platform
from serving.status.schemas import Freshness, FreshnessOut, ReadModelFreshness, SourceFreshness
from warehouse.postgres.status import SourceStatus, read_sources
from warehouse.runtime.clock import now
from warehouse.runtime.versions import Stamp

_TITLES: Final[dict[str, tuple[str, str]]] = {
    "lists": ("Lists", "Listes"),
    "bill_statistics": ("Votes counted by bill", "Votes comptés par projet de loi"),
    "search": ("Search", "Recherche"),
    "facts": ("Statistics", "Statistiques"),
    "relay": ("Publication to Kafka", "Publication vers Kafka"),
}


class StatusController(Controller):
    """The freshness of the data."""

    path = "/api/v1/status"
    tags = ("operation",)

    @get("/", include_in_schema=False)
    async def get_status(self, request: AnyRequest) -> Answer[None]:
        """There is only one status."""
        move(exchange_of(request.scope), "/status/freshness")

    @get(
        "/freshness",
        operation_id="getFreshness",
        summary="How new everything is / À quel point tout est à jour",
        description="When Parliament was last asked, and how far search, statistics and lists follow. "
        "/ Quand le Parlement a été interrogé, et où en sont recherche, statistiques et listes.",
    )
    async def get_freshness(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Freshness]:
        """Sources and read models with their age."""
        _, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        versions, moment = platform.versions, now()
        data = FreshnessOut(
            lists_made_at=versions.window.made_at,
            stale=versions.is_unavailable,
            sources=[_source(each, moment) for each in await read_sources(platform.readers.catalog)],
            read_models=_read_models(platform, view),
        )
        return json_answer(
            Freshness(data=data, meta=meta(versions.window.made_at, view)),
            Stamp(versions.catalog, None),
            view,
            prefix="f",
            cache_control=UNSETTLED,
        )


def _source(found: SourceStatus, moment: dt.datetime) -> SourceFreshness:
    checked_at = found.checked_at
    return SourceFreshness(
        source=found.source,
        checked_at=checked_at,
        loaded_at=found.loaded_at,
        documents=found.documents,
        checked_s=None if checked_at is None else round((moment - checked_at).total_seconds(), 1),
        not_published=found.missing,
        broken=found.broken,
    )


def _read_models(platform: Platform, view: View) -> list[ReadModelFreshness]:
    waiting: dict[str, int] = {}
    oldest: dict[str, float] = {}
    for lag in platform.readers.lags.lags:
        waiting[lag.consumer] = waiting.get(lag.consumer, 0) + lag.waiting
        oldest[lag.consumer] = max(oldest.get(lag.consumer, 0.0), lag.seconds)
    return [
        ReadModelFreshness(
            name=name, title=view.text(*_TITLES.get(name, (name, name))), waiting=count, oldest_s=round(oldest[name], 1)
        )
        for name, count in waiting.items()
    ]
