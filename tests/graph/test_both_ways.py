"""With Dagster and without it, the same is loaded under every fault that the simulator knows."""

from collections.abc import Callable

import dagster as dg
import pytest

from assets.checking.gate import validate_fast
from assets.progress import Silent
from assets.upstream.server import running
from assets.upstream.simulator import Fault, SimulatedUpstream
from pipelines.refresh import refresh_all
from tests.support.upstream.ingestion import Installation
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
_ENTITIES = {"bill_list": "bill", "vote_list": "vote", "member_list": "member"}


def upstream(fault: Fault) -> SimulatedUpstream:
    return SimulatedUpstream(
        seed=7, sessions=("90-1", "91-1"), members=20, bills=12, votes=24, faults=frozenset({fault})
    )


def held(installation: Installation) -> dict[str, object]:
    """Everything that was loaded, and what is said of it: but for instants, and for how it was divided into runs."""
    found: dict[str, object] = {}
    for table, entity in _ENTITIES.items():
        found |= dict(
            installation.ask(f"select '{entity} ' || key, md5(state::text) from {table} where live_to is null")
        )
    found |= dict(installation.ask_shards("select 'stored bill ' || key, content_hash::text from bills"))
    found |= dict(installation.ask_shards("select 'stored vote ' || key, content_hash::text from votes"))
    found |= dict(installation.ask("select 'stored member ' || key, content_hash::text from members"))
    found |= dict(installation.ask("select 'stored session ' || key, content_hash::text from sessions"))
    found |= {f"parked {key}": reason for key, reason in installation.parked().items()}
    found |= {f"findings {rule}": keys for rule, keys in installation.findings().items()}
    checks = "select 'checks ' || source || ' ' || session, records || ' ' || quarantined from loads"
    found |= dict(installation.ask(checks))
    return found


@pytest.mark.parametrize("fault", Fault)
def test_both_ways_load_the_same(
    installation: Installation, empty_again: Callable[[], None], fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Others test that both validators judge alike, and the pages; here they would be most of the time.
    monkeypatch.setattr("pipelines.refresh.validate", validate_fast)
    monkeypatch.setattr("assets.quality.assets.pages", lambda _judged: [])
    installation.ingest(upstream(fault))
    without = held(installation)
    assert sum(key.startswith("member ") for key in without) >= 20
    empty_again()
    with dg.DagsterInstance.ephemeral() as instance, running(upstream(fault)) as url:
        refresh_all(installation.settings(url), instance, sessions=None, progress=Silent())
    assert held(installation) == without
    assert verify(installation.catalog, installation.shards).clean
