"""Killed at any named point, three times, and run again: verify is clean, and nothing differs from a quiet run."""

import signal

import pytest

from assets.upstream.server import running
from assets.upstream.simulator import SimulatedUpstream
from tests.support.processes.killable import Killable
from tests.support.upstream.ingestion import Installation
from warehouse.runtime.failpoints import FAILPOINTS
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
Checksums = list[tuple[dict[str, str], str]]


def parliament() -> SimulatedUpstream:
    return SimulatedUpstream(seed=3, sessions=("91-1",), members=20, bills=12, votes=24)


def run(installation: Installation, url: str, failpoint: str = "") -> int:
    """One ingestion in a process of its own, killed at the failpoint; its exit status."""
    return Killable("ingest", installation.settings(url), failpoint=failpoint).wait(120)


def checksums(installation: Installation) -> Checksums:
    """What the databases hold, without instants."""
    report = verify(installation.catalog, installation.shards)
    assert report.clean, "\n".join(report.lines)
    return [(database.states, database.lists) for database in report.databases]


@pytest.fixture(scope="module")
def quiet() -> dict[str, Checksums]:
    """The checksums after an undisturbed first load and after an undisturbed second one, kept once known."""
    return {}


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_kill_three_times_and_run_again(
    installation: Installation, failpoint: str, quiet: dict[str, Checksums], request: pytest.FixtureRequest
) -> None:
    if not quiet:
        _run_undisturbed(installation, quiet)
        request.getfixturevalue("empty_again")()
    upstream = parliament()
    with running(upstream) as url:
        assert run(installation, url, failpoint) == -signal.SIGKILL
        assert run(installation, url, f"{failpoint}:2") in {-signal.SIGKILL, 0}
        assert run(installation, url) == 0
        assert checksums(installation) == quiet["first"]
        upstream.advance()
        assert run(installation, url, failpoint) == -signal.SIGKILL
        assert run(installation, url) == 0
        assert checksums(installation) == quiet["second"]
        rows = installation.ask_shards("select count(*) from change_log")
        assert run(installation, url) == 0
        assert installation.ask_shards("select count(*) from change_log") == rows


def _run_undisturbed(installation: Installation, quiet: dict[str, Checksums]) -> None:
    upstream = parliament()
    with running(upstream) as url:
        for name in ("first", "second"):
            assert run(installation, url) == 0
            quiet[name] = checksums(installation)
            upstream.advance()
