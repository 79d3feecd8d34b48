"""No error ends a thread that keeps a read model current: it starts again, says why, and is counted."""

import json
import time
from collections.abc import Iterator

import pytest
import structlog

from warehouse.runtime import logging
from warehouse.runtime.errors import OpenPolicyError, StoreUnavailable
from warehouse.workers.stream import threads
from warehouse.workers.stream.metrics import Measures
from warehouse.workers.stream.threads import ConsumerThread, ThreadGroup


class Failing(ConsumerThread):
    """Fails as it is told, turn by turn; the turn after those goes well."""

    def __init__(self, measures: Measures, *errors: Exception) -> None:
        super().__init__("consume-lists", measures)
        self.errors = list(errors)
        self.alarms: list[str] = []
        self.turns = 0

    def _turn(self) -> None:
        self.turns += 1
        if self.errors:
            raise self.errors.pop(0)
        self._ended.wait(60)

    def _alarm(self, error: OpenPolicyError) -> None:
        self.alarms.append(error.message)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_an_unexpected_error_restarts_the_thread(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_RETRY_S", 0.01)
    logging.configure()
    measures = Measures()
    secret = RuntimeError("could not read postgresql://openpolicy:hunter2@127.0.0.1/shard_0")
    thread = Failing(measures, secret, StoreUnavailable("The catalog is unavailable."), KeyError("bucket"))
    group = ThreadGroup([thread])
    group.start()
    end = time.monotonic() + 60
    while thread.turns < 4:
        assert time.monotonic() < end, "the thread does not go on"
        time.sleep(0.01)
    assert group.is_alive()
    group.stop()
    assert not thread.is_alive()
    assert thread.alarms == ["The catalog is unavailable."]
    failures = measures.registry.get_sample_value("openpolicy_thread_failures_total", {"thread": "consume-lists"})
    assert failures == 2
    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    failed = [line for line in lines if line["event"] == "thread failed; it starts again"]
    assert [line["pause_s"] for line in failed] == [0.01, 0.02], "the pause grows"
    assert "RuntimeError" in failed[0]["exception"]
    assert "hunter2" not in written
