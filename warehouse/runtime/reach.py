"""Whether a store answers, as its last polls say. Times are seconds of the monotonic clock."""

import time

AWAY_AFTER_S = 2.0
"""A store that has not answered a poll for this long is unavailable: reads fail at once, caches give their age."""


class Reach:
    """One store with the outcome of its last polls."""

    __slots__ = ("_failing", "_reached_at", "_why", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._reached_at: float | None = None
        self._failing = True
        self._why = "It has not answered yet."

    def reached(self) -> None:
        """The poll got an answer."""
        self._reached_at, self._failing, self._why = time.monotonic(), False, ""

    def missed(self, error: BaseException) -> None:
        """The poll got none."""
        self._failing, self._why = True, str(error) or "It did not answer in time."

    @property
    def failing(self) -> bool:
        """Whether the last poll failed."""
        return self._failing

    @property
    def why(self) -> str:
        """What the last failed poll said; empty while all is well."""
        return self._why

    @property
    def silent_s(self) -> float | None:
        """Seconds since the last answer; None when there never was one."""
        return None if self._reached_at is None else time.monotonic() - self._reached_at

    @property
    def is_unavailable(self) -> bool:
        """Whether what we know of it is too old to vouch for."""
        silent_s = self.silent_s
        return self._failing and (silent_s is None or silent_s > AWAY_AFTER_S)
