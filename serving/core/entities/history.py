"""How an entity came to be what it is: every revision with what it changed and its source document."""

import datetime as dt
from functools import partial
from typing import Final

import msgspec

from serving.core.answers.answer import Answer
from serving.core.answers.envelope import Links, Many, Provenance
from serving.core.answers.links import address_of
from serving.core.http.errors import ENTITIES_FR, NotFound
from serving.core.http.exchange import Exchange
from serving.core.lists.listing import ListRequest, ListVersion
from serving.core.parameters.conditions import ListSpec
from serving.core.process.platform import Platform
from warehouse.model.changes.corrections import Operation
from warehouse.model.changes.differences import Difference
from warehouse.model.kinds import EntityType
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.entities import history as read_history
from warehouse.postgres.lists import pages
from warehouse.runtime.versions import Stamp

DESCRIPTION: Final = (
    "Newest revision first: what it changed, and its source document. "
    "/ La révision la plus récente d’abord\u00a0: ce qu’elle a changé, et le document qui le dit."
)
HISTORY = ListSpec(listing="history", filters=(), sorts={"revision": "revision"}, default_sort="-revision")


class RevisionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of an entity."""

    type: EntityType
    key: str
    revision: int
    op: Operation
    """`corrected`: Parliament changed what it had already published. `withdrawn`: it is no longer served as current."""
    reason: str | None
    """Why an editor made this change; null where Parliament did."""
    recorded_at: dt.datetime
    changed: list[str]
    """The names of the fields that differ from the revision before; empty for the first."""
    diff: list[Difference]
    """Path, old and new value; ballots, stages and memberships one by one."""
    provenance: Provenance
    links: Links


async def history(
    platform: Platform, exchange: Exchange, owner: tuple[EntityType, str], source: WatchedDatabase, stamp: Stamp
) -> Answer[Many[RevisionOut]]:
    """A page of an entity's revisions, newest first.

    Raises:
        NotFound: it has none, so there is no such entity.
    """
    entity, key = owner
    asked = ListRequest(platform, exchange, HISTORY, ListVersion(prefix="h"), scope={"entity": entity, "key": key})
    found = await asked.find(partial(pages.page, source), partial(pages.count, source))
    if found[1] == 0:
        raise NotFound(f"There is no {entity} {key}.", f"Introuvable\u00a0: {ENTITIES_FR[entity]} {key}.")
    items = [_out(entity, key, each) for each in await read_history.revisions(source, entity, found[0])]
    return asked.answer(stamp, RevisionOut, items, found)


def _out(entity: EntityType, key: str, each: read_history.Revision) -> RevisionOut:
    here = address_of(entity, key)
    return RevisionOut(
        type=entity,
        key=key,
        revision=each.state.revision,
        op=each.op,
        reason=each.reason,
        recorded_at=each.state.recorded_at,
        changed=each.changed,
        diff=each.differences,
        provenance=each.state.provenance,
        links=Links(self_=f"{here}/history", official=None, revision=f"{here}@v{each.state.revision}"),
    )
