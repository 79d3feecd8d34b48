"""Moves buckets to other shards while they are read and written; if it is interrupted, it resumes where it was.

Copy and catch up → fence the source → copy the rest, compare → open the target → switch the map → wait for readers with
an older map → compare the logs → delete at the source. Until the target is opened a move can be given up.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import msgspec

from warehouse.model.changes.events import Position
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log.relay_positions import relayed
from warehouse.postgres.shards import bucket_fences as gates
from warehouse.postgres.shards import moves
from warehouse.postgres.shards.bucket_copy import Copy
from warehouse.postgres.shards.moves import Move
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import MoveGivenUp, OpenPolicyError, SettingInvalid
from warehouse.runtime.failpoints import failpoint

GRACE_S: Final = 30.0
"""How long the source keeps rows after the switch. Readers poll the map twice a second."""
PATIENCE_S: Final = 10.0
"""How long a switch may take, during which the bucket cannot be written."""
_LOOK_EVERY_S: Final = 0.02
Told = Callable[[], None]


class Resharded(msgspec.Struct, frozen=True, kw_only=True):
    """The result of moving buckets."""

    switched: int
    """Buckets that were switched to another owner."""
    deleted: int
    """Buckets whose rows are gone from their former owner."""
    seconds: float
    longest_switch_s: float
    """The longest time for which a bucket could not be written; 0 if none was switched."""


class Mover:
    """Moves the buckets of one installation."""

    def __init__(
        self, catalog: Database, shards: Shards, *, grace_s: float = GRACE_S, patience_s: float = PATIENCE_S
    ) -> None:
        self._catalog, self._shards = catalog, shards
        self._grace_s, self._patience_s = grace_s, patience_s

    def run(
        self,
        only: Collection[int] | None = None,
        switched: Told = lambda: None,
        deleted: Told = lambda: None,
    ) -> Resharded:
        """Complete every open move, or those of some buckets. `switched` and `deleted` are called for each.

        Raises:
            SettingInvalid: the URLs are in a wrong order, or some process does not know the new shard yet.
            MoveGivenUp: a bucket cannot be switched now; it is complete at its source.
            StoreUnavailable: a database is unavailable, or another process moves buckets.
        """
        began, slowest, counts = time.monotonic(), 0.0, [0, 0]
        with moves.lead(self._catalog):
            found = [move for move in moves.open_moves(self._catalog) if only is None or move.bucket in only]
            self._check(found)
            ends: list[tuple[float, Move]] = []
            for move in found:
                age_s = move.switched_s or 0.0
                if move.state != "switched":
                    slowest = max(slowest, self._move(move))
                    counts[0] += 1
                    switched()
                ends.append((time.monotonic() + self._grace_s - age_s, move))
            for end, move in sorted(ends, key=lambda each: each[0]):
                time.sleep(max(0.0, end - time.monotonic()))
                self._delete(move)
                counts[1] += 1
                deleted()
        return Resharded(
            switched=counts[0], deleted=counts[1], seconds=time.monotonic() - began, longest_switch_s=slowest
        )

    def _check(self, found: Collection[Move]) -> None:
        needed = max((max(move.source, move.target) for move in found), default=-1) + 1
        if needed > len(self._shards.databases):
            raise SettingInvalid(
                f"OPENPOLICY_SHARD_URLS lists {len(self._shards.databases)} shards, shard_{needed - 1} is not in it.",
                fix="Append its URL for every process (or `openpolicy stop` and `run`), restart them, and move then.",
            )
        for number, database in enumerate(self._shards.databases):
            said = gates.number_of(database)
            if said not in {None, number}:
                raise SettingInvalid(
                    f"OPENPOLICY_SHARD_URLS lists the database of shard_{said} as shard_{number}.",
                    fix="List the shards in the order they were added.",
                )
        if outdated := moves.outdated(self._catalog, needed):
            raise SettingInvalid(
                f"Processes that do not know shard_{needed - 1} are connected: {'; '.join(outdated)}.",
                fix="Append its URL to their OPENPOLICY_SHARD_URLS and restart them.",
            )

    def _copy(self, move: Move) -> Copy:
        return Copy(move, self._shards.databases[move.source], self._shards.databases[move.target])

    def _move(self, move: Move) -> float:
        """Copy and switch one bucket; returns for how many seconds nobody could write it."""
        moves.begin(self._catalog, move)
        failpoint("reshard.after_begin")
        copy = self._copy(move)
        began = time.monotonic()
        if not gates.arrive(copy.target, move):
            copy.catch_up()
            with self._given_up(move):
                self._require_relayed(copy, gates.end_of_log(copy.source, _name(move.source), move.bucket))
            began = time.monotonic()
            with self._given_up(move, copy.source):
                gates.fence(copy.source, move)
                failpoint("reshard.after_fence")
                end = self._finish(copy)
            gates.open_target(copy.target, move, end)
            failpoint("reshard.after_open")
        seconds = time.monotonic() - began
        moves.switch(self._catalog, move, seconds)
        failpoint("reshard.after_switch")
        return seconds

    @contextmanager
    def _given_up(self, move: Move, fenced: Database | None = None) -> Iterator[None]:
        """Whatever goes wrong, leave the bucket whole and writable where it was."""
        try:
            yield
        except BaseException as error:
            with suppress(OpenPolicyError):
                if fenced is not None:
                    gates.unfence(fenced, move)
                moves.give_up(self._catalog, move, str(error))
            raise

    def _finish(self, copy: Copy) -> gates.EndOfLog | None:
        """All that remains while nobody writes the bucket; returns the end of its log."""
        move = copy.move
        copy.catch_up()
        if parts := copy.differences():
            raise MoveGivenUp(f"Bucket {move.bucket} is not the same on both shards: {'; '.join(parts)}.")
        end = gates.end_of_log(copy.source, _name(move.source), move.bucket)
        if end is not None and end.log == _name(move.source):
            what = f"Readers of the log of {end.log} are held back by an older transaction"
            self._wait(move, what, lambda: gates.is_settled(copy.source, end.position))
        until = gates.recorded_until(copy.source, move.bucket)
        if until is not None:
            self._wait(move, f"The clock of {_name(move.target)} is behind", lambda: gates.is_after(copy.target, until))
        self._require_relayed(copy, end)
        failpoint("reshard.after_check")
        return end

    def _require_relayed(self, copy: Copy, end: gates.EndOfLog | None) -> None:
        """Where a relay publishes the source's log, what the target will log must not overtake it in Kafka."""
        source, target = _name(copy.move.source), _name(copy.move.target)
        if relayed(copy.source, source) is None:
            return
        if relayed(copy.target, target) is None:
            raise MoveGivenUp(
                f"The relay publishes {source} and not {target}.",
                fix=f"Restart `openpolicy relay` with the URL of {target}, then try again.",
            )
        if end is not None and end.log == source:
            self._wait(
                copy.move,
                f"The relay has not published all of {source}",
                lambda: _published(copy.source, source) >= end.position,
            )

    def _wait(self, move: Move, what: str, until: Callable[[], bool]) -> None:
        end = time.monotonic() + self._patience_s
        while not until():
            if time.monotonic() > end:
                raise MoveGivenUp(
                    f"{what}: not ended within {self._patience_s:.0f} s, so bucket {move.bucket} stays.",
                    fix="Try again with `openpolicy shards move`, with a larger --patience if need be.",
                )
            time.sleep(_LOOK_EVERY_S)

    def _delete(self, move: Move) -> None:
        """Delete at the source what the target provably has."""
        copy = self._copy(move)
        if parts := copy.log_differences(gates.opened_after(copy.target, move)):
            raise MoveGivenUp(
                f"The log of bucket {move.bucket} is not the same on both shards: {'; '.join(parts)}.",
                fix="Its rows stay on both; `openpolicy verify` says more.",
            )
        failpoint("reshard.before_delete")
        copy.delete()
        failpoint("reshard.after_delete")
        moves.done(self._catalog, move)


def _name(shard: int) -> str:
    return f"shard_{shard}"


def _published(database: Database, name: str) -> Position:
    known = relayed(database, name)
    return known[0] if known else Position()
