"""Creates, removes and expires overrides, and applies each change to the entity at once.

The override's row is in the catalog; the entity may be on a shard. The row is written first and stays `pending` until
the entity has been stored, so that the next editor or load can finish after a crash.
"""

import uuid
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from assets.bills.load import note_provisional
from assets.bills.settle import settle_for_editors
from assets.editing.drafts import Draft, require_apart, require_words, values_of
from assets.overrides.findings import note_findings
from assets.overrides.merge import merge, root_of, state_of, upstream_of
from assets.votes.load import follow_runs
from warehouse.model.entities import OverrideRef, Provenance
from warehouse.model.keys import SessionCode
from warehouse.model.kinds import KINDS, EntityType
from warehouse.model.overrides import OVERRIDE, Override
from warehouse.postgres.aggregates.current import current
from warehouse.postgres.aggregates.store import Incoming, aggregate_of, store, store_sharded
from warehouse.postgres.aggregates.withdraw import Withdrawal, withdraw
from warehouse.postgres.catalog import overrides as table
from warehouse.postgres.connections.pools import Database
from warehouse.runtime.clock import now
from warehouse.runtime.errors import OverrideInvalid
from warehouse.runtime.failpoints import failpoint
from warehouse.stores import Stores

T = TypeVar("T")
_SAID: Final = (
    "id", "entity", "key", "field", "value", "old_value", "author", "reason", "made_at", "expires_at", "withdraws",
)  # fmt: skip
_ENDED: Final = {"expired": "Expired / Échue: ", "removed": "Removed / Retirée: "}


def make(stores: Stores, draft: Draft) -> Override:
    """Create an override and apply it.

    Raises:
        OverrideInvalid: the draft is not allowed.
    """
    require_words(draft, now())
    return _changing(stores, lambda: _made(stores, draft))


def remove(stores: Stores, override_id: uuid.UUID) -> Override:
    """Remove an override, so that the value from upstream counts again.

    Raises:
        OverrideInvalid: there is none with this id.
    """
    find_override(stores.catalog, override_id)
    _changing(stores, lambda: table.end(stores.catalog, override_id))
    return find_override(stores.catalog, override_id)


def expire(stores: Stores) -> int:
    """Expire overrides that are past their expiry, and finish pending ones; returns how many have expired."""
    if not table.is_due(stores.catalog):
        return 0
    return _changing(stores, lambda: table.expire(stores.catalog))


def find_override(catalog: Database, override_id: uuid.UUID) -> Override:
    """An override by its id.

    Raises:
        OverrideInvalid: there is none with this id.
    """
    override = table.find_override(catalog, override_id)
    if override is None:
        raise OverrideInvalid(
            f"There is no override {override_id}.", fix="Run `openpolicy override list --all` to see their ids."
        )
    return override


def _changing(stores: Stores, change: Callable[[], T]) -> T:
    """Finish pending overrides, make the change, and finish it too."""
    with table.changing(stores.catalog):
        _finish(stores)
        done = change()
        _finish(stores)
        note_findings(stores.catalog)
    return done


def _finish(stores: Stores) -> None:
    for override in table.unfinished(stores.catalog):
        _show(stores, override)
        failpoint("override.after_store")
        table.finish(stores.catalog, [override.id])


def _made(stores: Stores, draft: Draft) -> Override:
    kept = _current(stores, draft.entity, draft.key)
    if kept is None:
        raise OverrideInvalid(
            f"There is no {draft.entity} {draft.key}.", fix="See /api/v1/changes for how keys are written."
        )
    every = table.of_entity(stores.catalog, draft.entity, draft.key)
    require_apart(draft, [each for each in every if each.state == "active"])
    upstream = upstream_of(kept.root, kept.provenance.overrides, {str(each.id): each for each in every})
    value, old = values_of(draft, upstream) if draft.field else (None, state_of(upstream))
    moment = now()
    override = Override(
        id=uuid.uuid4(),
        entity=draft.entity,
        key=draft.key,
        field=draft.field,
        value=value,
        old_value=old,
        upstream_value=old,
        author=draft.author.strip(),
        reason=draft.reason.strip(),
        made_at=moment,
        expires_at=draft.expires_at,
        state="active",
        changed_at=moment,
        withdraws=not draft.field,
        document_sha256="",
        pending=True,
    )
    override = msgspec.structs.replace(override, document_sha256=stores.archive.put(_document(override)))
    failpoint("override.after_archive")
    table.add(stores.catalog, override)
    failpoint("override.after_row")
    return override


def _document(override: Override) -> bytes:
    """The document for the archive: everything that the editor entered, and the value from upstream at that time."""
    return msgspec.json.encode({name: getattr(override, name) for name in _SAID})


def _show(stores: Stores, override: Override) -> None:
    """Store the entity with its current overrides; writes nothing if it is stored so already."""
    entity, key = override.entity, override.key
    every = table.of_entity(stores.catalog, entity, key)
    active = [each for each in every if each.state == "active"]
    kept = _current(stores, entity, key)
    withdrawing = next((each for each in active if each.withdraws), None)
    if withdrawing is not None:
        wanted = Withdrawal(key, withdrawing.reason, _provenance(withdrawing))
        withdraw(_database(stores, entity, key), aggregate_of(entity), [wanted])
    elif kept is not None:
        known = {str(each.id): each for each in every}
        _store(stores, override, upstream_of(kept.root, kept.provenance.overrides, known), active)
    elif override.withdraws and override.state in _ENDED:
        _store(stores, override, root_of(override.upstream_value, KINDS[entity].struct), active)
    _follow(stores, entity, key)


def _store(stores: Stores, cause: Override, upstream: Any, active: list[Override]) -> None:
    merged = merge(upstream, active)
    incoming = [Incoming(merged.root, _provenance(cause, merged.refs))]
    aggregate, reason = aggregate_of(cause.entity), _ENDED.get(cause.state, "") + cause.reason
    if aggregate.kind.is_sharded:
        store_sharded(stores.shards, aggregate, incoming, reason=reason)
    else:
        store(stores.catalog, aggregate, incoming, reason=reason)


def _follow(stores: Stores, entity: EntityType, key: str) -> None:
    """Update what the catalog derives from the entity."""
    if entity in _FOLLOW:
        _FOLLOW[entity](stores, key.partition("/")[0])


def _follow_bill(stores: Stores, session: str) -> None:
    note_provisional(stores, session)
    settle_for_editors(stores, {SessionCode.parse(session).parliament})


_FOLLOW: Final[dict[str, Callable[[Stores, str], object]]] = {"vote": follow_runs, "bill": _follow_bill}
"""Update what depends on a changed vote or bill of a session; what depends on members is updated by their next load."""


def _provenance(override: Override, refs: tuple[OverrideRef, ...] = ()) -> Provenance:
    return Provenance(
        source=OVERRIDE,
        url=override.url,
        document_sha256=override.document_sha256,
        fetched_at=override.changed_at,
        overrides=refs,
    )


def _current(stores: Stores, entity: EntityType, key: str) -> Incoming[Any] | None:
    return current(_database(stores, entity, key), aggregate_of(entity), key)


def _database(stores: Stores, entity: EntityType, key: str) -> Database:
    if KINDS[entity].is_sharded:
        return stores.shards.databases[stores.shards.map.shard_of(key)]
    return stores.catalog
