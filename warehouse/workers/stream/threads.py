"""Threads that follow something until told to end; what is unavailable is waited for."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Final

from warehouse.runtime.errors import OpenPolicyError

_RETRY_S: Final = 2.0


class ConsumerThread(threading.Thread, ABC):
    """Takes turns until told to end; after a turn that failed it waits two seconds."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._ended = threading.Event()

    @abstractmethod
    def _turn(self) -> None:
        """Follow for as long as it is ours to."""

    @abstractmethod
    def _alarm(self, error: OpenPolicyError) -> None:
        """Say that it waits, and why."""

    def run(self) -> None:
        """Loop: follow, or wait for what is unavailable."""
        while not self._ended.is_set():
            try:
                self._turn()
            except OpenPolicyError as error:
                self._alarm(error)
                self._ended.wait(_RETRY_S)

    def end(self) -> None:
        """End after the batch in hand; does not wait."""
        self._ended.set()


class ThreadGroup:
    """Several of them as one."""

    def __init__(self, threads: Iterable[ConsumerThread]) -> None:
        self._threads = list(threads)

    def start(self) -> None:
        """Begin with every one."""
        for thread in self._threads:
            thread.start()

    def is_alive(self) -> bool:
        """Whether every one follows, or waits."""
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """End after the batches in hand and wait for them."""
        for thread in self._threads:
            thread.end()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)
