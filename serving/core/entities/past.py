"""Past states: `…@v2`, `?revision=2`, `?known_at=2026-01-31T12:00:00Z`, one way for every entity."""

import datetime as dt
import re
from typing import Any, Final, TypeVar

import msgspec

from serving.core.answers.formats import CSV_NAMES, TIDY, CsvStyle, csv_style
from serving.core.answers.links import address_of
from serving.core.answers.texts import View
from serving.core.entities.includes import Tree, load
from serving.core.http.errors import ENTITIES_FR, Gone, InvalidValue, NotFound
from serving.core.http.exchange import SHORT, Exchange, Format
from serving.core.lists.nearest import nearest_entity
from serving.core.parameters.query_string import PAST_NAMES, Parameters
from serving.core.process.platform import Platform
from serving.core.process.snapshots import ListSnapshot
from warehouse.model.kinds import EntityType
from warehouse.model.messages.translate import french, quotation
from warehouse.model.past import Past
from warehouse.model.stored import Stored, Withdrawn
from warehouse.runtime.versions import PAST, Stamp

T = TypeVar("T")
_PIN: Final = "@v"
_RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_AHEAD: Final = dt.timedelta(minutes=1)
"""How far a caller's clock may be ahead of the server's."""
_LARGEST: Final = 2_147_483_647


class EntityRequest(msgspec.Struct, frozen=True):
    """How a caller wants to see an entity, and of when; `past` is None for how it is now."""

    view: View
    past: Past | None
    style: CsvStyle = TIDY
    """Where the address lists something: how CSV is wanted."""
    includes: Tree = {}
    """What comes with the entity. It is then read from the lists, so that all of it is of one moment."""
    lists: Stamp | None = None
    """The version of the lists that it is read from, where that was not asked for."""


def pinned(text: str) -> tuple[str, str]:
    """The last part of an entity's path, and its `@vN`; empty where there is none.

    Raises:
        NotFound: what follows `@v` is no revision.
    """
    name, found, number = text.rpartition(_PIN)
    if not found:
        return text, ""
    if not _is_revision(number):
        raise NotFound(
            "A revision is a whole number from 1: `@v2`.",
            "Une révision est un nombre entier à partir de 1\u00a0: `@v2`.",
            param="revision",
        )
    return name, f"{_PIN}{number}"


def _is_revision(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) <= _LARGEST and text[0] != "0"


def asked_of(
    platform: Platform, exchange: Exchange, pin: str, format_: Format = "json", of: EntityType | None = None
) -> EntityRequest:
    """Read the parameters of an address about one entity; `pin` is the `@vN` of its path, and `of` the kind of entity
    with which other things can be included.

    Raises:
        RequestError: a parameter is unknown, or has a value it may not have.
    """
    if not exchange.query and not pin and format_ == "json":
        return EntityRequest(View("both", platform.versions.dataset), None)
    parameters = Parameters(exchange.query)
    past, token = _past(platform, parameters, pin)
    view = View(parameters.lang(), platform.versions.dataset, parameters.fields(), token)
    style = csv_style(parameters, exchange, format_) if format_ == "csv" else TIDY
    includes = platform.relations.wanted(of, parameters, 1, is_pinned=past is not None)
    names = (*PAST_NAMES, "fields", *(("include",) if of else ()), *(CSV_NAMES if format_ == "csv" else ()))
    parameters.finish(names)
    if not includes:
        return EntityRequest(view, past, style)
    if past is not None and past.version is None:
        raise InvalidValue(
            "`include` shows the current state or that of a `snapshot`. Leave out the revision or `known_at`.",
            "`include` montre l’état actuel ou celui d’un `snapshot`. Omettez la révision ou `known_at`.",
            param="include",
        )
    if past is not None:
        return EntityRequest(view, past, style, includes)
    versions = platform.versions
    stamp, window = versions.of(versions.lists), versions.window
    past = Past(version=window.newest, made_at=window.made_at, is_newest=True)
    view = msgspec.structs.replace(view, snapshot=platform.snapshots.token(window.newest, window.made_at))
    return EntityRequest(view, past, style, includes, stamp)


async def included_with(platform: Platform, asked: EntityRequest, stored: Stored[Any]) -> dict[str, Any] | None:
    """What comes with an entity; None where nothing is asked for."""
    if not asked.includes or asked.past is None or asked.past.version is None:
        return None
    return (await load(platform, asked.includes, [stored], asked.view, asked.past.version))[0]


def past_of(platform: Platform, exchange: Exchange, pin: str) -> Past | None:
    """Only which past is wanted, for a list that reads its other parameters itself.

    Raises:
        InvalidValue: a value is not one that it may have.
        SnapshotExpired: the snapshot is of databases that were replaced.
    """
    return _past(platform, Parameters(exchange.query), pin)[0] if exchange.query or pin else None


def snapshot_of(platform: Platform, parameters: Parameters) -> ListSnapshot | None:
    """The snapshot that is asked for; None where none is.

    Raises:
        InvalidValue: it is not ours, or `known_at` or `revision` are asked for as well.
        SnapshotExpired: it is of databases that were replaced.
    """
    token = parameters.single("snapshot")
    if token is None:
        return None
    for other in ("known_at", "revision"):
        if other in parameters.names:
            raise InvalidValue(
                f"`snapshot` cannot be combined with `{other}`.",
                f"`snapshot` ne va pas avec `{other}`.",
                param="snapshot",
            )
    return platform.snapshots.read(token)


def known_at_of(parameters: Parameters) -> dt.datetime | None:
    """The instant of `known_at`; None where it is not given.

    Raises:
        InvalidValue: it is no instant with its zone, or in the future.
    """
    text = parameters.single("known_at")
    return None if text is None else _instant(text)


