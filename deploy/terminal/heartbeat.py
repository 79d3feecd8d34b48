"""Reports every few seconds what a command is waiting for."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assets.progress import Progress

SILENCE_S = 2.5


class Heartbeat:
    """Passes messages on, and repeats the last one with the seconds since then while nothing new comes.

    It is a `Progress` too: a task with its own display, such as a moving bar, is not repeated.
    """

    def __init__(self, say: Callable[[str], None], progress: Progress, *, every_s: float = SILENCE_S) -> None:
        self._say, self._progress, self._every_s = say, progress, every_s
        self._what = "Starting"
        self._since = self._last = time.monotonic()
        self._shows_itself = False
        self._over = threading.Event()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Run while the block runs."""
        thread = threading.Thread(target=self._beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def say(self, line: str) -> None:
        """Report a message, which also describes the following wait."""
        self._begin(line)
        self._say(line)

    def start(self, task: str, total: int | None = None) -> None:
        """Begin a task."""
        self._begin(task)
        self._shows_itself = getattr(self._progress, "moves", False)
        self._progress.start(task, total)

    def advance(self, count: int = 1) -> None:
        """Report more steps."""
        self._progress.advance(count)

    def done(self) -> None:
        """End the task; what follows is not known yet."""
        self._progress.done()
        self._shows_itself = False
        self._begin(f"After {self._what}" if not self._what.startswith("After ") else self._what)

    def _begin(self, what: str) -> None:
        self._what, self._since = what.rstrip(" .…"), time.monotonic()
        self._last = self._since

    def _beat(self) -> None:
        while not self._over.wait(0.1):
            now = time.monotonic()
            if not self._shows_itself and now - self._last >= self._every_s:
                self._last = now
                self._say(f"{self._what} … {now - self._since:.0f} s")
