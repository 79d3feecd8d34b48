"""The ballots that a vote once had, filtered and paged like those it has: in SQL, also where its state was archived."""

from typing import Final

import msgspec

from warehouse.model.read_models.selection import PageOf, Selection
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.lists import pages
from warehouse.postgres.log.archived_states import state_of
from warehouse.runtime.sqlfiles import queries

_QUERY: Final = "postgres/common/queries/read_history.sql"
_GIVEN: Final = "archived_ballots"


class _Ballots(msgspec.Struct):
    """Of a vote's state only the ballots, as they are."""

    ballots: msgspec.Raw


async def page(source: WatchedDatabase, selection: Selection) -> PageOf:
    """One page of the ballots of the vote and revision in the selection's scope.

    Raises:
        StoreUnavailable: the database, or the object store that holds them, does not answer.
        StateLost: the object that holds them is missing, or was altered.
    """
    return await pages.page(source, await _with_ballots(source, selection))


async def count(source: WatchedDatabase, selection: Selection) -> int:
    """How many there are under the selection's conditions."""
    return await pages.count(source, await _with_ballots(source, selection))


async def _with_ballots(source: WatchedDatabase, selection: Selection) -> Selection:
    rows = await source.fetch(queries(_QUERY)["archived_address"], selection.scope)
    ballots = None
    if rows:
        state = await state_of(source, rows[0][0], whole=True)
        ballots = bytes(msgspec.json.decode(state, type=_Ballots).ballots).decode()
    return msgspec.structs.replace(selection, scope={**selection.scope, _GIVEN: ballots})
