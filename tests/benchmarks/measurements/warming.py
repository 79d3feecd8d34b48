"""Whether answers should be made before they are asked for: simulated traffic of one process, by the model's clock.

People come as a Poisson process, land by Zipf's law and walk: from a list to an entity, to its parts, back, or away.
One core answers in turn; what is warmed runs while nobody waits, within its share. Entries, their versions and what is
hot are the product's own code. The predictor is an order-1 Markov chain with decay, as published caches have it.
"""

import bisect
import itertools
import random
import statistics
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Final

import msgspec

from serving.core.http.warming import MOST, SHARE, outdated_and_hot
from tests.benchmarks.harness.installation import Installation
from tests.benchmarks.harness.tables import Table
from warehouse.cache.memory import Memory
from warehouse.runtime.versions import Cell

Address = tuple[str, int]
"""Kind and number."""


class TraceParameters(msgspec.Struct, frozen=True, kw_only=True):
    """What the trace is drawn from."""

    seconds: int = 1_200
    visits_a_second: float = 10.0
    continues: float = 0.8
    """Chance that a visitor goes on after a page."""
    thinks_s: float = 5.0
    """Mean time between two pages of a visit."""
    zipf: float = 1.0
    """Of landing pages and of entities: the n-th is asked for in proportion to 1 / n ** zipf."""
    changes_every_s: float = 30.0
    """Mean time between two changes; each is of one entity, and so of all lists, figures and searches."""
    seed: int = 45


_SIZES: Final = {
    "list": 60,
    "bill": 4_000,
    "vote": 3_000,
    "ballots": 3_000,
    "member": 340,
    "figures": 200,
    "search": 500,
}
"""Addresses of each kind."""
COST_MS: Final = {
    "hit": 0.06,
    "list": 3.2,
    "bill": 0.8,
    "vote": 0.8,
    "ballots": 5.2,
    "member": 1.0,
    "figures": 12.0,
    "search": 6.0,
}
"""CPU of an answer out of memory and of a computed one, as `make bench ARGS="serving tiers"` measures them."""
_BYTES: Final = {
    "list": 36_000,
    "bill": 1_900,
    "vote": 1_500,
    "ballots": 60_000,
    "member": 4_000,
    "figures": 20_000,
    "search": 30_000,
}
_LANDS: Final = {"list": 0.35, "bill": 0.3, "vote": 0.1, "member": 0.1, "search": 0.1, "figures": 0.05}
_NEXT: Final[dict[str, dict[str, float]]] = {
    "list": {"bill": 0.5, "vote": 0.3, "list": 0.2},
    "bill": {"vote": 0.5, "list": 0.3, "search": 0.2},
    "vote": {"ballots": 0.6, "bill": 0.2, "figures": 0.2},
    "ballots": {"member": 0.6, "vote": 0.4},
    "member": {"vote": 0.5, "figures": 0.3, "list": 0.2},
    "figures": {"figures": 0.5, "member": 0.5},
    "search": {"bill": 0.7, "search": 0.3},
}
_MEMORY: Final = 64 * 1024 * 1024
_BUCKETS: Final = 1_024
_HALF_LIFE_S: Final = 1_800.0
_FOLLOWERS: Final = 3
"""Pages that are predicted after one."""
_LIKELY: Final = 0.15
"""Share of a page's followers from which on one is predicted."""
_ENTITIES: Final = ("bill", "vote", "ballots", "member")


class Request(msgspec.Struct, frozen=True):
    """One request of the trace."""

    at: float
    visitor: int
    address: Address


def trace(parameters: TraceParameters) -> list[Request]:
    """Every request, in order of time."""
    chance = random.Random(parameters.seed)
    weights = {
        kind: list(itertools.accumulate((rank + 1) ** -parameters.zipf for rank in range(size)))
        for kind, size in _SIZES.items()
    }

    def drawn(kind: str) -> int:
        return bisect.bisect_left(weights[kind], chance.random() * weights[kind][-1])

    def followed(kind: str, address: Address) -> Address:
        """Parts belong to what they are part of; what a page links to is mostly the same few for everybody."""
        if (address[0], kind) in {("vote", "ballots"), ("ballots", "vote")}:
            return kind, address[1]
        if address[0] in {"search", "figures"} or kind in {"list", "search"} or chance.random() < 0.3:
            return kind, drawn(kind)
        return kind, (address[1] * 31 + int(chance.expovariate(0.5))) % _SIZES[kind]

    found: list[Request] = []
    at, visitors = 0.0, itertools.count()
    while (at := at + chance.expovariate(parameters.visits_a_second)) < parameters.seconds:
        visitor, moment = next(visitors), at
        kind = chance.choices(list(_LANDS), list(_LANDS.values()))[0]
        address = kind, drawn(kind)
        while True:
            found.append(Request(moment, visitor, address))
            if chance.random() >= parameters.continues:
                break
            moment += chance.expovariate(1 / parameters.thinks_s)
            following = _NEXT[address[0]]
            address = followed(chance.choices(list(following), list(following.values()))[0], address)
    return sorted(found, key=lambda request: request.at)


def changes(parameters: TraceParameters) -> Iterator[tuple[float, Address]]:
    """When something changes, and what: mostly what is popular, for that is what Parliament works on."""
    chance = random.Random(parameters.seed + 1)
    at = 0.0
    while True:
        at += chance.expovariate(1 / parameters.changes_every_s)
        kind = chance.choice(("bill", "vote"))
        yield at, (kind, min(int(chance.expovariate(0.01)), _SIZES[kind] - 1))


class Kept:
    """An entry as far as memory and warming look at it."""

    __slots__ = ("cell", "hits", "size", "version")

    def __init__(self, cell: Cell, size: int) -> None:
        self.cell, self.version, self.size, self.hits = cell, cell.version, size, 0


