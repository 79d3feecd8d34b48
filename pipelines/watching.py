"""Sensors that watch upstream for new documents, and read models for lag."""

import hashlib

import dagster as dg

from assets.bills.load import fetch_list
from assets.ingest import open_loading
from assets.progress import Silent
from assets.upstream.addresses import BILLS, VOTES
from assets.upstream.hosts import is_loopback
from assets.votes.load import fetch_lists
from pipelines.jobs import catch_up, refresh_bills, refresh_votes
from pipelines.partitions import current_session
from warehouse.model.documents import Document
from warehouse.runtime.clock import now
from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.settings import Settings, read_settings
from warehouse.stores import open_stores
from warehouse.workers.stream.lag import read_stream

DOCUMENTS_EVERY_S, LAG_EVERY_S = 15 * 60, 60
LAG_AT_MOST_S = 300.0
_JOBS = {BILLS: refresh_bills, VOTES: refresh_votes}


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensors. Upstream is watched by default if it is live and stores are configured."""
    is_live = bool(settings.catalog_url) and not is_loopback(settings.ourcommons_url)
    watched = dg.DefaultSensorStatus.RUNNING if is_live else dg.DefaultSensorStatus.STOPPED
    followed = dg.DefaultSensorStatus.RUNNING if settings.catalog_url else dg.DefaultSensorStatus.STOPPED
    documents = dg.sensor(
        name="upstream_documents",
        jobs=list(_JOBS.values()),
        minimum_interval_seconds=DOCUMENTS_EVERY_S,
        default_status=watched,
        description="Requests the lists of the current session conditionally, and loads what is new.",
    )(upstream_documents)
    lags = dg.sensor(
        name="lag",
        job=catch_up,
        minimum_interval_seconds=LAG_EVERY_S,
        default_status=followed,
        description="Reports the lag of every read model, and catches up one that is too far behind.",
    )(lag)
    return [documents, lags]


def upstream_documents(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Fetch the lists of the current session, and request a run for each source with bytes that are not loaded yet.

    New documents are found in the register, where the run that loads them marks them. After a failed run they are still
    to be loaded, independently of this sensor's cursor, which only records what it last saw.
    """
    session = current_session(context.instance)
    if session is None:
        return dg.SkipReason("No session is known yet; the sensor new_sessions asks upstream.")
    try:
        with open_loading(read_settings(), Silent()) as (loading, _held):
            fetch_list(loading, session)
            fetch_lists(loading, session)
            known = {source: loading.stores.documents.known(source, session) for source in _JOBS}
    except OpenPolicyError as error:
        return dg.SkipReason(str(error))
    requests = [
        dg.RunRequest(run_key=_key(source, session, waiting), job_name=job.name, partition_key=session)
        for source, job in _JOBS.items()
        if (waiting := pending(list(known[source].values())))
    ]
    cursor = _loaded_until([document for documents in known.values() for document in documents.values()])
    reason = None if requests else f"Every document of session {session} is loaded, the newest at {cursor}."
    return dg.SensorResult(run_requests=requests, skip_reason=reason, cursor=cursor)


def pending(documents: list[Document]) -> list[Document]:
    """The documents with fetched bytes that are not loaded."""
    return [each for each in documents if each.sha256 is not None and each.sha256 != each.loaded_sha256]


def _key(source: str, session: str, waiting: list[Document]) -> str:
    """At most one run an hour for the same documents, so that failed or refused ones are not retried all the time."""
    named = " ".join(sorted(f"{document.url} {document.sha256}" for document in waiting))
    return f"{source} {session} {hashlib.sha256(named.encode()).hexdigest()[:16]} {now():%Y-%m-%dT%H}"


def _loaded_until(documents: list[Document]) -> str:
    instants = [each.loaded_fetched_at for each in documents if each.loaded_fetched_at is not None]
    return max(instants).isoformat() if instants else "never"


def lag(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Report the lag of every read model. If one is too far behind, report an error and request a run that catches
    up."""
    settings = read_settings()
    try:
        with open_stores(settings) as stores:
            status = read_stream(settings, stores.catalog, stores.shards)
    except OpenPolicyError as error:
        return dg.SkipReason(str(error))
    told = "; ".join(f"{each.name}: {each.waiting} events, {each.lag_s:.0f} s" for each in status.consumers)
    late = [each for each in status.consumers if each.lag_s > LAG_AT_MOST_S]
    if status.why or late:
        context.log.error(f"Behind the change logs by more than {LAG_AT_MOST_S:.0f} s. {told} {status.why}".strip())
    if not late or settings.kafka_url:  # with Kafka relay and consumers do it, and only they
        return dg.SkipReason(f"{told}. {status.why}".strip())
    names = "-".join(each.name for each in late)
    return dg.RunRequest(run_key=f"{names} {now():%Y-%m-%dT%H:%M}"[:-1])
