"""Circuit breakers: whether a store is to be asked at all. Times are seconds of the monotonic clock.

Own code: pybreaker 1.4 holds a lock while it calls and has no asyncio; purgatory 3.0 lets every caller through when it
is half open, goes by the wall clock, and costs a read by key a message bus where this costs two attributes.
"""

import time
from typing import Final, Literal

from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)

OPENS_AFTER: Final = 5
"""Failures in a row after which nobody asks any more."""
PAUSE_S: Final = 5.0
"""How long an open breaker lets nobody ask; then one request tries."""
AWAY_AFTER_S: Final = 2.0
"""A store that has not answered a poll for this long is unavailable: reads fail at once, caches give their age."""

State = Literal["closed", "half_open", "open"]
STATES: Final[tuple[State, ...]] = ("closed", "half_open", "open")


class BreakerOpen(StoreUnavailable):
    """The store was not asked: it has failed too often of late."""


class Breaker:
    """One store as the requests of this process find it. It opens after `OPENS_AFTER` failures in a row; once `PAUSE_S`
    is over it is half open: one request tries, and what it finds closes the breaker or opens it anew."""

    __slots__ = ("_failures", "_is_probed", "_opened_at", "name", "openings", "refusals", "why")

    def __init__(self, name: str) -> None:
        self.name = name
        self._failures = 0
        self._opened_at: float | None = None
        self._is_probed = False
        self.openings = 0
        """How often it opened, since the start."""
        self.refusals = 0
        """Requests that were not let through, since the start."""
        self.why = ""
        """What the last failure said; empty while all is well."""

    @property
    def state(self) -> State:
        """Whether requests are let through: all, one, or none."""
        return "closed" if self._opened_at is None else "half_open" if self._is_probed else "open"

    @property
    def failing(self) -> bool:
        """Whether the store did not answer when it was last asked."""
        return self._failures > 0

    def admits(self) -> bool:
        """Whether a request may ask the store. One that may says then how it went."""
        return self._opened_at is None or self._admits_one(self._opened_at)

    def require(self) -> None:
        """Let the request ask.

        Raises:
            BreakerOpen: the breaker is open.
        """
        if not self.admits():
            raise BreakerOpen(f"{self.name} is unavailable: {self.why}", fix="Try again in a few seconds.")

    def succeeded(self) -> None:
        """The store answered."""
        if self.why:
            self._failures, self.why = 0, ""
            self._close()

    def failed(self, error: BaseException) -> None:
        """The store did not answer, or not in time."""
        if isinstance(error, BreakerOpen):  # it was not asked
            return
        self._failures += 1
        self.why = str(error) or "It did not answer in time."
        if self._opened_at is None:
            if self._failures >= OPENS_AFTER:
                self._open()
                self.openings += 1
                log.warning("circuit breaker opened", dependency=self.name, failures=self._failures, cause=self.why)
        elif self._is_probed:
            self._open()

    def _open(self) -> None:
        self._opened_at, self._is_probed = time.monotonic(), False

    def _close(self) -> None:
        if self._opened_at is not None:
            self._opened_at, self._is_probed = None, False
            log.info("circuit breaker closed", dependency=self.name)

    def _admits_one(self, opened_at: float) -> bool:
        now = time.monotonic()
        if now - opened_at < PAUSE_S:
            self.refusals += 1
            return False
        self._opened_at, self._is_probed = now, True  # should nobody say how it went, another tries after a pause
        return True


class PolledBreaker(Breaker):
    """The breaker of a store that is polled: the poll, which asks whatever the state, is what a half-open breaker lets
    through. The polls also say since when what is kept of the store cannot be vouched for."""

    __slots__ = ("_failing", "_reached_at")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._reached_at: float | None = None
        self._failing = True
        self.why = "It has not answered yet."

    @property
    def state(self) -> State:
        """Open also while the polls have been silent for too long."""
        return "open" if self.is_unavailable or self._opened_at is not None else "closed"

    def admits(self) -> bool:
        """Whether a request may ask the store."""
        if self._opened_at is None and not self.is_unavailable:
            return True
        self.refusals += 1
        return False

    def reached(self) -> None:
        """The poll got an answer."""
        self._reached_at, self._failing = time.monotonic(), False
        self.succeeded()

    def missed(self, error: BaseException) -> None:
        """The poll got none."""
        self._failing = True
        self.failed(error)

    @property
    def failing(self) -> bool:
        """Whether the last poll failed, or reads fail although polls do not."""
        return self._failing or self._opened_at is not None

    @property
    def silent_s(self) -> float | None:
        """Seconds since the last answer to a poll; None when there never was one."""
        return None if self._reached_at is None else time.monotonic() - self._reached_at

    @property
    def is_unavailable(self) -> bool:
        """Whether what we know of it is too old to vouch for."""
        if not self._failing:
            return False
        silent_s = self.silent_s
        return silent_s is None or silent_s > AWAY_AFTER_S
