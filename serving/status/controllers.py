"""Addresses under `/api/v1/status`."""

import datetime as dt
from typing import Final

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta
from serving.core.answers.canonical_paths import move
from serving.core.answers.texts import View
from serving.core.http.exchange import UNSETTLED, exchange_of
from serving.core.parameters.json_request import asked_in_json
from serving.core.process.platform import Platform
from serving.status.schemas import (
    CurrentSnapshot,
    Freshness,
    FreshnessOut,
    ReadModelFreshness,
    SnapshotOut,
    SourceFreshness,
)
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


class SnapshotController(Controller):
    """Snapshots."""

    path = "/api/v1/snapshot"
    tags = ("operation",)

    @get(
        "/",
        operation_id="getSnapshot",
        summary="The current snapshot / L’instantané actuel",
        description="Give it as `snapshot` to lists, entities and statistics: all show the same state, also days "
        "later. Statistics, sessions and the ballots of a member are kept only as they are now: they accept a snapshot "
        "as long as nothing has changed since, and refuse it afterwards. / Donnez-le comme `snapshot` aux listes, aux "
        "objets et aux statistiques\u00a0: tous montrent le même état, même des jours plus tard. Les statistiques, "
        "les sessions et les votes d’une personne ne sont conservés que dans leur état actuel\u00a0: ils acceptent "
        "un instantané tant que rien n’a changé depuis, et le refusent ensuite.",
    )
    async def get_snapshot(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[CurrentSnapshot]:
        """The newest state of all data, by name."""
        _, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        stamp = platform.versions.of(platform.versions.lists)
        window = platform.versions.window
        token = platform.snapshots.token(window.newest, window.made_at)
        view = msgspec.structs.replace(view, snapshot=token)
        data = SnapshotOut(snapshot=token, made_at=window.made_at, version=window.newest)
        answer = CurrentSnapshot(data=data, meta=meta(window.made_at, view))
        return json_answer(answer, stamp, view, prefix="v", cache_control=UNSETTLED)


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
