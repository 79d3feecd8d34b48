"""The installation that gets one more shard."""

import pytest

from tests.support.processes.resharding import growing

__all__ = ["growing"]


@pytest.fixture(scope="module", autouse=True)
def _patient(patient: object) -> None:
    """No limit of time that the product keeps for its callers' sake fails a test, but where an outage is tested."""
