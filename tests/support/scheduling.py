"""How `make test` shares its tests among workers: the long ones first, so that none is left waiting for them."""

import gc
import os

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

_TOGETHER = "tests/end_to_end"
"""Its tests share one load of the recorded Parliament, the dearest of all fixtures."""
_ONE_BY_ONE = ("tests/deploy/test_run.py",)
"""Files whose tests share nothing and take most of a minute each."""
_LONGEST_FIRST = (_TOGETHER, "tests/deploy", "tests/integration", "tests/graph", "tests/api")


class LongestFirst(LoadFileScheduling):
    """A file a worker, but for tests that share a load or share nothing; folders with slow tests come first."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        if file.startswith(_TOGETHER):
            return _TOGETHER
        return nodeid if file in _ONE_BY_ONE else file


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every worker has the same order."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((rank for rank, folder in enumerate(_LONGEST_FIRST) if nodeid.startswith(folder)), len(_LONGEST_FIRST))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LongestFirst | None:
    """Instead of `--dist loadfile`; other kinds stay what they are."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return LongestFirst(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One worker more than there are cores: tests that kill and wait leave a core idle for much of their time.

    Not for a choice of tests: each worker collects first, and theirs is to begin at once.
    """
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return (os.cpu_count() or 1) + (not config.option.keyword and not config.option.lf)
