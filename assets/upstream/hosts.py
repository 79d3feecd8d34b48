"""The state of one site: the next turn, the pauses it asks for, and whether requests to it are suspended."""

import email.utils
import ipaddress
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from warehouse.runtime.clock import now

_DIGITS = 9
_GIVE_UP_AFTER = 10
"""Failures in a row, each after all retries, before a site is considered out of order."""


class Host:
    """One site; safe for several threads. `is_unreachable` means that no connection could be made."""

    def __init__(self, name: str, interval_s: float, pause: Callable[[float], object]) -> None:
        self.name = name
        self.given_up = ""
        """Why no more requests are sent to the site in this run; empty while it works."""
        self.is_unreachable = False
        self.has_answered = False
        self._interval_s = interval_s
        self._pause = pause
        self._lock = threading.Lock()
        self._next_turn = 0.0
        self._failures = 0
        self._given_up_until = 0.0

    def begin(self) -> None:
        """Begin a new run: the site gets another chance, unless it asked for a longer pause. Its turns continue."""
        self.is_unreachable, self.has_answered, self._failures = False, False, 0
        if time.monotonic() >= self._given_up_until:
            self.given_up = ""

    def wait_for_turn(self) -> None:
        """Take the next turn. Turns are `interval_s` apart and never within a pause that the site asked for."""
        with self._lock:
            turn = max(time.monotonic(), self._next_turn)
            self._next_turn = turn + self._interval_s
        if (wait := turn - time.monotonic()) > 0:
            self._pause(wait)

    def hold(self, seconds: float) -> None:
        """Take no turn for this many seconds, because the site asked for it."""
        with self._lock:
            self._next_turn = max(self._next_turn, time.monotonic() + seconds)

    def answered(self) -> None:
        """Record a successful request."""
        self.has_answered, self._failures = True, 0

    def failed(self, reason: str, *, is_unreachable: bool = False) -> None:
        """Record a request that failed after all retries."""
        self._failures += 1
        if self.given_up:
            return
        if is_unreachable and not self.has_answered:
            self.give_up(f"{self.name} is not reachable: {reason}")
            self.is_unreachable = True
        elif self._failures >= _GIVE_UP_AFTER:
            self.give_up(f"{self.name} failed {self._failures} times in a row: {reason}")

    def give_up(self, reason: str, *, for_s: float = 0.0) -> None:
        """Send no more requests to the site in this run, nor in another one before this many seconds have passed."""
        self.given_up, self._given_up_until = reason, time.monotonic() + for_s


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine, where pauses are unnecessary."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def retry_after_s(value: str | None) -> float | None:
    """The seconds of a `Retry-After` header, given as a number or a date; None if it is missing or invalid."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:_DIGITS])
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(text) - now()).total_seconds())
    except (ValueError, TypeError, OverflowError, IndexError):  # no date, or one without a zone
        return None
