"""The public shape of an override. Its author is an editor, and no part of it."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from serving.core.answers.envelope import Links, Meta
from serving.core.answers.links import address_of
from warehouse.model.kinds import EntityType
from warehouse.model.overrides import Override, State


class OverrideOut(msgspec.Struct, frozen=True, kw_only=True):
    """A value that counts here instead of Parliament's, or an entity that is withdrawn here."""

    id: uuid.UUID
    type: EntityType
    key: str
    withdraws: bool
    """The entity as a whole is withdrawn."""
    field: str | None
    """As in `diff` of the change feed, a JSON Pointer; null where the entity is withdrawn."""
    value: Any
    """What counts; null for a withdrawal, or where nothing counts."""
    old_value: Any
    """What Parliament said when the override was made; null for a withdrawal."""
    upstream_value: Any
    """What Parliament said when it was last read; null for a withdrawal."""
    state: State
    """Only an `active` one applies. `settled`: Parliament says the same by now."""
    outdated: bool
    """Parliament has changed what this corrects, to something else; it waits for an editor."""
    reason: str
    made_at: dt.datetime
    expires_at: dt.datetime | None
    changed_at: dt.datetime
    """When `state` last changed."""
    document_sha256: str
    """Of the document in which the override was archived; revisions that it made name it as theirs."""
    links: Links


class OneOverride(msgspec.Struct, frozen=True, kw_only=True):
    """One override."""

    data: OverrideOut
    meta: Meta


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """List overrides, newest first."""

    data: list[OverrideOut]
    meta: Meta


def override_out(override: Override) -> OverrideOut:
    """The override as published."""
    entity = address_of(override.entity, override.key)
    is_value = not override.withdraws
    return OverrideOut(
        id=override.id,
        type=override.entity,
        key=override.key,
        withdraws=override.withdraws,
        field=override.field or None,
        value=override.value,
        old_value=override.old_value if is_value else None,
        upstream_value=override.upstream_value if is_value else None,
        state=override.state,
        outdated=override.is_outdated,
        reason=override.reason,
        made_at=override.made_at,
        expires_at=override.expires_at,
        changed_at=override.changed_at,
        document_sha256=override.document_sha256,
        links=Links(self_=override.url, official=None, history=f"{entity}/history", **{override.entity: entity}),
    )
