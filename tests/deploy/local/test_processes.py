"""Only processes that we started are ever ended, and those with everything they started."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from deploy.local.system import processes
from deploy.local.system.processes import ProcessMark

_PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', {child!r}])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep({seconds})\n"
)
_SLEEP = "import time; time.sleep(300)"
_DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"

Start = Callable[..., tuple[ProcessMark, ProcessMark]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a process that leads a session and has a child; gives both."""
    started = []

    def run(child: str = _SLEEP, seconds: int = 300) -> tuple[ProcessMark, ProcessMark]:
        program = _PARENT.format(child=child, seconds=seconds)
        parent = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(parent)
        leader = processes.mark(parent.pid)  # before it speaks: it may end right after
        assert parent.stdout is not None
        follower = processes.mark(int(parent.stdout.readline()))
        assert leader is not None
        assert follower is not None
        return leader, follower

    yield run
    for parent in started:
        parent.kill()
        parent.wait()


def test_a_session_ends_with_all_it_started(start: Start) -> None:
    parent, child = start()
    processes.stop_session(parent)
    assert not processes.is_alive(parent)
    assert not processes.is_alive(child)


def test_what_ignores_the_request_is_killed(start: Start) -> None:
    parent, child = start(_DEAF)
    time.sleep(0.3)  # until the child has set its deaf ear
    processes.stop_session(parent, grace_s=1)
    assert not processes.is_alive(child)


def test_children_of_a_leader_that_is_gone_are_ended(start: Start) -> None:
    parent, child = start(seconds=0)
    while processes.is_alive(parent):
        time.sleep(0.02)
    assert processes.is_alive(child)
    processes.stop_session(parent)
    assert not processes.is_alive(child)


def test_a_pid_that_is_somebody_elses_by_now_is_left_alone(start: Start) -> None:
    parent, child = start()
    former = ProcessMark(parent.pid, parent.started - 3600)
    assert not processes.is_alive(former)
    processes.stop_session(former)
    assert processes.is_alive(parent)
    assert processes.is_alive(child)


def test_a_zombie_is_not_alive(start: Start) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _SLEEP])
    found = processes.mark(parent.pid)
    assert found is not None
    parent.send_signal(signal.SIGKILL)
    while processes.is_alive(found):
        time.sleep(0.02)
    parent.wait()
