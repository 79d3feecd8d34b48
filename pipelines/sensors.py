"""A sensor for new sessions upstream."""

import dagster as dg

from assets.graph.partitions import SESSIONS
from assets.upstream.addresses import Addresses
from assets.upstream.holdings import holdings
from pipelines.partitions import known_sessions
from warehouse.runtime.errors import UpstreamUnavailable
from warehouse.runtime.settings import read_settings

EVERY_S = 6 * 3600


@dg.sensor(minimum_interval_seconds=EVERY_S, default_status=dg.DefaultSensorStatus.RUNNING)
def new_sessions(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Adds a partition for each session of upstream, with one request. It loads nothing."""
    settings = read_settings()
    try:
        held = holdings(Addresses(settings.legisinfo_url, settings.ourcommons_url))
    except UpstreamUnavailable as error:
        return dg.SkipReason(str(error))
    known = known_sessions(context.instance)
    new = [str(session) for session in held.sessions if str(session) not in known]
    if not new:
        return dg.SkipReason(f"All {len(known)} sessions that upstream holds are known.")
    return dg.SensorResult(dynamic_partitions_requests=[SESSIONS.build_add_request(new)])
