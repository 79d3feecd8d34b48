"""Where the measured documents come from: the recorded Parliament if it is here, else an invented one of a known size.

`python -m tests.benchmarks.harness.parliament PORT` answers as the invented one.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.upstream.server import running
from assets.upstream.simulator import SimulatedUpstream
from deploy.local.system.ports import free_port
from tests.benchmarks.harness.installation import child

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data"
_SESSIONS = ("90-1", "90-2", "91-1")
_MEMBERS, _BILLS, _VOTES = 338, 600, 400


def is_recorded() -> bool:
    """Whether the recorded documents are on this machine."""
    return (RECORDED / "MANIFEST.csv").exists()


def description() -> str:
    """What is loaded, for the head of the tables."""
    if is_recorded():
        return "the recorded Parliament (../shared/data), answered by a local replay in its own process"
    return (
        f"an invented Parliament of {_MEMBERS} seats, {len(_SESSIONS)} sessions of {_BILLS} bills and {_VOTES} votes, "
        "because ../shared/data is missing: the goals for the recorded one do not apply"
    )


@contextmanager
def upstream(folder: Path) -> Iterator[str]:
    """The documents, answered by a process of their own; its base URL."""
    port = free_port()
    replay = [sys.executable, "-m", "deploy.cli", "upstream", "--source", str(RECORDED), "--port", str(port)]
    invented = [sys.executable, "-m", "tests.benchmarks.harness.parliament", str(port)]
    with child("upstream", replay if is_recorded() else invented, folder, {}, port):
        yield f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    invented_parliament = SimulatedUpstream(sessions=_SESSIONS, members=_MEMBERS, bills=_BILLS, votes=_VOTES)
    with running(invented_parliament, int(sys.argv[1])):
        threading.Event().wait()
