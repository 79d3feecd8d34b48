"""Whether this process lives, and whether it can serve."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec

from serving.core.process.platform import Platform
from serving.core.service import Store
from warehouse.runtime.breaker import PolledBreaker

_AWAY_TOO_LONG_S: Final = 30.0
"""While databases are unavailable, answers come from memory, marked as old; after this long, others should answer."""


_ENGINES: Final[Mapping[Store, str]] = {"search": "search", "facts": "clickhouse"}
"""How the engines are named here."""


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """A store that this process needs or uses. / Un système de stockage dont ce processus a besoin ou se sert."""

    name: str
    """Its name: `catalog`, `shard 0`, `search`, `redis` and so on.
    / Son nom : `catalog`, `shard 0`, `search`, `redis`, etc."""
    state: str
    """`up`, `down`, or `unused` where none is configured.
    / `up` (répond), `down` (ne répond pas) ou `unused` (non configuré)."""
    required: bool
    """Whether answers depend on it. / Si les réponses en dépendent."""
    breaker: str | None = None
    """Its circuit breaker: `closed` (every read asks the store), `open` (none does) or `half_open` (one tries); null
    for what is unused. / Son disjoncteur : `closed` (toute lecture s’adresse au système), `open` (aucune) ou
    `half_open` (une seule essaie); nul pour ce qui n’est pas utilisé."""
    silent_s: float | None = None
    """Seconds since its last answer; null where that is not measured, or there was none yet.
    / Secondes depuis sa dernière réponse; nul si ce n’est pas mesuré ou s’il n’y en a pas encore eu."""
    why: str = ""
    """What is wrong with it; empty where nothing is. / Ce qui ne va pas; vide si tout va."""


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether requests should be sent to this process. / Si des requêtes devraient être envoyées à ce processus."""

    ready: bool
    """Whether it can answer. / S’il peut répondre."""
    dataset: str | None
    """The kind of data it serves, as in `meta.dataset`; null while there is none.
    / Le genre de données servies, comme dans `meta.dataset`; nul tant qu’il n’y en a pas."""
    list_version: int
    """The version of the lists, a number that grows with each change of theirs.
    / La version des listes, un nombre qui croît à chaque changement."""
    stale: bool
    """Whether answers may be out of date; those that are have the header `X-OpenPolicy-Stale`.
    / Si des réponses peuvent être périmées; celles qui le sont ont l’en-tête `X-OpenPolicy-Stale`."""
    why: str = ""
    """Why it is not ready; empty where it is. / Pourquoi il n’est pas prêt; vide s’il l’est."""
    dependencies: list[Dependency]
    """The stores, each with its state. / Les systèmes de stockage, chacun avec son état."""


class HealthController(Controller):
    """What orchestrators and Prometheus ask."""

    path = "/"
    tags = ("operation",)

    @get("/health", operation_id="getHealth", summary="Is it alive? / Est-ce en vie?", sync_to_thread=False)
    def health(self) -> dict[str, str]:
        """The process runs; says nothing of its stores."""
        return {"status": "alive"}

    @get(
        "/ready",
        operation_id="getReady",
        summary="Can it serve? / Est-ce prêt?",
        responses={503: ResponseSpec(Readiness, description="Not now / Pas maintenant", generate_examples=False)},
        sync_to_thread=False,
    )
    def ready(self, platform: NamedDependency[Platform]) -> Response[Readiness]:
        """200 when requests can be answered, 503 when not; the body says what of."""
        readiness = readiness_of(platform)
        headers = {"cache-control": "no-store"}
        return Response(readiness, status_code=200 if readiness.ready else 503, headers=headers)

    @get("/metrics", include_in_schema=False, sync_to_thread=False)
    def metrics(self, request: Request[Any, Any, Any], platform: NamedDependency[Platform]) -> Response[bytes]:
        """Prometheus' text format, or OpenMetrics, which has exemplars, where that is accepted."""
        body, media_type = platform.metrics.scrape(request.headers.get("accept", ""))
        headers = {"cache-control": "no-store", "vary": "Accept"}
        return Response(body, media_type=media_type, headers=headers)


def readiness_of(platform: Platform) -> Readiness:
    """Ready: what the services of this process cannot do without has been read not long ago; of the shards one is
    enough, and their map fits."""
    versions, needs = platform.versions, platform.needs
    catalog, *shards = versions.sources
    lacking = [
        reason
        for reason, is_lacking in (
            ("This process is stopping.", platform.is_stopping),
            ("The catalog is unavailable.", "catalog" in needs and not _recent(catalog)),
            ("All shards are unavailable.", "shards" in needs and not any(map(_recent, shards))),
            (versions.shard_map_problem, "shards" in needs and versions.shard_map is None),
            ("Search is unavailable.", "search" in needs and not _recent(platform.searches.breaker)),
            ("ClickHouse is unavailable.", "facts" in needs and not _recent(versions.facts_breaker)),
        )
        if is_lacking
    ]
    return Readiness(
        ready=not lacking,
        dataset=versions.dataset,
        list_version=versions.window.newest,
        stale=versions.is_unavailable,
        why=" ".join(lacking),
        dependencies=_dependencies(platform),
    )


def _recent(store: PolledBreaker) -> bool:
    silent_s = store.silent_s
    return silent_s is not None and silent_s < _AWAY_TOO_LONG_S


def _kind(database: str) -> Store:
    return "catalog" if database == "catalog" else "shards"


def _dependencies(platform: Platform) -> list[Dependency]:
    used = {breaker.name: breaker for breaker in platform.breakers}
    databases = [source.name for source in platform.versions.sources]
    required = {name for name in databases if _kind(name) in platform.needs} | {
        _ENGINES[store] for store in platform.needs if store in _ENGINES
    }
    found = []
    for name in (*databases, "search", "clickhouse", "objects", "redis"):
        breaker = used.get(name)
        if breaker is None:
            found.append(Dependency(name=name, state="unused", required=name in required))
            continue
        silent_s = breaker.silent_s if isinstance(breaker, PolledBreaker) else None
        found.append(
            Dependency(
                name=name,
                state="down" if breaker.failing else "up",
                required=name in required,
                breaker=breaker.state,
                silent_s=None if silent_s is None else round(silent_s, 1),
                why="no answer" if breaker.failing else "",
            )
        )
    return found
