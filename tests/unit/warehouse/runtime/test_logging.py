"""Logs go to stderr as it is when a line is written."""

import io
import json
import sys
from collections.abc import Iterator

import pytest
import structlog

from warehouse.runtime import logging


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_a_logger_outlives_the_stderr_that_it_first_wrote_to(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    logging.configure()
    log = logging.get_logger("tests")
    log.info("one")
    assert json.loads(first.getvalue())["event"] == "one"
    monkeypatch.setattr(sys, "stderr", second)
    first.close()
    log.info("two")
    logging.get_logger("others").info("three")
    assert [json.loads(line)["event"] for line in second.getvalue().splitlines()] == ["two", "three"]
