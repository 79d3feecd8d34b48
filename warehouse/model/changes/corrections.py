"""What a correction is."""

from collections.abc import Iterable
from typing import Final, Literal

from warehouse.model.changes.differences import Difference, State
from warehouse.model.kinds import KINDS
from warehouse.model.overrides import OVERRIDE

Operation = Literal["created", "updated", "corrected", "withdrawn"]
OPERATIONS: Final[tuple[Operation, ...]] = ("created", "updated", "corrected", "withdrawn")

READ_AGAIN: Final = "The same documents were read again by a newer version of the readers."
"""The reason of a change that Parliament had no part in."""
CORRECTABLE: Final[dict[str, frozenset[str]]] = {
    name: kind.correctable for name, kind in KINDS.items() if kind.correctable
}
"""The fields by entity that Parliament does not change in the normal course of things once it has published them."""


def corrected(
    entity: str, source: str, old: State, found: Iterable[Difference], reason: str | None = None
) -> list[Difference]:
    """Those differences by which Parliament changed its own record after publishing it.

    A value is corrected when it had been published and is now another one, or gone. What was not published before and
    now is, is news: the French subject that follows the English one, the ballots that follow the totals, the date of a
    reading that has taken place.

    Of a vote these count: its time, subject, result, bill, announced totals, and its ballots once there are any: a
    ballot that is added, removed or changed. What is counted from ballots follows from them and does not count itself.
    Of a bill: its titles, the day it was introduced, the days of its readings and of royal assent. Its status, latest
    activity, stages, sponsor and publications change as it goes through Parliament. A provisional bill, which only a
    vote has named, has no such value yet, so completing it corrects nothing.
    Members and sessions go on changing by nature; nothing of them counts. Nor does what editors change here: `source`
    is where the change is from. And when we read the same documents again and better, the fault was ours.
    """
    if source == OVERRIDE or reason == READ_AGAIN:
        return []
    fields = CORRECTABLE.get(entity, frozenset())
    return [each for each in found if (name := each.path.split("/")[1]) in fields and old.get(name) not in (None, [])]


def operation_of(
    entity: str, op: str, source: str, old: State, found: Iterable[Difference], *, reason: str | None = None
) -> Operation:
    """What readers are told a change is, of what the log says and the state before it."""
    if op == "created":
        return "created"
    if op == "withdrawn":
        return "withdrawn"
    return "corrected" if corrected(entity, source, old, found, reason) else "updated"
