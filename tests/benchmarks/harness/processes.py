"""What processes cost: CPU seconds from /proc, wall time and peak memory of a child."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

_TICKS = os.sysconf("SC_CLK_TCK")
_STATE, _PARENT, _GROUP = 0, 1, 2
_USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM = 11, 12, 13, 14
_RESIDENT = 21


class Cost(msgspec.Struct, frozen=True):
    """What one whole process cost, its start included."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    output: str


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; empty for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()


def _seconds(fields: Sequence[str], *positions: int) -> float:
    return sum(int(fields[position]) for position in positions) / _TICKS


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def cpu_of_group(group: int) -> float:
    """CPU seconds of the living processes of a process group: a server, its workers, their threads."""
    found = (_stat(pid) for pid in _pids())
    return sum(_seconds(fields, _USER, _SYSTEM) for fields in found if fields and int(fields[_GROUP]) == group)


def memory_of_group(group: int) -> float:
    """Resident MiB of the living processes of a process group; what they share counts for each."""
    pages = [int(fields[_RESIDENT]) for fields in map(_stat, _pids()) if fields and int(fields[_GROUP]) == group]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_of_family(main: int) -> float:
    """CPU seconds of a process and of its children, ended ones too: PostgreSQL with all of its back ends."""
    fields = _stat(main)
    if not fields:
        return 0.0
    children = (_stat(pid) for pid in _pids())
    living = sum(_seconds(child, _USER, _SYSTEM) for child in children if child and int(child[_PARENT]) == main)
    return living + _seconds(fields, _USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM)


def run(command: Sequence[str], environment: Mapping[str, str], errors: Path) -> Cost:
    """Run a command to its end and measure it.

    Raises:
        RuntimeError: it failed; the message has the last words it wrote to `errors`.
    """
    began = time.perf_counter()
    with errors.open("wb") as log:
        process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    wall = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError(f"{command[-1]} failed: {errors.read_text(errors='replace')[-600:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)
