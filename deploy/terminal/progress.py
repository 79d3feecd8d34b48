"""Progress for people, on stderr: a bar with rate and time left on a terminal, plain lines in a pipe."""

import os
import sys
import threading
import time
from typing import TextIO

from assets.progress import Progress

_LINE_EVERY_S = 5.0


def open_progress(stream: TextIO | None = None) -> Progress:
    """The progress that fits where stderr goes."""
    stream = sys.stderr if stream is None else stream
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        from deploy.terminal.bars import Bars  # rich takes a tenth of a second to import: only for those who see it

        return Bars()
    return Lines(stream)


class Lines:
    """A line at the end of each task, and one every five seconds until then."""

    def __init__(self, stream: TextIO, *, every_s: float = _LINE_EVERY_S) -> None:
        self._stream, self._every_s = stream, every_s
        self._lock = threading.Lock()
        self._task, self._total, self._count = "", None, 0
        self._started = self._shown = 0.0

    _total: int | None

    def start(self, task: str, total: int | None = None) -> None:
        """Begin a task."""
        with self._lock:
            self._task, self._total, self._count = task, total, 0
            self._started = self._shown = time.monotonic()

    def advance(self, count: int = 1) -> None:
        """Count, and say so when the last line is old."""
        with self._lock:
            self._count += count
            if time.monotonic() - self._shown >= self._every_s:
                self._shown = time.monotonic()
                self._say(self._pace())

    def done(self) -> None:
        """Say how many and how long."""
        with self._lock:
            if self._task:
                self._say(f"done in {time.monotonic() - self._started:.1f} s")
                self._task = ""

    def _pace(self) -> str:
        rate = self._count / max(time.monotonic() - self._started, 1e-9)
        if self._total is None or rate == 0:
            return f"{rate:.0f}/s"
        return f"{rate:.0f}/s, {max(self._total - self._count, 0) / rate:.0f} s left"

    def _say(self, what: str) -> None:
        steps = f"{self._count:,}" if self._total is None else f"{self._count:,} of {self._total:,}"
        counted = "" if self._total is None and not self._count else f"{steps}, "
        self._stream.write(f"{self._task}: {counted}{what}\n")
        self._stream.flush()
