"""Threads that repeat a task until they are ended, and wait for unavailable stores."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Final

from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.logging import get_logger
from warehouse.workers.stream.metrics import Measures

log = get_logger(__name__)
_RETRY_S: Final = 2.0
_LONGEST_RETRY_S: Final = 60.0


class ConsumerThread(threading.Thread, ABC):
    """Repeats its task until it is ended. If a store is unavailable it waits two seconds; after an unexpected error
    twice as long each time, up to a minute. No error ends the thread while its process lives."""

    def __init__(self, name: str, measures: Measures) -> None:
        super().__init__(name=name, daemon=True)
        self._measures = measures
        self._ended = threading.Event()

    @abstractmethod
    def _turn(self) -> None:
        """Do the task while this process leads."""

    @abstractmethod
    def _alarm(self, error: OpenPolicyError) -> None:
        """Log that it waits, and why."""

    def run(self) -> None:
        """Loop: do the task, or wait for an unavailable store."""
        pause_s = _RETRY_S
        while not self._ended.is_set():
            began = time.monotonic()
            try:
                self._turn()
            except OpenPolicyError as error:
                self._alarm(error)
                self._ended.wait(_RETRY_S)
            except Exception as error:  # the log has it, the metrics count it, and the lag shows what waits
                if time.monotonic() - began > _LONGEST_RETRY_S:
                    pause_s = _RETRY_S
                self._measures.failed(self.name)
                log.error("thread failed; it starts again", thread=self.name, pause_s=pause_s, exc_info=error)
                self._ended.wait(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_RETRY_S)

    def end(self) -> None:
        """End after the current batch, without waiting."""
        self._ended.set()


class ThreadGroup:
    """Several threads as one."""

    def __init__(self, threads: Iterable[ConsumerThread]) -> None:
        self._threads = list(threads)

    def start(self) -> None:
        """Begin with every one."""
        for thread in self._threads:
            thread.start()

    def is_alive(self) -> bool:
        """Whether every thread is alive."""
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """End all after their current batches, and wait for them."""
        for thread in self._threads:
            thread.end()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)
