"""The schedule of restarts of a worker: at once at first, and less and less often while it keeps ending."""

import time
from collections.abc import Callable

_FIRST_S, _MOST_S = 1.0, 60.0


class Restarts:
    """The restarts of one worker. After a minute of running it counts as healthy again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wait_s = _FIRST_S
        self._started_at = clock()
        self.due_at: float | None = None
        """When it will be restarted; None while it runs."""

    def ended(self) -> float:
        """Record that it ended; returns the seconds until its restart."""
        if self._clock() - self._started_at > _MOST_S:
            self._wait_s = _FIRST_S
        wait_s = self._wait_s
        self.due_at = self._clock() + wait_s
        self._wait_s = min(_MOST_S, 2 * wait_s)
        return wait_s

    def is_due(self) -> bool:
        """Whether it is time to restart it."""
        return self.due_at is not None and self._clock() >= self.due_at

    def started(self) -> None:
        """Record its restart."""
        self._started_at, self.due_at = self._clock(), None
