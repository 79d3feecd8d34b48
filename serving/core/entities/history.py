"""How an entity came to be what it is: every revision with what it changed and its source document."""

import datetime as dt
from functools import partial
from typing import Final

import msgspec

from serving.core.answers.answer import Answer
from serving.core.answers.envelope import Links, Many, Provenance, Revision
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
    """One revision of an entity. / Une révision d’un objet."""

    type: EntityType
    """The kind of entity. / Le genre d’objet."""
    key: str
    """Its key. / Sa clé."""
    revision: Revision
    op: Operation
    """What happened; `withdrawn` means that it is no longer served as current.
    / Ce qui est arrivé; `withdrawn` veut dire qu’il n’est plus servi comme actuel."""
    reason: str | None
    """Why an editor made this change, or that documents were read again by a newer version; null where Parliament made
    it.
    / Pourquoi la rédaction a fait ce changement, ou que des documents ont été relus par une version plus récente; nul
    si le Parlement l’a fait."""
    recorded_at: dt.datetime
    """When it was recorded here, in UTC. / Quand elle a été inscrite ici, en UTC."""
    changed: list[str]
    """The names of the stored fields that differ from the revision before; empty for the first.
    / Les noms des champs conservés qui diffèrent de la révision précédente; vide pour la première."""
    diff: list[Difference]
    """Path, old and new value of each difference; ballots, stages and memberships one by one.
    / Chemin, ancienne et nouvelle valeur de chaque différence; voix, étapes et mandats un à un."""
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