def _past(platform: Platform, parameters: Parameters, pin: str) -> tuple[Past | None, str | None]:
    """Which past is wanted, and the token of the snapshot if it is one."""
    if (snapshot := snapshot_of(platform, parameters)) is not None:
        if pin:
            raise InvalidValue(
                "`snapshot` cannot be combined with a path that ends with a revision.",
                "`snapshot` ne va pas avec une adresse qui finit par une révision.",
                param="snapshot",
            )
        past = Past(version=snapshot.version, made_at=snapshot.made_at)
        return past, platform.snapshots.token(snapshot.version, snapshot.made_at)
    return _revision_or_instant(parameters, pin), None


def _revision_or_instant(parameters: Parameters, pin: str) -> Past | None:
    revision, known_at = parameters.single("revision"), parameters.single("known_at")
    if pin and revision is not None:
        raise InvalidValue(
            "`revision` cannot be combined with a path that ends with a revision.",
            "`revision` ne va pas avec une adresse qui finit par une révision.",
            param="revision",
        )
    if known_at is not None and (pin or revision is not None):
        raise InvalidValue(
            "`known_at` cannot be combined with a revision.",
            "`known_at` ne va pas avec une révision.",
            param="known_at",
        )
    if known_at is not None:
        return Past(known_at=_instant(known_at))
    if revision is not None and not _is_revision(revision):
        raise InvalidValue(
            "`revision` must be a whole number from 1.",
            "`revision` doit être un nombre entier à partir de 1.",
            param="revision",
        )
    number = revision or pin.removeprefix(_PIN)
    return Past(revision=int(number)) if number else None


_AN_INSTANT: Final = (
    "`known_at` must be an instant with its zone, such as 2025-06-01T12:00:00Z; write `+` as `%2B`.",
    "`known_at` doit être un instant avec son fuseau, comme 2025-06-01T12:00:00Z; écrivez `+` ainsi\u00a0: `%2B`.",
)


def _instant(text: str) -> dt.datetime:
    if not _RFC_3339.fullmatch(text):
        raise InvalidValue(*_AN_INSTANT, param="known_at")
    try:
        found = dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise InvalidValue(*_AN_INSTANT, param="known_at") from None
    if found > dt.datetime.now(dt.UTC) + _AHEAD:
        raise InvalidValue(
            "`known_at` lies in the future; what will be known then is not known.",
            "`known_at` est dans le futur; on ne sait pas ce qu’on saura.",
            param="known_at",
        )
    return found


def stamp_of(past: Past | None, current: Stamp, lists: Stamp | None = None) -> Stamp:
    """What an answer depends on: of a revision and of a snapshot on nothing, of all else on the entity's version, or on
    that of the lists that it is read from."""
    if lists is not None:
        return lists
    return current if past is None or past.known_at is not None else ALWAYS


async def present(
    platform: Platform,
    found: Stored[T] | Withdrawn | None,
    owner: tuple[EntityType, str],
    past: Past | None,
    param: str | None = None,
) -> Stored[T]:
    """The entity that was read for an address.

    Raises:
        NotFound: there is none, or there was none; names the nearest that there is.
        Gone: it is withdrawn, or was.
        SnapshotExpired: the snapshot that it was read from is no longer kept.
    """
    entity, key = owner
    if past is not None and past.version is not None and not past.is_newest:
        await platform.snapshots.require_kept(past.version)
    if found is None:
        is_now = past is None or past.is_newest
        near = await nearest_entity(platform.vocabularies, entity, key) if is_now else None
        absent = _absent(f"{entity} {key}", f"{ENTITIES_FR[entity]} {key}", past, param, near)
        absent.holds_until_change = past is None or past.known_at is None
        raise absent
    if isinstance(found, Withdrawn):
        here = address_of(entity, key)
        raise Gone(
            f"The {entity} {key} was withdrawn at {found.withdrawn_at.isoformat()}: {found.reason}",
            f"Retiré le {found.withdrawn_at.isoformat()}\u00a0: {ENTITIES_FR[entity]} {key}. "
            f"{french(found.reason) or quotation(found.reason)}",
            param=param,
            links={"history": f"{here}/history", "previous": f"{here}@v{found.revision - 1}"},
            headers={"cache-control": SHORT},
        )
    return found


def _absent(what: str, what_fr: str, past: Past | None, param: str | None, near: tuple[str, str] | None) -> NotFound:
    if near is not None:
        return NotFound(
            f"There is no {what}. Did you mean {near[0]}?",
            f"Introuvable\u00a0: {what_fr}. Vouliez-vous dire {near[0]}?",
            param=param,
            nearest=near[0],
            links={"nearest": near[1]},
        )
    if past is None or past.is_newest:
        return NotFound(f"There is no {what}.", f"Introuvable\u00a0: {what_fr}.", param=param)
    if past.revision is not None:
        return NotFound(
            f"There is no revision {past.revision} of {what}.",
            f"Introuvable\u00a0: {what_fr}, révision {past.revision}.",
            param="revision",
        )
    if past.version is not None and not past.is_newest:
        return NotFound(
            f"There is no {what} in this snapshot.",
            f"Introuvable dans cet instantané\u00a0: {what_fr}.",
            param="snapshot",
        )
    return NotFound(
        f"There was no {what} at that instant.",
        f"Introuvable à cet instant\u00a0: {what_fr}.",
        param="known_at",
    )


ALWAYS: Final = Stamp(PAST, PAST.version)
"""The stamp of what never changes."""