class Predictor:
    """Which page follows which, with decay; bounded to the likeliest followers of each."""

    def __init__(self) -> None:
        self._next: defaultdict[Address, dict[Address, float]] = defaultdict(dict)
        self._last: dict[int, Address] = {}

    def follow(self, request: Request) -> list[Address]:
        """Learn from a request, and say what its visitor is likely to ask for next."""
        weight = 2 ** (request.at / _HALF_LIFE_S)
        before = self._last.get(request.visitor)
        if before is not None:
            followers = self._next[before]
            followers[request.address] = followers.get(request.address, 0.0) + weight
            if len(followers) > 32:
                del followers[min(followers, key=followers.__getitem__)]
        self._last[request.visitor] = request.address
        followers = self._next.get(request.address, {})
        total = sum(followers.values())
        likely = sorted(followers, key=followers.__getitem__, reverse=True)[:_FOLLOWERS]
        return [each for each in likely if total and followers[each] / total >= _LIKELY]


class Outcome(msgspec.Struct):
    """What one policy came to."""

    latencies_ms: list[float] = []
    hits: int = 0
    warmed: int = 0
    warming_ms: float = 0.0
    used: int = 0
    """Warmed answers that were asked for before they were outdated."""


def play(parameters: TraceParameters, requests: list[Request], *, refreshes: bool, predicts: bool) -> Outcome:
    """Answer the trace with one core."""
    memory: Memory[Address, Kept] = Memory(_MEMORY)
    cells: dict[str | tuple[str, int], Cell] = {}
    outcome, predictor = Outcome(), Predictor()
    waiting: deque[Address] = deque()
    warmed: set[Address] = set()
    coming = changes(parameters)
    change_at, changed = next(coming)
    free_at = rests_until = 0.0

    def cell_of(address: Address) -> Cell:
        kind, number = address
        kind = "vote" if kind == "ballots" else kind
        label = (kind, number % _BUCKETS) if kind in _ENTITIES else "all"
        cell = cells.get(label)
        if cell is None:
            cell = cells[label] = Cell(str(label), ())
            cell.version = 0
        return cell

    def is_known(address: Address) -> bool:
        entry = memory.get(address)
        return entry is not None and entry.version == entry.cell.version

    def make(address: Address) -> None:
        known = memory.get(address)
        entry = Kept(cell_of(address), _BYTES[address[0]])
        entry.hits = known.hits // 2 if known is not None else 0
        memory.put(address, entry)

    def warm_until(until: float) -> None:
        """Use the time in which nobody waits."""
        nonlocal free_at, rests_until
        while waiting:
            begins = max(free_at, rests_until)
            if begins >= until:
                return
            address = waiting.popleft()
            if is_known(address):
                continue
            cost_s = COST_MS[address[0]] / 1e3
            free_at, rests_until = begins + cost_s, begins + cost_s / SHARE
            make(address)
            warmed.add(address)
            outcome.warmed += 1
            outcome.warming_ms += cost_s * 1e3

    for request in requests:
        while change_at <= request.at:
            warm_until(change_at)
            for cell in (cell_of(changed), cell_of(("list", 0))):
                cell.version = int(cell.version or 0) + 1  # type: ignore[arg-type]
            if refreshes:
                hot = outdated_and_hot(memory, MOST)  # type: ignore[arg-type]
                waiting.extend(key for key, _ in hot)  # type: ignore[misc]
            change_at, changed = next(coming)
        warm_until(request.at)
        if is_known(request.address):
            outcome.hits += 1
            cost_ms = COST_MS["hit"]
            entry = memory.get(request.address)
            assert entry is not None
            entry.hits += 1
            if request.address in warmed:
                outcome.used += 1
        else:
            cost_ms = COST_MS[request.address[0]]
            make(request.address)
        warmed.discard(request.address)
        free_at = max(free_at, request.at) + cost_ms / 1e3
        outcome.latencies_ms.append((free_at - request.at) * 1e3)
        if predicts:
            waiting.extend(address for address in predictor.follow(request) if not is_known(address))
    return outcome


def measure(_installed: Installation) -> list[Table]:
    """Each policy on the same traces."""
    return [
        _table(f"Warming, a change every {each.changes_every_s:.0f} s, {each.visits_a_second:.0f} visits/s", each)
        for each in (
            TraceParameters(changes_every_s=300),
            TraceParameters(changes_every_s=30),
            TraceParameters(changes_every_s=2),
            TraceParameters(changes_every_s=30, visits_a_second=40.0, seconds=300),
        )
    ]


def _table(title: str, parameters: TraceParameters) -> Table:
    requests = trace(parameters)
    table = Table(
        f"{title}, {len(requests):,} requests",
        ["policy", "hit ratio", "mean ms", "p99 ms", "p99.9 ms", "warmed", "of them used", "CPU of warming / all"],
    )
    policies = {"nothing": (False, False), "refresh": (True, False), "prediction": (False, True), "both": (True, True)}
    for name, (refreshes, predicts) in policies.items():
        found = play(parameters, requests, refreshes=refreshes, predicts=predicts)
        points = statistics.quantiles(found.latencies_ms, n=1000)
        served = sum(found.latencies_ms)
        table.add(
            name,
            f"{found.hits / len(requests):.3f}",
            f"{served / len(requests):.2f}",
            f"{points[989]:.2f}",
            f"{points[998]:.2f}",
            f"{found.warmed:,}",
            f"{found.used / found.warmed:.0%}" if found.warmed else "",
            f"{found.warming_ms / (found.warming_ms + served):.0%}",
        )
    return table
