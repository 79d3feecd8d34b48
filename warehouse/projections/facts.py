"""Turns a change into facts: the rows that one revision of an entity adds to the tables for statistics."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.model.curated import governing_caucus
from warehouse.model.entities import Ballot, Bill, Member, Session, Vote
from warehouse.model.keys import SessionCode
from warehouse.model.read_models.facts import Fact, bill_type_of, side_of
from warehouse.model.vocabulary.codes import CAUCUSES, PROVINCES
from warehouse.model.vocabulary.motions import kind_of

_VOTE, _BILL = msgspec.json.Decoder(Vote), msgspec.json.Decoder(Bill)
_MEMBER, _SESSION = msgspec.json.Decoder(Member), msgspec.json.Decoder(Session)


def project(entry: LogEntry) -> Fact | None:
    """The facts of a change; None for kinds that no statistic counts. The state of a vote must have its ballots.

    Pure: the same change gives the same facts.

    Raises:
        ValueError, msgspec.MsgspecError: the state is not one of its kind.
    """
    make = _FACTS.get(entry.entity)
    return None if make is None else make(entry)


def _fact(entry: LogEntry, row: tuple[Any, ...], shared: tuple[Any, ...] = (), parts: Any = ()) -> Fact:
    return Fact(entry.entity, entry.key, entry.revision, entry.op == "withdrawn", row, shared, tuple(parts))


def _vote(entry: LogEntry) -> Fact:
    vote = _VOTE.decode(entry.state)
    row = (
        vote.session, SessionCode.parse(vote.session).parliament, vote.chamber, vote.number, vote.held_at, vote.held_on,
        vote.subject_en, vote.subject_fr, vote.result, vote.bill, bill_type_of(vote.bill), kind_of(vote.subject_en),
        vote.yeas, vote.nays, vote.paired, vote.counted_yeas, vote.counted_nays, vote.counted_paired, vote.disputed,
        entry.recorded_at,
    )  # fmt: skip
    shared = (vote.key, vote.session, vote.chamber, vote.number, vote.held_on)
    governing = governing_caucus(vote.held_on)
    return _fact(entry, row, shared, (_ballot(ballot, governing) for ballot in vote.ballots))


def _ballot(ballot: Ballot, governing: str | None) -> tuple[Any, ...]:
    caucus = CAUCUSES.code_or_text(ballot.caucus)
    return (
        ballot.person_id,
        ballot.name,
        ballot.position,
        ballot.paired,
        caucus,
        ballot.riding or "",
        PROVINCES.code_or_text(ballot.province),
        side_of(caucus, governing),
    )


def _bill(entry: LogEntry) -> Fact:
    bill = _BILL.decode(entry.state)
    row = (
        bill.session, bill.number, bill.chamber, bill.type or "", bill.status or "", bill.sponsor_person_id,
        bill.sponsor_name_en, bill.introduced_on, bill.passed_house_first_on, bill.passed_house_second_on,
        bill.passed_house_third_on, bill.passed_senate_first_on, bill.passed_senate_second_on,
        bill.passed_senate_third_on, bill.royal_assent_on, bill.latest_activity_on, bill.is_reinstated,
        bill.provisional, entry.recorded_at, bill.sponsor_basis or "", CAUCUSES.code_or_text(bill.sponsor_caucus),
        bill.outcome or "", bill.outcome_on, bill.stage_reached or "",
    )  # fmt: skip
    stages = ((each.ordinal, each.chamber or "", each.stage, each.state, each.state_on) for each in bill.stages)
    return _fact(entry, row, (bill.key, entry.revision), stages)


def _member(entry: LogEntry) -> Fact:
    member = _MEMBER.decode(entry.state)
    row = (
        member.name, CAUCUSES.code_or_text(member.caucus), member.riding or "", PROVINCES.code_or_text(member.province),
        member.is_sitting, entry.recorded_at, [each.office for each in member.offices],
        [each.in_cabinet for each in member.offices], [each.from_on for each in member.offices],
        [each.to_on for each in member.offices],
    )  # fmt: skip
    seats = (
        (
            seat.parliament,
            CAUCUSES.code_or_text(seat.caucus),
            seat.riding or "",
            PROVINCES.code_or_text(seat.province),
            seat.from_on,
            seat.to_on,
        )
        for seat in member.memberships
    )
    return _fact(entry, row, (member.person_id, entry.revision), seats)


def _session(entry: LogEntry) -> Fact:
    session = _SESSION.decode(entry.state)
    row = (session.parliament, session.number, session.opened_on, session.closed_on, session.is_current)
    return _fact(entry, row)


_FACTS: Final[dict[str, Callable[[LogEntry], Fact]]] = {
    "vote": _vote,
    "bill": _bill,
    "member": _member,
    "session": _session,
}
