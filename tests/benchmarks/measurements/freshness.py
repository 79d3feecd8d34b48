"""From stored to visible: how long a change takes into lists, cached answers, search and statistics, under load."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

import msgspec

from tests.benchmarks.harness.installation import Installation
from tests.benchmarks.harness.servers import get
from tests.benchmarks.harness.streams import Stream, following, has_kafka, serving, stream
from tests.benchmarks.harness.tables import Table
from tests.support.data.samples import bill, vote
from warehouse.model.entities import Vote
from warehouse.postgres.aggregates.store import BILLS, VOTES, Incoming, store_sharded

_RATES: Final = (500, 250, 125)
"""Changed entities a second; a lower one is tried where a higher one cannot be held."""
_EVERY_S: Final = 0.5
"""A load stores 250 entities a transaction and shard at most; that is what 500 a second come to."""
_VOTES_IN: Final = 10
"""One entity in so many is a vote, with the ballots of a whole House."""
_MEMBERS: Final = 338
_BILLS, _VOTES = 2_000, 100
_SECONDS, _WARM_UP_S = 20, 5
_GOAL_S: Final = 2.0
_LOOK_EVERY_S: Final = 0.1
_PATIENCE_S: Final = 60
_LOOKS: Final[dict[str, tuple[str, Callable[[Any], str]]]] = {
    "list tables (a list)": ("/api/v1/bills?session=1-1&number=C-1", lambda body: body["data"][0]["title"]["en"]),
    "cache (a bill)": ("/api/v1/bills/1-1/C-1", lambda body: body["data"]["title"]["en"]),
    "search": ("/api/v1/search?q=C-1&session=1-1&type=bill", lambda body: body["data"][0]["title"]["en"]),
    "statistics of a vote": (
        "/api/v1/statistics/votes/1-1/commons/1",
        lambda body: body["data"]["subject"]["en"],
    ),
    "ClickHouse (splits)": ("/api/v1/statistics/splits?session=1-1", lambda body: body["data"][0]["subject"]),
}
"""Where to look, and where in the answer the marked text is. The caucus split in the marked vote only."""


class Written(msgspec.Struct):
    """When each turn was committed on every shard."""

    committed_at: list[float] = []
    late_s: float = 0.0
    """How far the writer fell behind its rate."""


class Seen(msgspec.Struct, frozen=True):
    """What one rate came to."""

    rate: float
    late_s: float
    delays_s: dict[str, list[float]]

    @property
    def is_held(self) -> bool:
        """Whether everything was written in time, and was visible in time."""
        return self.late_s < 1 and all(percentile(each, 99) <= _GOAL_S for each in self.delays_s.values())


def measure(installed: Installation) -> list[Table]:
    """Without Kafka and with it, each from the highest rate downwards until one is held."""
    table = Table(
        f"Stored → visible, {_SECONDS} s at a constant rate; goal p99 ≤ {_GOAL_S:.0f} s",
        ["where", "way", "entities/s", "turns", "p50 s", "p99 s", "longest s", ""],
    )
    ways = {"change logs → consume all": False, "relay → Kafka → consume all": True}
    for way, kafka in ways.items():
        if kafka and not has_kafka():
            table.note("With Kafka nothing was measured: this machine has no JDK or no Maven.")
            continue
        with stream(installed, f"freshness_{'kafka' if kafka else 'logs'}", kafka=kafka) as found:
            for seen in _until_held(found, kafka=kafka):
                _add(table, way, seen)
    table.note(
        f"Every {_EVERY_S} s a batch is stored: nine in ten are bills, one is a vote of {_MEMBERS} ballots. A turn is "
        "stored when the last shard has committed, and visible when an answer of the API has it; answers are asked for "
        f"every {_LOOK_EVERY_S * 1000:.0f} ms at each place. Writer, PostgreSQL, ClickHouse's engine, the API, the "
        "consumers and whoever asks (and with Kafka the relay and one broker) share this machine's cores."
    )
    return [table]


def _until_held(found: Stream, *, kafka: bool) -> list[Seen]:
    tried: list[Seen] = []
    with ExitStack() as stack:
        _store(found, 0, _BILLS + _VOTES)
        if kafka:
            stack.enter_context(following(found, "relay"))
        stack.enter_context(following(found, "consume", "all"))
        url = stack.enter_context(serving(found))
        for rate in _RATES:
            tried.append(_at(found, url, rate))
            if tried[-1].is_held:
                break
    return tried


def _at(found: Stream, url: str, rate: int) -> Seen:
    """Write at a rate while each place is looked at; turns of the first seconds are not counted."""
    written, ended = Written(), threading.Event()
    base = time.monotonic_ns()
    _store(found, base, 1)
    delays: dict[str, dict[int, float]] = {name: {} for name in _LOOKS}
    lookers = [
        threading.Thread(target=_look, args=(url + path, text, base, written, delays[name], ended))
        for name, (path, text) in _LOOKS.items()
    ]
    _until(lambda: all(_turn(url + path, text) == base for path, text in _LOOKS.values()))
    for thread in lookers:
        thread.start()
    began = time.monotonic()
    for turn in range(int((_WARM_UP_S + _SECONDS) / _EVERY_S)):
        due = began + turn * _EVERY_S
        time.sleep(max(0.0, due - time.monotonic()))
        _store(found, base + turn + 1, int(rate * _EVERY_S))
        written.committed_at.append(time.monotonic())
    written.late_s = time.monotonic() - due - _EVERY_S
    took = time.monotonic() - began
    last = len(written.committed_at) - 1
    _until(lambda: all(last in each for each in delays.values()))
    ended.set()
    for thread in lookers:
        thread.join()
    first = int(_WARM_UP_S / _EVERY_S)
    return Seen(
        (last + 1) * int(rate * _EVERY_S) / took,
        written.late_s,
        {name: [each[turn] for turn in range(first, last + 1)] for name, each in delays.items()},
    )


def _look(
    url: str,
    text: Callable[[Any], str],
    base: int,
    written: Written,
    delays: dict[int, float],
    ended: threading.Event,
) -> None:
    """Ask again and again; with the turn that is seen, all earlier ones are."""
    following_turn = 0
    while not ended.wait(_LOOK_EVERY_S):
        seen = _turn(url, text) - base - 1
        at = time.monotonic()
        while following_turn <= seen:
            if following_turn >= len(written.committed_at):
                break  # visible before the writer has noted that it is stored
            delays[following_turn] = max(0.0, at - written.committed_at[following_turn])
            following_turn += 1


def _turn(url: str, text: Callable[[Any], str]) -> int:
    """The turn that an answer shows; -1 where the marked entity is not there yet."""
    try:
        return int(text(json.loads(get(url)[0])).removeprefix("Turn "))
    except (OSError, LookupError):
        return -1


def _until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not reached():
        if time.monotonic() > end:
            raise RuntimeError(f"What was stored was not visible everywhere within {_PATIENCE_S} s.")
        time.sleep(0.1)


def _store(found: Stream, turn: int, count: int) -> None:
    """Change `count` entities, other ones from turn to turn, and always the bill and the vote that are looked at."""
    votes = max(1, count // _VOTES_IN)
    bills = max(1, count - votes)
    text = f"Turn {turn}"
    numbers = {1, *((turn * bills + each) % _BILLS + 1 for each in range(1, bills))}
    store_sharded(found.shards, BILLS, [bill(number, title=text) for number in sorted(numbers)])
    numbers = {1, *((turn * votes + each) % _VOTES + 1 for each in range(1, votes))}
    store_sharded(found.shards, VOTES, [_vote(number, text) for number in sorted(numbers)])


def _vote(number: int, text: str) -> Incoming[Vote]:
    made = vote(number, members=_MEMBERS, nays=frozenset({2}) if number == 1 else frozenset())
    return Incoming(msgspec.structs.replace(made.root, subject_en=text), made.provenance)


def percentile(values: list[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _add(table: Table, way: str, seen: Seen) -> None:
    for name, delays in seen.delays_s.items():
        p99 = percentile(delays, 99)
        table.add(
            name,
            way,
            f"{seen.rate:,.0f}",
            f"{len(delays)}",
            f"{percentile(delays, 50):.2f}",
            f"{p99:.2f}",
            f"{max(delays):.2f}",
            "held" if p99 <= _GOAL_S else "MISSED",
        )
    if seen.late_s >= 1:
        table.note(f"At {seen.rate:,.0f}/s by {way} the writer itself was {seen.late_s:.1f} s behind in the end.")
