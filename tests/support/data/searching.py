"""Search documents for tests: the recorded Parliament, and made-up ones for a single question."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from assets.bills.transform import build_bill
from assets.sources.legisinfo_bills.parse import parse_bills
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.votes.transform import build_vote
from tests.support.data.events import entry
from tests.support.upstream.documents import SESSIONS, ballot_documents, bill_lists, vote_records
from warehouse.model.entities import Member, Membership
from warehouse.model.read_models.search import FacetName, SearchDocument, SearchRequest, Sort
from warehouse.projections.search import project
from warehouse.search.query.fields import filters_of
from warehouse.search.query.parse import parse


@cache
def recorded_documents(data: Path) -> tuple[SearchDocument, ...]:
    """Every recorded bill and vote, and the members of the last vote, projected as their change-log entries are."""
    entities: list[tuple[Any, Any]] = [
        ("bill", build_bill(record, None))
        for path in bill_lists(data)
        for record in parse_bills(path.read_bytes()).records
    ]
    entities += [
        ("vote", build_vote(record, None, None, {})) for session in SESSIONS for record in vote_records(data, session)
    ]
    ballots = ballot_documents(data, "45-1")
    entities += [("member", _member(ballot)) for ballot in parse_ballots(ballots[max(ballots)]).records]
    found = [project(entry(kind, state=state)) for kind, state in entities]
    assert all(isinstance(document, SearchDocument) for document in found)
    return tuple({document.id: document for document in found if isinstance(document, SearchDocument)}.values())


def _member(ballot: Any) -> Member:
    seat = Membership(
        parliament=45,
        caucus=ballot.caucus,
        riding=ballot.riding,
        province=None,
        from_on=dt.date(2025, 4, 28),
        to_on=None,
        source="ballots",
    )
    return Member(
        key=str(ballot.person_id),
        person_id=ballot.person_id,
        name=ballot.name,
        caucus=ballot.caucus,
        riding=ballot.riding,
        is_sitting=True,
        memberships=(seat,),
    )


def bill_document(number: str, session: str = "45-1", *, revision: int = 1, **other: Any) -> SearchDocument:
    """A made-up bill."""
    parliament, ordinal = map(int, session.split("-"))
    given = {"chamber": "commons" if number.startswith("C") else "senate", "title_en": "An Act respecting tests"}
    return SearchDocument(
        entity="bill",
        key=f"{session}/{number}",
        revision=revision,
        order=parliament * 100 + ordinal,
        session=session,
        bill=number,
        **(given | other),
    )


def vote_document(number: int, session: str = "45-1", *, revision: int = 1, **other: Any) -> SearchDocument:
    """A made-up vote."""
    parliament, ordinal = map(int, session.split("-"))
    return SearchDocument(
        entity="vote",
        key=f"{session}/commons/{number}",
        revision=revision,
        order=parliament * 100 + ordinal,
        session=session,
        chamber="commons",
        number=number,
        **other,
    )


def member_document(person_id: int, name: str, *, revision: int = 1, **other: Any) -> SearchDocument:
    """A made-up member."""
    return SearchDocument(
        entity="member",
        key=str(person_id),
        revision=revision,
        order=4500,
        chamber="commons",
        person_id=person_id,
        title_en=name,
        title_fr=name,
        **other,
    )


def asking(
    text: str = "",
    *,
    lang: Any = "en",
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
    facets: tuple[FacetName, ...] = (),
    highlight: bool = False,
    **filters: str,
) -> SearchRequest:
    """A request as the API makes one."""
    wanted = [each for field, value in filters.items() for each in filters_of(field, value, 0)]  # type: ignore[arg-type]
    return SearchRequest(
        query=parse(text),
        lang=lang,
        sort=sort,
        limit=limit,
        offset=offset,
        facets=facets,
        highlight=highlight,
        filters=tuple(wanted),
    )
