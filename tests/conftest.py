"""Shared fixtures: the recorded documents of Parliament, and a real PostgreSQL for the tests that say so."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def recorded_data() -> Path:
    """The folder of recorded documents; its tests skip where it is missing, except in CI, where they must run."""
    if not (RECORDED / "MANIFEST.csv").exists():
        if os.environ.get("CI"):
            pytest.fail("The recorded documents are missing at ../shared/data; in CI these tests must run.")
        pytest.skip("The recorded documents are not at ../shared/data; this test needs them.")
    return RECORDED
