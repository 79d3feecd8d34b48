"""Ingestion, relay and consumers as processes that start in a blink, for tests that kill them hundreds of times.

They are forked from a process that has imported everything and holds nothing: no thread, no connection.
"""

import multiprocessing
import os
import signal
from typing import Literal

from assets.ingest import ingest
from assets.progress import Silent
from deploy.commands import stream
from warehouse.runtime import logging
from warehouse.runtime.settings import Settings

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])
Role = Literal["ingest", "relay", "consume"]


class Killable:
    """One process: an ingestion, a relay, or the consumer of one read model."""

    def __init__(self, role: Role, settings: Settings, *, read_model: str = "", failpoint: str = "") -> None:
        self._process = _FORKS.Process(target=_work, args=(role, settings, read_model, failpoint), daemon=True)
        self._process.start()

    def ended(self) -> int | None:
        """Its exit status if it ended; the signal's number below zero if one ended it."""
        return self._process.exitcode

    def wait(self, seconds: float = 180) -> int:
        """Its exit status, once it ended."""
        self._process.join(seconds)
        assert self._process.exitcode is not None, f"still running after {seconds:.0f} s"
        return self._process.exitcode

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self._process.kill()
        assert self.wait() == -signal.SIGKILL

    def end(self) -> None:
        """Ask it to end, as an operator would; does not wait."""
        self._process.terminate()

    def stop(self) -> None:
        """End it and wait for that."""
        self.end()
        self.join()

    def join(self) -> None:
        """Wait for its end, which was asked for; by force where asking did not help.

        It is asked once: a second signal would interrupt it while it is ending.
        """
        self._process.join(30)
        self._process.kill()
        self._process.join(30)


def _work(role: Role, settings: Settings, read_model: str, failpoint: str) -> None:
    os.environ["OPENPOLICY_FAILPOINT"] = failpoint
    logging.configure(level="ERROR")
    match role:
        case "ingest":
            ingest(settings, sessions=None, progress=Silent())
        case "relay":
            stream.relay(None, settings, _silently)
        case "consume":
            stream.consume(read_model, None, settings, _silently)


def _silently(_line: str) -> None:
    """What the commands say is of no use here."""
