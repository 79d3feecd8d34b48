"""Everything a serving process has: settings, stores, caches, counters. Made once, handed to every handler."""

import asyncio
import contextlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from serving.core.entities.includes import Relations
from serving.core.http.answer_tiers import AnswerTiers, Key
from serving.core.http.cached_answer import Entry
from serving.core.http.deprecations import Deprecations
from serving.core.http.exchange import Scope
from serving.core.http.layers import HttpShell, layers
from serving.core.http.limits.admission import Lanes
from serving.core.http.limits.callers import Callers
from serving.core.http.limits.closing import ClosingLayer
from serving.core.http.messages import App, Receive, Send
from serving.core.http.telemetry.access_log import AccessLog
from serving.core.http.telemetry.metrics import Metrics, Sample
from serving.core.http.telemetry.worker_metrics import WorkerMetrics
from serving.core.http.warming import Warmer
from serving.core.process.closed_sessions import ClosedSessions
from serving.core.process.counts import CountCache
from serving.core.process.cursors import Cursors
from serving.core.process.facts import StatisticsStore
from serving.core.process.roster import KeptRoster
from serving.core.process.search import Searches
from serving.core.process.snapshots import Snapshots
from serving.core.process.stopping import STOPPING
from serving.core.process.vocabularies import KeptVocabularies
from serving.core.service import Service, Store, needs_of
from warehouse.cache.buckets import windows_of
from warehouse.cache.leases import Leases
from warehouse.cache.memory import Memory
from warehouse.cache.shared import Shared
from warehouse.cache.tiers import Tiers
from warehouse.objects.answers import AnswerObjects
from warehouse.objects.past_states import ParquetStates
from warehouse.postgres.connections.budget import WRITERS
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.feed.feed import Feed
from warehouse.postgres.lists.member_ballots import MemberBallots
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime import telemetry
from warehouse.runtime.breaker import STATES, Breaker
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.fingerprint import fingerprint
from warehouse.runtime.logging import get_logger
from warehouse.runtime.settings import Settings

if TYPE_CHECKING:
    from warehouse.kafka.nudges import Nudges

log = get_logger(__name__)


