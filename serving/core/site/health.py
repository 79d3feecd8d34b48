"""Whether this process lives, and whether it can serve."""

from typing import Any, Final

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec

from serving.core.process.platform import Platform
from warehouse.runtime.breaker import PolledBreaker, State

_AWAY_TOO_LONG_S: Final = 30.0
"""While databases are unavailable, answers come from memory, marked as old; after this long, others should answer."""


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
    breaker: State | None = None
    """Its circuit breaker: `closed` (every read asks the store), `open` (none does) or `half_open` (one tries); null for
    what is unused. / Son disjoncteur : `closed` (toute lecture s’adresse au système), `open` (aucune) ou `half_open` (une
    seule essaie); nul pour ce qui n’est pas utilisé."""
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
    """Ready: the catalog and at least one shard have been read not long ago, and the shard map fits."""
    versions = platform.versions
    catalog, *shards = versions.sources
    lacking = [
        reason
        for reason, is_lacking in (
            ("The catalog is unavailable.", not _recent(catalog.silent_s)),
            ("All shards are unavailable.", not any(_recent(shard.silent_s) for shard in shards)),
            (versions.shard_map_problem, versions.shard_map is None),
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


def _recent(silent_s: float | None) -> bool:
    return silent_s is not None and silent_s < _AWAY_TOO_LONG_S


def _dependencies(platform: Platform) -> list[Dependency]:
    used = {breaker.name: breaker for breaker in platform.breakers}
    databases = [source.name for source in platform.versions.sources]
    found = []
    for name in (*databases, "search", "clickhouse", "redis"):
        breaker = used.get(name)
        if breaker is None:
            found.append(Dependency(name=name, state="unused", required=False))
            continue
        silent_s = breaker.silent_s if isinstance(breaker, PolledBreaker) else None
        found.append(
            Dependency(
                name=name,
                state="down" if breaker.failing else "up",
                required=name in databases,
                breaker=breaker.state,
                silent_s=None if silent_s is None else round(silent_s, 1),
                why="no answer" if breaker.failing else "",
            )
        )
    return found
