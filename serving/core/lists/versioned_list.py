"""Lists of entities out of the versioned list tables: one way for bills, votes and members."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar, cast

import msgspec

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.envelope import Many
from serving.core.answers.texts import View
from serving.core.entities.includes import load
from serving.core.entities.past import ALWAYS, known_at_of, snapshot_of
from serving.core.http.errors import ENTITIES_FR, NotKept
from serving.core.http.exchange import Exchange, exchange_of
from serving.core.lists.listing import ListRequest, ListVersion, list_moment, session_moment
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from warehouse.model.kinds import KINDS, EntityType
from warehouse.model.read_models.selection import Condition, PageOf
from warehouse.model.stored import Stored
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.entities import listed as listed_entities
from warehouse.postgres.lists import pages

E = TypeVar("E", bound=msgspec.Struct)
T = TypeVar("T", bound=msgspec.Struct)


async def _moment_at(platform: Platform, at: dt.datetime) -> ListVersion:
    """The version of the list tables that readers saw at an instant.

    Raises:
        NotKept: it is no longer kept.
    """
    found = await pages.version_at(platform.readers.catalog, at)
    if found.version is None:
        since = "" if found.oldest_at is None else found.oldest_at.isoformat()
        raise NotKept(
            f"Lists are kept as they were from {since} on. Ask for a later `known_at`, or for single entities, whose "
            "whole history is kept.",
            f"Les listes sont conservées telles qu’elles étaient depuis {since}. Demandez un `known_at` plus tardif, "
            "ou des objets un à un\u00a0: tout leur historique est conservé.",
            param="known_at",
        )
    return ListVersion(
        prefix="v", is_versioned=True, number=found.version, oldest=found.version, made_at=found.made_at, known_at=at
    )


async def unversioned_moment(
    platform: Platform, exchange: Exchange, sources: Iterable[WatchedDatabase], entity: EntityType
) -> ListVersion:
    """What a walk through a list sees that is kept only as it is now, with the `known_at` or the snapshot asked for.

    What is now is also what was then if nothing of its kind has been recorded, corrected or withdrawn since.

    Raises:
        NotKept: something has.
    """
    parameters = Parameters(exchange.query)
    snapshot = snapshot_of(platform, parameters)
    if snapshot is None:
        at = known_at_of(parameters)
        await _require_unchanged(sources, entity, at, "known_at")
        return ListVersion(prefix="s", known_at=at)
    await platform.snapshots.require_kept(snapshot.version)
    at = snapshot.made_at
    if KINDS[entity].list_table:  # exactly what the version has, which may be a moment behind the logs
        at = await listed_entities.latest(platform.readers.catalog, entity, snapshot.version) or at
    await _require_unchanged(sources, entity, at, "snapshot")
    return ListVersion(prefix="s", snapshot=platform.snapshots.token(snapshot.version, snapshot.made_at))


async def _require_unchanged(
    sources: Iterable[WatchedDatabase], entity: EntityType, at: dt.datetime | None, param: str
) -> None:
    last = None if at is None else await pages.last_change_after(sources, entity, at)
    if last is not None:
        raise NotKept(
            f"The list may have changed since that instant: the last {entity} was recorded at {last.isoformat()}. Ask "
            f"for a later `{param}`, or for single entities, whose whole history is kept.",
            f"La liste a pu changer depuis cet instant\u00a0: dernier changement ({ENTITIES_FR[entity]}) le "
            f"{last.isoformat()}. Demandez un `{param}` ultérieur, ou des objets un à un, dont tout l’historique est "
            "conservé.",
            param=param,
        )


async def versioned_list(
    platform: Platform,
    request: AnyRequest,
    listed: ListSpec,
    stored: type[E],
    shape: type[T],
    *,
    out: Callable[[Stored[E], View], T],
    fixed: tuple[Condition, ...] = (),
    narrowing: tuple[Condition, ...] = (),
) -> Answer[Many[T]]:
    """A page of a list, as it was at the version that the walk sees; `narrowing` is what computed filters mean."""
    exchange = exchange_of(request.scope)
    of_all = stamp = platform.versions.of(platform.versions.lists)
    moment, parameters = list_moment(platform), Parameters(exchange.query)
    if (snapshot := snapshot_of(platform, parameters)) is not None:
        await platform.snapshots.require_kept(snapshot.version)
        number, of_all = snapshot.version, ALWAYS
        stamp = of_all
        moment = ListVersion(
            prefix="v", is_versioned=True, is_pinned=True, number=number, oldest=number, made_at=snapshot.made_at
        )
    elif (at := known_at_of(parameters)) is not None:
        moment = await _moment_at(platform, at)
    elif (
        "include" not in parameters.names  # what is included is of other sessions, too
        and (closed := await platform.closed_sessions.of_list(listed.listing, parameters.only("session"))) is not None
    ):
        stamp, moment = closed[0], session_moment(platform, closed[1])
    asked = ListRequest(platform, exchange, listed, moment, fixed=fixed)
    for condition in narrowing:
        asked.narrow(condition)
    catalog = platform.readers.catalog
    found = await asked.find(partial(pages.page, catalog), partial(pages.count, catalog))
    if asked.wants_all and found[0].more:

        def items_of(page: PageOf) -> list[T]:
            return [out(each, asked.view) for each in pages.entities(page, stored)]

        return cast("Answer[Many[T]]", asked.all_pages(shape, found, partial(pages.page, catalog), items_of))
    entities = pages.entities(found[0], stored)
    items = [out(each, asked.view) for each in entities]
    included: list[dict[str, Any]] = []
    if asked.includes and asked.selection.version is not None:
        included = await load(platform, asked.includes, entities, asked.view, asked.selection.version)
    # An empty list says what would have been found instead, of any session.
    return asked.answer(stamp if items else of_all, shape, items, found, included=included)
