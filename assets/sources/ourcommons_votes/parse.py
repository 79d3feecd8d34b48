"""Reads the list of recorded divisions of one session: `ArrayOfVote/Vote`, or the element names of 2018."""

import datetime as dt
from typing import Any

import msgspec

from assets.sources.parsed import Parsed, Unfit, as_text, refuse_if_all_unfit, refusing, without_duplicates
from assets.sources.records import Number, Small, cleaned, from_texts, key_of, read_each
from assets.sources.text import real_time
from assets.sources.xml import contradictions, fields, read_xml, source_of
from warehouse.model.keys import SessionCode
from warehouse.runtime.errors import SourceChanged

_ELEMENT = {"ArrayOfVote": "Vote", "List": "VoteParticipant"}
_LEAP_TIMES, _MISSING_AT_ONCE = 100, 1_000
"""Numbers run 1, 2, 3 …: one that is a hundred times the previous one, or skips a thousand, is a typing error.

The first number of a list has no previous one: a list that begins late, but skips no thousand, only lacks its
beginning."""


class VoteRecord(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One division in the language of the request. Totals are members, null where none are published."""

    parliament_number: Small
    session_number: Small
    decision_division_number: Number
    decision_event_date_time: str
    """Ottawa's clock without a zone, as published; midnight in documents of 2018."""
    decision_division_subject: str | None
    decision_result_name: str | None
    decision_division_number_of_yeas: Small | None
    decision_division_number_of_nays: Small | None
    decision_division_number_of_paired: Small | None
    bill_number_code: str | None
    decision_division_document_type_name: str | None = None

    @property
    def session(self) -> str:
        return str(SessionCode(self.parliament_number, self.session_number))

    @property
    def number(self) -> int:
        return self.decision_division_number

    @property
    def held_at_local(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.decision_event_date_time)


@refusing()
def parse_votes(document: bytes) -> Parsed[VoteRecord]:
    """Read every recorded division of one list. Number 0 is not a division and is skipped.

    Raises:
        SourceChanged: the document is no such list, breaks off, or no division has the fields we rely on.
    """
    root = read_xml(document, tuple(_ELEMENT))
    elements = [element for element in root.iterchildren(_ELEMENT[root.tag]) if not _is_number_0(element)]
    parsed = read_each(
        elements,
        _vote,
        lambda element: key_of(fields(element), "DecisionDivisionNumber"),
        source_of,
        contradictions,
    )
    return _without_leaps(without_duplicates(refuse_if_all_unfit("vote", parsed), lambda record: record.number))


def _without_leaps(parsed: Parsed[VoteRecord]) -> Parsed[VoteRecord]:
    """Refuse the records after the first leap in the numbers.

    Raises:
        SourceChanged: thousands of numbers are missing without a leap.
    """
    last = 0
    numbers = sorted(record.number for record in parsed.records)
    for number in numbers:
        if number - last > _MISSING_AT_ONCE or 0 < _LEAP_TIMES * last < number:
            break
        last = number
    missing = last - sum(number <= last for number in numbers)
    if missing > _MISSING_AT_ONCE:
        raise SourceChanged(f"The list of votes lacks {missing:,} of {last:,} numbers.")
    beyond = [record for record in parsed.records if record.number > last]
    if not beyond:
        return parsed
    unfit = [
        Unfit(str(record.number), f"number {record.number} is far beyond {last}, the one before", as_text(record))
        for record in beyond
    ]
    records = [record for record in parsed.records if record.number <= last]
    return refuse_if_all_unfit("vote", Parsed(records=records, unfit=[*parsed.unfit, *unfit], repeated=parsed.repeated))


def _is_number_0(element: Any) -> bool:
    return str(element.findtext("DecisionDivisionNumber") or "").strip() == "0"


def _vote(element: Any) -> VoteRecord:
    record = cleaned(from_texts(fields(element), VoteRecord), real_time)
    if record.number < 1:
        raise ValueError(f"the division number is {record.number}")
    if real_time(record.held_at_local) is None:
        raise ValueError("the vote has no time")
    if record.held_at_local.tzinfo is not None:
        raise ValueError(f"the time {record.decision_event_date_time} has a zone")
    return record
