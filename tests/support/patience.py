"""Limits of time that the product keeps for its callers' sake, made long: a busy machine must not fail a test.

A poll that a test's machine delays for two seconds counts as an outage, and the API answers 503, as it should. Tests of
outages ask for the fixture `impatient`, which keeps the product's own limits for stores that do not answer.
"""

import importlib
import sys
from collections.abc import Iterator

import pytest

LONG_S = 60.0
_LIMITS = {
    "warehouse.runtime.breaker": ("AWAY_AFTER_S",),
    "warehouse.postgres.readers.readers": ("_FIRST_POLL_S",),
    "warehouse.postgres.readers.poller": ("_POLL_TIMEOUT_S",),
    "warehouse.postgres.connections.pools": ("_PATIENCE_S", "_CONNECT_S", "_BACKGROUND_S"),
    "warehouse.clickhouse.client": ("_CONNECT_S",),
    "serving.core.process.search": ("_PATIENCE_S",),
    "serving.core.process.facts": ("_PATIENCE_S", "_PING_TIMEOUT_S"),
}
_OF_OUTAGES = (
    ("warehouse.runtime.breaker", "AWAY_AFTER_S"),
    ("serving.core.process.facts", "_PATIENCE_S"),
    ("serving.core.process.facts", "_PING_TIMEOUT_S"),
)


def be_patient() -> None:
    """Make the limits long in this process, for good."""
    for module, names in _LIMITS.items():
        for name in names:
            setattr(importlib.import_module(module), name, LONG_S)


@pytest.fixture(scope="module")
def patient() -> Iterator[dict[tuple[str, str], float]]:
    """Long limits for the tests of a module; gives the product's own limits of outages."""
    own = {(module, name): getattr(importlib.import_module(module), name) for module, name in _OF_OUTAGES}
    with pytest.MonkeyPatch.context() as patch:
        for module, names in _LIMITS.items():
            for name in names:
                patch.setattr(importlib.import_module(module), name, LONG_S)
        yield own


@pytest.fixture
def impatient(patient: dict[tuple[str, str], float], monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own limits for stores that do not answer."""
    for (module, name), seconds in patient.items():
        monkeypatch.setattr(sys.modules[module], name, seconds)
