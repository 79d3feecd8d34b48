"""What lies behind memory for an answer: which tiers its kind is asked for, its key there, the way there and back.

A tier is asked where that costs less than the work, as `make bench ARGS=tiers` measures both. Asking Redis in vain and
keeping the answer there costs 0.2 ms of CPU for a small answer, 0.3 for a list and 0.5 for 150 kB; a hit costs 0.12,
0.2 and 0.5. So a kind pays from a hit ratio of in vain / (in vain + computed - hit) on, of those requests that memory
did not answer. Redis is asked where that is below 0.3.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from serving.core.http.exchange import Answered
from serving.core.http.negotiation import Variant
from serving.core.http.telemetry.metrics import Metrics, RouteCounters
from warehouse.cache.shared import key_of
from warehouse.cache.tiers import KeptAnswer, Recalled, TierKind, Tiers
from warehouse.runtime.versions import CacheValidity, Stamp

Key = tuple[bytes, bytes, Variant]

KINDS: Final[tuple[tuple[re.Pattern[bytes], TierKind], ...]] = (
    # Computed in 0.7 ms, and more where the state was archived; from the object store in 0.3. It never changes, so its
    # first miss there is the last. Redis would forget it within the hour, mostly before anybody asks again.
    (re.compile(rb"/api/v1/.*@v\d"), TierKind("revision", in_redis=False, in_objects=True)),
    # Computed in 5.4 ms: Redis pays from 0.1 on.
    (re.compile(rb"/api/v1/(votes|members)/.*/ballots"), TierKind("ballots", in_redis=True, in_objects=False)),
    # Computed in 1.2 ms: Redis pays from 0.23 on. The object store has those of closed sessions: 0.5 ms.
    (re.compile(rb"/api/v1/(bills|votes|members)(\.\w+)?$"), TierKind("list", in_redis=True, in_objects=True)),
    # Computed in 2.9 ms without ClickHouse's own: Redis pays from 0.1 on. The object store: 0.3 ms.
    (re.compile(rb"/api/v1/statistics/"), TierKind("statistics", in_redis=True, in_objects=True)),
    # Computed in 1.1 ms: Redis pays from 0.26 on.
    (re.compile(rb"/api/v1/search(\.\w+)?$"), TierKind("search", in_redis=True, in_objects=False)),
)
"""Kinds by path, the first that fits counts. All others are kept in memory only. An entity by its id is computed in 0.5
ms, so Redis would pay from 0.35 on; suggestions from 0.26 on, but hardly any two people type alike."""


class Place(NamedTuple):
    """Where an answer is kept behind memory."""

    kind: TierKind
    key: bytes


class AnswerTiers:
    """Answers of one process in the tiers behind memory."""

    def __init__(self, tiers: Tiers, versions: CacheValidity, metrics: Metrics, *, program: str) -> None:
        """`program` names all that an answer depends on besides data: the code, and the key that signs cursors."""
        self._tiers = tiers
        self._versions = versions
        self._metrics = metrics
        self._program = program.encode()

    def place(self, key: Key) -> Place | None:
        """Where the answer to a request is kept; None for what is kept in memory only, and while nobody knows which
        databases these are."""
        raw_path, query, variant = key
        path = raw_path.partition(b"?")[0]
        kind = next((kind for pattern, kind in KINDS if pattern.match(path)), None)
        identity = self._versions.identity
        if kind is None or not identity:
            return None
        formats, mark = ",".join(variant.formats).encode(), b"bom" if variant.wants_bom else b""
        return Place(kind, key_of(identity.encode(), self._program, formats, mark, path, query))

    async def recall(self, place: Place, waits: Callable[[], None]) -> Recalled:
        """What the tiers have that is still true; `waits` is called before another process is waited for."""
        return await self._tiers.recall(place.kind, place.key, self._is_current, waits=waits)

    def answered(self, kept: KeptAnswer) -> tuple[Answered, RouteCounters] | None:
        """An answer as its handler gave it, and the counters of its route; None where it is outdated by now."""
        cell = self._versions.named(kept.label)
        if cell is None or repr(cell.version) != kept.version:
            return None
        answered = Answered(
            kept.body,
            stamp=Stamp(cell, cell.version),
            media_type=kept.media_type,
            etag_prefix=kept.etag_prefix,
            last_modified=kept.last_modified,
            headers=kept.headers,
            cache_control=kept.cache_control,
        )
        return answered, self._metrics.route(kept.route, kept.service)

    async def keep(
        self, place: Place, holder: bytes | None, computed: tuple[Answered, RouteCounters, float] | None
    ) -> None:
        """Give a computed answer, with the counters of its route and the seconds that it took, to the tiers, unless it
        may not be kept; and a lease back."""
        kept = None
        if computed is not None and computed[0].stamp.version is not None:
            answered, counters, seconds = computed
            kept = KeptAnswer(
                label=answered.stamp.cell.label,
                version=repr(answered.stamp.version),
                is_lasting=answered.stamp.cell.is_lasting,
                route=counters.route,
                service=counters.service,
                expires_at=self._tiers.expiry(),
                cost_s=seconds,
                body=answered.body,
                media_type=answered.media_type,
                etag_prefix=answered.etag_prefix,
                last_modified=answered.last_modified,
                headers=answered.headers,
                cache_control=answered.cache_control,
            )
        await self._tiers.keep(place.kind, place.key, holder, kept)

    async def _is_current(self, kept: KeptAnswer) -> bool:
        cell = self._versions.named(kept.label)
        if cell is None:
            return False
        version = await cell.settled()
        return version is not None and repr(version) == kept.version
