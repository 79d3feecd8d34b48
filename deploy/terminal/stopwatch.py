"""Where the seconds of a start go: by the clock for who waits, and in CPU seconds, which other work leaves alone."""

import time
from collections.abc import Iterable

import psutil

from deploy.local.system.processes import ProcessMark


class Stopwatch:
    """Laps since this process began, its own start included."""

    def __init__(self) -> None:
        self._began: float = psutil.Process().create_time()
        self._last: float = self._began
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """What took the time since the last lap."""
        now = time.time()
        self.laps[name] = round(now - self._last, 1)
        self._last = now

    @property
    def total(self) -> float:
        """Seconds until the last lap."""
        return round(self._last - self._began, 1)

    def __str__(self) -> str:
        return ", ".join(f"{name} {seconds:.1f}" for name, seconds in self.laps.items())


def cpu_seconds(servers: Iterable[tuple[str, ProcessMark]]) -> dict[str, float]:
    """CPU seconds so far of this process, `run`, and of each server with what it started."""
    used = {"run": _used(psutil.Process())}
    for name, process in servers:
        try:
            leader = psutil.Process(process.pid)
            used[name] = sum(_used(each) for each in (leader, *leader.children(recursive=True)))
        except psutil.Error:
            continue
    return {name: round(seconds, 1) for name, seconds in used.items()}


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return sum(float(getattr(times, kind)) for kind in ("user", "system", "children_user", "children_system"))
