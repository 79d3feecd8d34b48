"""When a worker that ended is started again: at once at first, and more and more seldom while it keeps ending."""

import time
from collections.abc import Callable

_FIRST_S, _MOST_S = 1.0, 60.0


class Restarts:
    """The restarts of one worker. One that has run for a minute is well again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wait_s = _FIRST_S
        self._started_at = clock()
        self.due_at: float | None = None
        """When it is started again; None while it runs."""

    def ended(self) -> float:
        """Note that it ended; returns in how many seconds it is started again."""
        if self._clock() - self._started_at > _MOST_S:
            self._wait_s = _FIRST_S
        wait_s = self._wait_s
        self.due_at = self._clock() + wait_s
        self._wait_s = min(_MOST_S, 2 * wait_s)
        return wait_s

    def is_due(self) -> bool:
        """Whether it is time."""
        return self.due_at is not None and self._clock() >= self.due_at

    def started(self) -> None:
        """Note that it was started again."""
        self._started_at, self.due_at = self._clock(), None
