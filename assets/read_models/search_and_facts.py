"""Search index and facts in the graph: brought up to date and compared with the change logs.

Usually a consumer has applied everything already. A run waits for it, or applies the changes itself if none runs.
"""

import datetime as dt
from collections import Counter
from contextlib import closing
from typing import Any

import dagster as dg

from assets.graph import plots
from assets.graph.shared import OWNERS, Materialized, our_errors, plot
from assets.loading import Loading
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.read_facts import FactReader
from warehouse.postgres.catalog import quality
from warehouse.runtime.clock import OTTAWA, now
from warehouse.statistics.counting.formulas import NAY, YEA
from warehouse.workers.read_models.registry import configured, open_read_model
from warehouse.workers.stream.apply import catch_up
from warehouse.workers.upkeep.verify_read_models import compare_read_model

PARITY = "equals_change_logs"
_DEPS = ["core_legisinfo__sessions", "core_legisinfo__bills", "core_ourcommons__votes", "core_ourcommons__members"]


def _read_model(name: str, read_model: str, *, group: str, kind: str, description: str) -> dg.AssetsDefinition:
    check = dg.AssetCheckSpec(
        PARITY, asset=name, description="It has the newest revision of every entity, and nothing else."
    )

    @dg.asset(
        name=name,
        group_name=group,
        kinds={kind},
        owners=OWNERS,
        code_version="1",
        deps=_DEPS,
        check_specs=[check],
        description=description,
    )
    def model(loading: dg.ResourceParam[Loading]) -> Materialized:
        with our_errors():
            return _brought_up(loading, read_model)

    return model


def _brought_up(loading: Loading, read_model: str) -> Materialized:
    stores = loading.stores
    if read_model not in configured(stores.settings):
        passed = dg.AssetCheckResult(
            check_name=PARITY,
            passed=False,
            severity=dg.AssetCheckSeverity.WARN,
            description="Its store has no URL here, so it is not kept.",
        )
        return dg.MaterializeResult(metadata={"dagster/row_count": 0, "applied": 0}, check_results=[passed])

    def opened() -> Any:
        return open_read_model(read_model, stores.settings, stores.catalog)

    applied = 0 if stores.settings.kafka_url else catch_up(read_model, opened, stores.catalog, stores.shards)
    found = compare_read_model(read_model, stores.settings, stores.catalog, stores.shards)
    parity = dg.AssetCheckResult(
        check_name=PARITY,
        passed=not found.problems,
        description="; ".join(found.problems[:3]) or None,
        metadata={"entities": found.entities, "differing": len(found.problems)},
        severity=dg.AssetCheckSeverity.WARN,  # a change may be stored between the two readings
    )
    metadata: dict[str, Any] = {"dagster/row_count": found.entities, "applied": applied}
    if read_model == "facts":
        metadata |= _plots(loading)
    return dg.MaterializeResult(metadata=metadata, check_results=[parity])


def _plots(loading: Loading) -> dict[str, Any]:
    """Seats by caucus today, and which way the caucuses' lines went in the newest session that has votes."""
    sessions = [each.session for each in quality.read_report(loading.stores.catalog).sessions if each.votes]
    with closing(FactReader(ClickHouse(loading.stores.settings.clickhouse_url))) as statistics:
        today = now().astimezone(OTTAWA).date()
        drawn = {"seats": plots.bars(_seats(statistics, today), f"Seats by caucus on {today}")}
        if sessions:
            drawn["party_lines"] = plots.stacked_bars(_lines(statistics, sessions[0]), f"Party lines in {sessions[0]}")
    return {name: plot(markdown)["plot"] for name, markdown in drawn.items() if markdown}


def _seats(statistics: FactReader, today: dt.date) -> dict[str, int]:
    return Counter(each.caucus or "independent" for each in statistics.seats_on(today).holders)


def _lines(statistics: FactReader, session: str) -> dict[tuple[str, str], int]:
    """How often each caucus's line was yea, nay, or none."""
    tallies = statistics.tallies(session, "commons").tallies
    line = tallies.line()
    return {
        (caucus, word): count
        for place, caucus in enumerate(tallies.groups)
        if tallies.is_caucus[place]
        for word, count in (
            ("yea", int((line[:, place] == YEA).sum())),
            ("nay", int((line[:, place] == NAY).sum())),
        )
        if count
    }


out_search__documents = _read_model(
    "out_search__documents",
    "search",
    group="search",
    kind="search",
    description="Every bill, vote and member as the search index holds them, in both languages.",
)
out_clickhouse__facts = _read_model(
    "out_clickhouse__facts",
    "facts",
    group="statistics",
    kind="clickhouse",
    description="Every ballot with all it is counted by, and every vote, bill, stage and membership, in ClickHouse.",
)
