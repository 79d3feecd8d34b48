"""Pages of lists. A versioned list is read as it was at one version, so a walk through its pages sees one moment."""

import asyncio
import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any, Final, TypeVar

import msgspec

from warehouse.model.entities import Ballot, Provenance, Session, Vote
from warehouse.model.kinds import EntityType
from warehouse.model.read_models.selection import Listing, PageOf, Selection
from warehouse.model.stored import RecordedBallot, Stored
from warehouse.postgres.connections.rows import Tail, stored
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.lists.statements import (
    count_statement,
    keys_statement,
    page_statement,
    parameters_of,
    shape_of,
    vocabulary_statement,
)
from warehouse.postgres.lists.tables import BALLOT_NAMES, BALLOT_VOTE_NAMES, TABLES
from warehouse.runtime.sqlfiles import queries

T = TypeVar("T", bound=msgspec.Struct)
_BALLOT_WIDTH: Final = len(BALLOT_NAMES)
_VOTE_NAMES: Final = BALLOT_VOTE_NAMES


class VersionForgotten(Exception):
    """The version of the list tables that a walk sees is no longer kept."""


async def page(source: WatchedDatabase, selection: Selection) -> PageOf:
    """One page.

    Raises:
        VersionForgotten: the selection's version is no longer kept.
        StoreUnavailable: the database does not answer.
    """
    rows = await source.fetch(page_statement(shape_of(selection)), parameters_of(selection))
    table = TABLES[selection.listing]
    counted: int | None = None
    if table.versions is not None:
        await _require_kept(source, selection, rows)
        rows = [row[:-1] for row in rows]
    elif selection.is_counted:
        counted = rows[0][-1] if rows else None if selection.offset or selection.place else 0
        rows = [row[:-1] for row in rows]
    return _page(rows, selection, counted)


async def count(source: WatchedDatabase, selection: Selection) -> int:
    """How many entries the whole list has under the selection's conditions."""
    rows = await source.fetch(count_statement(shape_of(_uncut(selection))), parameters_of(_uncut(selection)))
    return int(rows[0][0])


class VersionAt(msgspec.Struct, frozen=True):
    """The version of the list tables that readers saw at an instant; none where that is no longer kept."""

    version: int | None
    made_at: dt.datetime | None
    oldest_at: dt.datetime | None
    """When the oldest version that is kept was made."""


async def version_at(catalog: WatchedDatabase, at: dt.datetime) -> VersionAt:
    """Which version readers saw at an instant. Before the very first there was nothing: version 0."""
    query = queries("postgres/catalog/queries/read_catalog.sql")["list_version_at"]
    version, made_at, oldest_at, is_first = (await catalog.fetch(query, {"at": at}))[0]
    return VersionAt(0 if version is None and is_first else version, made_at, oldest_at)


async def last_change_after(
    sources: Iterable[WatchedDatabase], entity: EntityType, at: dt.datetime
) -> dt.datetime | None:
    """When an entity of a kind was last recorded, corrected or withdrawn after an instant; None where none was."""
    query = queries("postgres/common/queries/read_history.sql")["last_change_after"]
    rows = await asyncio.gather(*(source.fetch(query, {"entity": entity, "at": at}) for source in sources))
    return max((latest for ((latest,),) in rows if latest is not None), default=None)


async def vocabulary(source: WatchedDatabase, listing: Listing, field: str, since: int | None) -> list[Any]:
    """The values that a field of a list has now, each once, at most some thousands; with `since`, of a versioned list,
    those of entries that became current after that version."""
    rows = await source.fetch(vocabulary_statement(listing, field, is_newer=since is not None), {"since": since})
    return [row[0] for row in rows]


async def keys_of(source: WatchedDatabase, listing: Listing) -> list[str]:
    """The keys of all entities of a list now."""
    return [row[0] for row in await source.fetch(keys_statement(listing))]


def _uncut(selection: Selection) -> Selection:
    return Selection(
        listing=selection.listing, scope=selection.scope, conditions=selection.conditions, version=selection.version
    )


async def _require_kept(source: WatchedDatabase, selection: Selection, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        oldest = rows[0][-1]
    elif selection.place is None:
        return
    else:
        oldest = (await source.fetch("select min(version) from list_versions"))[0][0]
    if oldest is not None and selection.version is not None and selection.version < oldest:
        raise VersionForgotten


def _page(rows: list[tuple[Any, ...]], selection: Selection, counted: int | None) -> PageOf:
    more = len(rows) > selection.limit
    rows = rows[: selection.limit]
    if selection.backwards:
        rows.reverse()
    width = len(TABLES[selection.listing].read)
    return PageOf([row[:width] for row in rows], [row[width:] for row in rows], more, counted)


@cache
def _decoder(struct: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(struct)


def entities(page_of: PageOf, struct: type[T]) -> list[Stored[T]]:
    """The entities of a page of a versioned list."""
    state, provenance = _decoder(struct), _decoder(Provenance)
    return [
        Stored(entity=state.decode(row[0]), provenance=provenance.decode(row[1]), revision=row[2], recorded_at=row[3])
        for row in page_of.rows
    ]


def sessions(page_of: PageOf) -> list[Stored[Session]]:
    """The sessions of a page."""
    names = [field.name for field in msgspec.structs.fields(Session)]
    count = len(names)
    return [stored(Session(**dict(zip(names, row, strict=False))), Tail._make(row[count:])) for row in page_of.rows]


def ballots(page_of: PageOf, vote: Stored[Vote]) -> list[RecordedBallot]:
    """The ballots of a page of one vote's."""
    return [RecordedBallot(ballot=_ballot(row), vote=vote) for row in page_of.rows]


def revisions(page_of: PageOf) -> set[int]:
    """The revisions of the vote that the rows of a page of its ballots were read from; more than one is none."""
    return {row[_BALLOT_WIDTH] for row in page_of.rows}


def ballots_with_votes(page_of: PageOf) -> list[RecordedBallot]:
    """The ballots of a page of one member's, each with its vote."""
    end = _BALLOT_WIDTH + len(_VOTE_NAMES)
    found = []
    for row in page_of.rows:
        vote = Vote(**dict(zip(_VOTE_NAMES, row[_BALLOT_WIDTH:end], strict=True)))
        found.append(RecordedBallot(ballot=_ballot(row), vote=stored(vote, Tail._make(row[end:]))))
    return found


def _ballot(row: tuple[Any, ...]) -> Ballot:
    return Ballot(**dict(zip(BALLOT_NAMES, row, strict=False)))