class Platform:
    """One installation as this process serves it."""

    def __init__(self, settings: Settings, services: Sequence[Service]) -> None:
        """Check the settings and prepare; nothing is opened yet.

        Raises:
            SettingInvalid: a database has no URL.
        """
        for name in ("catalog_url", "shard_urls"):
            if not getattr(settings, name):
                raise SettingInvalid(
                    f"OPENPOLICY_{name.upper()} is not set.",
                    fix="Set it, or use `openpolicy run`, which starts its own.",
                )
        self.settings = settings
        self.services = services
        self.relations = Relations([relation for service in services for relation in service.relations])
        stores = frozenset[Store]().union(*(service.stores | service.extras for service in services))
        self.needs = needs_of(services)
        self.memory: Memory[Key, Entry] = Memory(settings.cache_mb * 1024 * 1024)
        self.counts = CountCache()
        past = ParquetStates(settings.objects_url)
        self.readers = Readers(settings, past, on_replaced=self._forget, with_shards="shards" in stores)
        self.versions = self.readers.versions
        self.feed = Feed(self.versions)
        self.searches = Searches(settings.search_url if "search" in stores else "", self.versions)
        self.facts = StatisticsStore(settings.clickhouse_url if "facts" in stores else "", self.versions)
        self.closed_sessions = ClosedSessions(self.readers, self.facts)
        self.roster = KeptRoster(self.readers)
        self.member_ballots = MemberBallots(self.readers)
        self.vocabularies = KeptVocabularies(self.readers)
        self.catalog_writer = Database(settings.catalog_url, size=WRITERS, statement_timeout_ms=5_000)
        """For the little that callers may leave here; opened when the first of them does."""
        self.redis_breaker, self.objects_breaker = Breaker("redis"), Breaker("objects")
        self.shared = Shared(settings.redis_url, self.redis_breaker) if settings.redis_url else None
        self.objects = AnswerObjects(settings.objects_url, self.objects_breaker) if settings.objects_url else None
        self.tiers = Tiers(self.shared, self.objects)
        self.inside: App = _nothing_yet
        """Answers what a page needs of the API, out of the same caches."""
        self.metrics = Metrics([service.name for service in services])
        deadline_s = settings.deadline_ms / 1000
        self.lanes = Lanes([lane for service in services for lane in service.lanes], deadline_s=deadline_s)
        self.warmer = Warmer(self.memory, self.versions, lambda: any(lane.waiting for _, lane in self.lanes.each()))
        self.callers = Callers(settings.trusted_proxies)
        self.leases = self._leases(settings)
        self.metrics.add(self)
        self.cursors = Cursors(settings.cursor_secret or _secret_of_this_process())
        self.snapshots = Snapshots(self.cursors, self.versions)
        self._access_log = AccessLog(settings.log_level, self.metrics.hits, self.lanes.refused)
        self._workers = WorkerMetrics(Path(settings.metrics_dir), self.metrics) if settings.metrics_dir else None
        self.http: App = _nothing_yet
        """The whole application, layers included, for what asks several of its addresses at once."""
        self._beside: list[asyncio.Task[None]] = []
        self._nudges: Nudges | None = None
        self._shell: HttpShell | None = None
        self.is_stopping = False
        """Whether this process will end soon; until then it answers."""

    def shell(self, router: App, front: App | None = None) -> HttpShell:
        """The layers around a router, and around what stands in front of it."""
        shell = HttpShell(
            router,
            layers(
                memory=self.memory,
                tiers=self._answer_tiers(),
                versions=self.versions,
                metrics=self.metrics,
                access_log=self._access_log,
                lanes=self.lanes,
                callers=self.callers,
                leases=self.leases,
                warmer=self.warmer,
                deprecations=Deprecations(
                    {name: each for service in self.services for name, each in service.deprecations.items()}
                ),
                deadline_s=self.settings.deadline_ms / 1000,
            ),
            front,
        )
        self.http = self._shell = shell
        self.inside = shell.inside
        return shell

    def begin_to_stop(self) -> None:
        """Answer as before, but say that this process is not ready, and close connections after their next answer."""
        if not self.is_stopping:
            log.info("stopping", drain_s=self.settings.drain_s)
            self.is_stopping = True
            if self._shell is not None:
                self._shell.surround(ClosingLayer)

    def _answer_tiers(self) -> AnswerTiers | None:
        """The tiers behind memory; None where there is none."""
        if self.shared is None and self.objects is None:
            return None
        program = f"{fingerprint()}|{self.cursors.fingerprint}"
        return AnswerTiers(self.tiers, self.versions, self.metrics, program=program)

    def _leases(self, settings: Settings) -> Leases | None:
        """What counts requests; None where any number may be made."""
        windows, processes = windows_of(settings.rate_limit), settings.api_workers
        if not windows:
            return None
        return Leases(windows, redis_url=settings.redis_url, processes=processes, breaker=self.redis_breaker)

    @property
    def breakers(self) -> tuple[Breaker, ...]:
        """Those of every store that this process asks."""
        return (
            *self.versions.sources,
            *([self.versions.facts_breaker] if self.facts.is_used else []),
            *([self.searches.breaker] if self.searches.is_used else []),
            *([self.redis_breaker] if self.settings.redis_url else []),
            *([self.objects_breaker] if self.settings.objects_url else []),
        )

    def _forget(self) -> None:
        self.memory.clear()
        self.counts.clear()
        self.facts.forget()
        self.roster.forget()
        self.member_ballots.forget()
        self.vocabularies.forget()

    async def open(self) -> None:
        """Open pools and start what runs beside requests."""
        with contextlib.suppress(ValueError, RuntimeError):  # not the main thread: then no server sends signals
            asyncio.get_running_loop().add_signal_handler(STOPPING, self.begin_to_stop)
        await self.readers.open()
        await self.searches.open()
        await self.facts.open()
        if self.settings.kafka_url:
            self._nudges = self._follow_kafka()
        self._beside.append(asyncio.create_task(self._access_log.run()))
        self._beside.append(asyncio.create_task(self.warmer.run()))
        if self.objects is not None:
            self._beside.append(asyncio.create_task(self.objects.keep_swept()))
        if self.leases is not None:
            await self.leases.open()
        if self._workers is not None:
            self._beside.append(asyncio.create_task(self._workers.run()))

    def _follow_kafka(self) -> "Nudges":
        """Hear from Kafka which database changed."""
        from warehouse.kafka.nudges import Nudges  # noqa: PLC0415 (its client is for those who have Kafka)

        loop = asyncio.get_running_loop()

        def heard(database: str) -> None:
            with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
                loop.call_soon_threadsafe(self.readers.nudge, database)

        nudges = Nudges(self.settings.kafka_url, heard)
        nudges.start()
        return nudges

    async def close(self) -> None:
        """Stop and close everything; what the log still holds is written."""
        if self._nudges is not None:
            self._nudges.end()
        self.feed.close()
        for task in self._beside:
            task.cancel()
        self._access_log.flush()
        await asyncio.to_thread(telemetry.stop)
        if self._workers is not None:
            self._workers.close()
        await self.searches.close()
        await self.facts.close()
        await asyncio.to_thread(self.catalog_writer.close)
        await self.readers.close()
        if self.leases is not None:
            await self.leases.close()
        await self.tiers.close()

    def own_samples(self) -> Iterator[Sample]:
        """What this process holds and did."""
        yield "openpolicy_cache_entries", "Answers kept in memory.", {}, self.memory.entries
        yield "openpolicy_cache_bytes", "Bytes of the answers kept in memory.", {}, self.memory.bytes
        yield "openpolicy_feed_streams", "Callers who follow the change feed.", {}, self.feed.streams
        yield "openpolicy_feed_reads_total", "Reads of the change logs for the feed.", {}, self.feed.reads
        for name, lane in self.lanes.each():
            labels = {"lane": name}
            yield "openpolicy_waiting_requests", "Requests that wait to be computed.", labels, lane.waiting
            yield (
                "openpolicy_refused_requests_total",
                "Requests refused because too many were running.",
                labels,
                lane.refused,
            )
        yield from _breaker_samples(self.breakers)
        if self.leases is not None:
            yield from _limit_samples(self.leases)
        yield "openpolicy_cache_remade_total", "Hot answers made anew after a change.", {}, self.warmer.remade
        for (tier, kind, outcome), count in list(self.tiers.counts.items()):
            labels = {"tier": tier, "kind": kind, "outcome": outcome}
            yield "openpolicy_cache_tier_lookups_total", "Look-ups in the tiers behind memory.", labels, count
        for tier, store in (("redis", self.shared), ("objects", self.objects)):
            if store is not None:
                labels = {"tier": tier}
                yield "openpolicy_cache_tier_failures_total", "Times that a tier failed.", labels, store.failures

    def common_samples(self) -> Iterator[Sample]:
        """What every process that serves the same data would say of it."""
        yield "openpolicy_list_version", "The newest version of the list tables.", {}, self.versions.window.newest
        for source in self.versions.sources:
            labels = {"database": source.name}
            yield "openpolicy_database_up", "1 while the database answers the poll.", labels, float(not source.failing)
        yield from self._lags()

    def _lags(self) -> Iterator[Sample]:
        """How far read models and relay are, as of the last ten seconds."""
        lags, dead_letters = self.readers.lags.lags, self.readers.lags.dead_letters
        for lag in lags:
            labels = {"consumer": lag.consumer, "place": lag.log}
            yield "openpolicy_lag_events", "Events not processed yet.", labels, lag.waiting
        for lag in lags:
            labels = {"consumer": lag.consumer, "place": lag.log}
            yield "openpolicy_lag_seconds", "Age of the oldest.", labels, lag.seconds
        for name, count in dead_letters.items():
            yield "openpolicy_dead_letters", "Events moved to dead letters.", {"consumer": name}, count
        oldest = max((lag.seconds for lag in lags), default=0.0)
        yield "openpolicy_oldest_unprocessed_seconds", "Age of the oldest event not processed by somebody.", {}, oldest


