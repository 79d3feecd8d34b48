"""No silence longer than promised, and none broken where something moves."""

import re
import time
from collections.abc import Callable

from assets.progress import Silent
from deploy.terminal.heartbeat import SILENCE_S, Heartbeat


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "nothing is said"
        time.sleep(0.05)


def test_silence_is_broken_with_what_is_waited_for_and_since_when() -> None:
    said: list[str] = []
    voice = Heartbeat(said.append, Silent(), every_s=0.2)
    with voice.beating():
        voice.say("Starting the API …")
        until(lambda: len(said) > 1)
    assert said[0] == "Starting the API …"
    assert len(said) > 1
    assert all(line.startswith("Starting the API … ") and line.endswith(" s") for line in said[1:])
    assert SILENCE_S < 3


def test_a_task_is_named_and_one_that_moves_is_left_alone() -> None:
    class Moving(Silent):
        moves = True

    for progress, expected in ((Silent(), r"ballots 91-1 … \d+ s"), (Moving(), None)):
        said: list[str] = []
        voice = Heartbeat(said.append, progress, every_s=0.2)
        with voice.beating():
            voice.start("ballots 91-1", 80)
            if expected is None:
                time.sleep(0.5)
            else:
                until(lambda: bool(said))  # noqa: B023
        assert bool(said) == (expected is not None)
        assert all(re.fullmatch(expected or "", line) for line in said)
