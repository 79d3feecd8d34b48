"""Change to row of a list table: one narrow row a bill, a vote, a member, with what lists filter and sort by."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, Final

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.model.entities import Bill, Member, Provenance, Vote
from warehouse.model.keys import BillNumber, session_order
from warehouse.model.kinds import KINDS, READING_DAYS, lists
from warehouse.model.read_models.lists import ListChange, ListRow
from warehouse.model.vocabulary.motions import MEANINGS, kind_of
from warehouse.model.vocabulary.readings import passed
from warehouse.statistics.counting.totals import closeness, margin
from warehouse.statistics.parties.splits import splits

_COMMON = ("state", "provenance", "recorded_at")
COLUMNS: dict[str, tuple[str, ...]] = {
    kind.list_table: ("key", "revision", *kind.list_columns, *_COMMON) for kind in lists()
}
"""The columns of each list table that a projected row fills, in order; key and revision come first."""


def project(entry: LogEntry) -> ListChange | None:
    """The list table and the row a change makes; None for entities that have no list table.

    Pure: the same change gives the same row, so applying it twice is as good as once.
    """
    table = KINDS[entry.entity].list_table
    return ListChange(table, _row_maker(entry.entity)(entry), entry.op == "withdrawn") if table else None


@cache
def _row_maker(name: str) -> Callable[[LogEntry], ListRow]:
    """Makes the rows of a kind. Where each column comes from is found once, not for every row."""
    kind = KINDS[name]
    compute = _COMPUTED.get(name, lambda _entity: {})
    fields = ["key", *(column for column in kind.list_columns if column in kind.fields)]
    computed = [column for column in kind.list_columns if column not in kind.fields]
    values = ["key", *fields, *computed, "revision", *_COMMON]
    field_values = attrgetter("key", *fields)
    in_order: Callable[[Any], ListRow] = itemgetter(*map(values.index, COLUMNS[kind.list_table]))
    decode = msgspec.json.Decoder(kind.struct).decode

    def row(entry: LogEntry) -> ListRow:
        entity = decode(entry.state)
        columns = compute(entity)
        return in_order((*field_values(entity), *map(columns.__getitem__, computed), entry.revision, *_common(entry)))

    return row


def _common(entry: LogEntry) -> tuple[Any, ...]:
    provenance = Provenance(
        source=entry.source,
        url=entry.source_url,
        document_sha256=entry.document_sha256,
        fetched_at=entry.fetched_at,
        overrides=entry.overrides,
    )
    return entry.state, msgspec.json.encode(provenance).decode(), entry.recorded_at


def number_order(number: str) -> int:
    """A number that sorts bills as people do: C-bills before S-bills, C-9 before C-10, C-44A after C-44."""
    bill = BillNumber.parse(number)
    suffix = ord(bill.suffix) - 64 if bill.suffix else 0
    return (0 if bill.prefix == "C" else 1_000_000) + bill.number * 30 + suffix


def _of_bill(bill: Bill) -> dict[str, Any]:
    readings = passed(bill.chamber, bill.stage_reached)
    return {
        "session_order": session_order(bill.session),
        "number_order": number_order(bill.number),
        "sponsor_name": bill.sponsor_name_en,
        "died_on": bill.outcome_on if bill.outcome == "died" else None,
        "sponsor_changed": bool(bill.former_sponsors),
        "passed": list(readings),
        "stage_order": len(readings),
        "reading_days": [getattr(bill, name) for name in READING_DAYS],
    }


def _of_vote(vote: Vote) -> dict[str, Any]:
    kind = kind_of(vote.subject_en)
    split = splits(vote)
    return {
        "session_order": session_order(vote.session),
        "margin": margin(vote.yeas, vote.nays),
        "closeness": closeness(vote.yeas, vote.nays),
        "kind": kind,
        "yea_means": MEANINGS[kind].code,
        "split_caucuses": None if split is None else [each.caucus for each in split],
        "largest_split": None if split is None else max((each.minority for each in split), default=0),
    }


def _of_member(member: Member) -> dict[str, Any]:
    return {"parliaments": sorted({seat.parliament for seat in member.memberships})}


_COMPUTED: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    "bill": _of_bill,
    "vote": _of_vote,
    "member": _of_member,
}
"""The columns of a kind's list that are no fields of the entity."""
