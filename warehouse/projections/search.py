"""Turns a change into the search document of a bill, a vote or a member."""

from collections.abc import Callable
from typing import Final

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.model.entities import Bill, Member, Vote
from warehouse.model.keys import session_order
from warehouse.model.read_models.search import Removed, SearchDocument, SearchedEntity, SearchRow
from warehouse.model.vocabulary.codes import CAUCUSES, PROVINCES


def project(entry: LogEntry) -> SearchRow | None:
    """The document that a change adds or removes; None for entities that are not searched.

    Pure: the same change gives the same document. Ballots are not used, so a vote may come without them.

    Raises:
        msgspec.DecodeError, ValueError: the state is not that of such an entity.
    """
    found = _DOCUMENTS.get(entry.entity)
    if found is None:
        return None
    entity, document = found
    if entry.op == "withdrawn":
        return Removed(entity=entity, key=entry.key, revision=entry.revision)
    return document(entry)


def _bill(entry: LogEntry) -> SearchDocument:
    bill = msgspec.json.decode(entry.state, type=Bill)
    return SearchDocument(
        entity="bill",
        key=bill.key,
        revision=entry.revision,
        order=session_order(bill.session),
        session=bill.session,
        chamber=bill.chamber,
        type=bill.type,
        status=bill.status,
        bill=bill.number,
        sponsor_person_id=bill.sponsor_person_id,
        date=bill.latest_activity_on or bill.introduced_on,
        title_en=bill.title_en,
        title_fr=bill.title_fr,
        short_title_en=bill.short_title_en,
        short_title_fr=bill.short_title_fr,
        summary_en=bill.summary_en,
        summary_fr=bill.summary_fr,
        status_en=bill.status_en,
        status_fr=bill.status_fr,
        sponsor_en=bill.sponsor_name_en,
        sponsor_fr=bill.sponsor_name_fr,
    )


def _vote(entry: LogEntry) -> SearchDocument:
    vote = msgspec.json.decode(entry.state, type=Vote)
    return SearchDocument(
        entity="vote",
        key=vote.key,
        revision=entry.revision,
        order=session_order(vote.session),
        session=vote.session,
        chamber=vote.chamber,
        result=vote.result,
        number=vote.number,
        date=vote.held_on,
        bill=None if vote.bill is None else vote.bill.rpartition("/")[2],
        title_en=vote.subject_en,
        title_fr=vote.subject_fr,
        status_en=vote.result_en,
        status_fr=vote.result_fr,
    )


def _member(entry: LogEntry) -> SearchDocument:
    member = msgspec.json.decode(entry.state, type=Member)
    last = max(member.memberships, key=lambda seat: seat.from_on, default=None)
    return SearchDocument(
        entity="member",
        key=member.key,
        revision=entry.revision,
        order=0 if last is None else last.parliament * 100,
        chamber="commons",
        party=CAUCUSES.code_of(member.caucus),
        province=PROVINCES.code_of(member.province),
        person_id=member.person_id,
        is_sitting=member.is_sitting,
        date=None if last is None else last.from_on,
        title_en=member.name,
        title_fr=member.name,
        other_names=member.other_names,
        riding_en=member.riding,
        riding_fr=member.riding_fr,
    )


_DOCUMENTS: Final[dict[str, tuple[SearchedEntity, Callable[[LogEntry], SearchDocument]]]] = {
    "bill": ("bill", _bill),
    "vote": ("vote", _vote),
    "member": ("member", _member),
}
