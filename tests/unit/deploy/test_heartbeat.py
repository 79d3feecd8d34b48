"""No silence longer than promised, and none broken where something moves."""

import time

from assets.progress import Silent
from deploy.terminal.heartbeat import SILENCE_S, Heartbeat


def test_silence_is_broken_with_what_is_waited_for_and_since_when() -> None:
    said: list[str] = []
    voice = Heartbeat(said.append, Silent(), every_s=0.2)
    with voice.beating():
        voice.say("Starting the API …")
        time.sleep(0.9)
    assert said[0] == "Starting the API …"
    assert len(said) > 1
    assert all(line.startswith("Starting the API … ") and line.endswith(" s") for line in said[1:])
    assert SILENCE_S < 3


def test_a_task_is_named_and_one_that_moves_is_left_alone() -> None:
    class Moving(Silent):
        moves = True

    for progress, expected in ((Silent(), "ballots 91-1 … 0 s"), (Moving(), None)):
        said: list[str] = []
        voice = Heartbeat(said.append, progress, every_s=0.2)
        with voice.beating():
            voice.start("ballots 91-1", 80)
            time.sleep(0.5)
        assert (said[0] if said else None) == expected
