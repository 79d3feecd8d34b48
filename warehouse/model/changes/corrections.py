"""What a correction is."""

from collections.abc import Iterable
from typing import Final, Literal

from warehouse.model.changes.differences import Difference, State
from warehouse.model.kinds import KINDS
from warehouse.model.overrides import OVERRIDE

Operation = Literal["created", "updated", "corrected", "withdrawn"]
OPERATIONS: Final[tuple[Operation, ...]] = ("created", "updated", "corrected", "withdrawn")

READ_AGAIN: Final = "The same documents were read again by a newer version of the readers."
"""The reason of a change that was not made by Parliament."""
CORRECTABLE: Final[dict[str, frozenset[str]]] = {
    name: kind.correctable for name, kind in KINDS.items() if kind.correctable
}
"""By entity, the fields that Parliament normally does not change after publishing them."""


def corrected(
    entity: str, source: str, old: State, found: Iterable[Difference], reason: str | None = None
) -> list[Difference]:
    """The differences by which Parliament corrected its own record after publishing it.

    A value is corrected if it had been published and is now different or gone. A value published for the first time is
    news, not a correction: the French subject that follows the English one, the ballots that follow the totals, the
    date of a reading that has taken place.

    For votes these count: time, subject, result, bill, announced totals, and ballots once there are any (added, removed
    or changed). Counts of ballots are derived and do not count themselves. For bills: titles, and the days of
    introduction, readings and royal assent. Status, latest activity, stages, sponsor and publications change as a bill
    progresses. A provisional bill, named only by a vote, has none of these values yet, so completing it is not a
    correction. Members and sessions change by nature and never count. Changes by editors do not count either (`source`
    is the origin of the change), nor do changes from reading the same documents again with a newer version.
    """
    if source == OVERRIDE or reason == READ_AGAIN:
        return []
    fields = CORRECTABLE.get(entity, frozenset())
    return [each for each in found if (name := each.path.split("/")[1]) in fields and old.get(name) not in (None, [])]


def operation_of(
    entity: str, op: str, source: str, old: State, found: Iterable[Difference], *, reason: str | None = None
) -> Operation:
    """The operation as published, from the log's operation and the differences."""
    if op == "created":
        return "created"
    if op == "withdrawn":
        return "withdrawn"
    return "corrected" if corrected(entity, source, old, found, reason) else "updated"
