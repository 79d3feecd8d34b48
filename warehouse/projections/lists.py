"""Change to row of a list table: one narrow row a bill, a vote, a member, with what lists filter and sort by."""

from typing import Any

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.model.entities import Bill, Member, Provenance, Vote
from warehouse.model.keys import BillNumber, session_order
from warehouse.model.read_models.lists import ListChange, ListRow
from warehouse.model.vocabulary.motions import MEANINGS, kind_of
from warehouse.model.vocabulary.readings import passed
from warehouse.statistics.counting.totals import closeness, margin
from warehouse.statistics.parties.splits import splits

_COMMON = ("state", "provenance", "recorded_at")

COLUMNS: dict[str, tuple[str, ...]] = {
    "bill_list": (
        "key",
        "revision",
        "session",
        "session_order",
        "number_order",
        "chamber",
        "type",
        "status",
        "sponsor_person_id",
        "sponsor_name",
        "introduced_on",
        "latest_activity_on",
        "royal_assent_on",
        "provisional",
        "legisinfo_id",
        "title_en",
        "title_fr",
        "outcome",
        "outcome_on",
        "died_on",
        "sponsor_caucus",
        "sponsor_changed",
        "stage_reached",
        "passed",
        "stage_order",
        "is_reinstated",
        *_COMMON,
    ),
    "vote_list": (
        "key",
        "revision",
        "session",
        "session_order",
        "chamber",
        "number",
        "held_at",
        "held_on",
        "result",
        "bill",
        "disputed",
        "subject_en",
        "subject_fr",
        "margin",
        "closeness",
        "kind",
        "yea_means",
        "split_caucuses",
        "largest_split",
        *_COMMON,
    ),
    "member_list": (
        "key",
        "revision",
        "person_id",
        "name",
        "caucus",
        "riding",
        "province",
        "is_sitting",
        "parliaments",
        *_COMMON,
    ),
}
"""The columns of each list table that a projected row fills, in order; key and revision come first."""

ENTITIES = {"bill": "bill_list", "vote": "vote_list", "member": "member_list"}
"""The list table of each entity that has one."""


def project(entry: LogEntry) -> ListChange | None:
    """The list table and the row a change makes; None for entities that have no list table.

    Pure: the same change gives the same row, so applying it twice is as good as once.
    """
    is_withdrawn = entry.op == "withdrawn"
    match entry.entity:
        case "bill":
            return ListChange("bill_list", _bill_row(entry), is_withdrawn)
        case "vote":
            return ListChange("vote_list", _vote_row(entry), is_withdrawn)
        case "member":
            return ListChange("member_list", _member_row(entry), is_withdrawn)
        case _:
            return None


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


def _bill_row(entry: LogEntry) -> ListRow:
    bill = msgspec.json.decode(entry.state, type=Bill)
    found = passed(bill.chamber, bill.stage_reached)
    return (
        bill.key,
        entry.revision,
        bill.session,
        session_order(bill.session),
        number_order(bill.number),
        bill.chamber,
        bill.type,
        bill.status,
        bill.sponsor_person_id,
        bill.sponsor_name_en,
        bill.introduced_on,
        bill.latest_activity_on,
        bill.royal_assent_on,
        bill.provisional,
        bill.legisinfo_id,
        bill.title_en,
        bill.title_fr,
        bill.outcome,
        bill.outcome_on,
        bill.outcome_on if bill.outcome == "died" else None,
        bill.sponsor_caucus,
        bool(bill.former_sponsors),
        bill.stage_reached,
        list(found),
        len(found),
        bill.is_reinstated,
        *_common(entry),
    )


def _vote_row(entry: LogEntry) -> ListRow:
    vote = msgspec.json.decode(entry.state, type=Vote)
    kind = kind_of(vote.subject_en)
    split = splits(vote)
    return (
        vote.key,
        entry.revision,
        vote.session,
        session_order(vote.session),
        vote.chamber,
        vote.number,
        vote.held_at,
        vote.held_on,
        vote.result,
        vote.bill,
        vote.disputed,
        vote.subject_en,
        vote.subject_fr,
        margin(vote.yeas, vote.nays),
        closeness(vote.yeas, vote.nays),
        kind,
        MEANINGS[kind].code,
        None if split is None else [each.caucus for each in split],
        None if split is None else max((each.minority for each in split), default=0),
        *_common(entry),
    )


def _member_row(entry: LogEntry) -> ListRow:
    member = msgspec.json.decode(entry.state, type=Member)
    return (
        member.key,
        entry.revision,
        member.person_id,
        member.name,
        member.caucus,
        member.riding,
        member.province,
        member.is_sitting,
        sorted({seat.parliament for seat in member.memberships}),
        *_common(entry),
    )