async def _nothing_yet(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """No router has been given yet."""
    raise RuntimeError("The application is not made yet.")


def _breaker_samples(breakers: Iterable[Breaker]) -> Iterator[Sample]:
    for breaker in breakers:
        for state in STATES:
            labels, is_so = {"dependency": breaker.name, "state": state}, float(breaker.state == state)
            yield "openpolicy_circuit_breaker", "Processes whose circuit breaker is in this state.", labels, is_so
        labels = {"dependency": breaker.name}
        yield "openpolicy_circuit_breaker_openings_total", "Times that it opened.", labels, breaker.openings
        yield "openpolicy_circuit_breaker_refusals_total", "Reads that it refused.", labels, breaker.refusals


def _limit_samples(leases: Leases) -> Iterator[Sample]:
    yield "openpolicy_limit_refused_total", "Requests above the limit.", {}, leases.refused
    yield "openpolicy_limit_callers", "Callers that are remembered.", {}, leases.callers
    yield "openpolicy_limit_leased_tokens", "Requests that may be made without asking Redis.", {}, leases.held()
    yield "openpolicy_limit_settlements_total", "Times that leases were settled.", {}, leases.settlements
    yield "openpolicy_limit_failures_total", "Settlements that Redis did not answer.", {}, leases.failures


def _secret_of_this_process() -> str:
    log.warning(
        "cursors are signed with a key of this process only",
        consequence="they end with it and are not understood by others",
        fix="set OPENPOLICY_CURSOR_SECRET",
    )
    return secrets.token_hex(32)
