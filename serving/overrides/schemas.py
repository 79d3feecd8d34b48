"""The public shape of an override, without its author, who is an editor."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from serving.core.answers.envelope import Links, Meta
from serving.core.answers.links import address_of
from warehouse.model.kinds import EntityType
from warehouse.model.overrides import Override, State


class OverrideOut(msgspec.Struct, frozen=True, kw_only=True):
    """A value that counts here instead of Parliament’s, or an entity that is withdrawn here.
    / Une valeur qui compte ici à la place de celle du Parlement, ou un objet retiré ici."""

    id: uuid.UUID
    """The id of the correction. / L’identifiant de la correction."""
    type: EntityType
    """The kind of entity. / Le genre d’objet."""
    key: str
    """Its key. / Sa clé."""
    withdraws: bool
    """Whether the entity as a whole is withdrawn. / Si l’objet entier est retiré."""
    field: str | None
    """The field, as a JSON Pointer into the stored state; null where the entity is withdrawn.
    / Le champ, en JSON Pointer dans l’état conservé; nul si l’objet est retiré."""
    value: Any
    """What counts; null for a withdrawal, or where nothing counts.
    / Ce qui compte; nul pour un retrait ou si rien ne compte."""
    old_value: Any
    """What Parliament’s record had when the correction was made; null for a withdrawal.
    / Ce que la fiche du Parlement disait au moment de la correction; nul pour un retrait."""
    upstream_value: Any
    """What Parliament’s record had when it was last read; null for a withdrawal.
    / Ce que la fiche du Parlement disait à la dernière lecture; nul pour un retrait."""
    state: State
    """Its state; only an `active` one applies. / Son état; seule une correction `active` s’applique."""
    outdated: bool
    """Whether Parliament has changed what this corrects to something else; it waits for an editor.
    / Si le Parlement a changé autrement ce que ceci corrige; cela attend la rédaction."""
    reason: str
    """Why the editor made it. / Pourquoi la rédaction l’a faite."""
    made_at: dt.datetime
    """When it was made, in UTC. / Quand elle a été faite, en UTC."""
    expires_at: dt.datetime | None
    """When it ends, in UTC; null where it does not expire. / Quand elle prend fin, en UTC; nul si elle n’expire pas."""
    changed_at: dt.datetime
    """When `state` last changed, in UTC. / Quand `state` a changé pour la dernière fois, en UTC."""
    document_sha256: str
    """The SHA-256 of the document in which the correction was archived; revisions that it made name it.
    / Le SHA-256 du document où la correction a été archivée; les révisions qui en viennent le nomment."""
    links: Links


class OneOverride(msgspec.Struct, frozen=True, kw_only=True):
    """One correction of the editors. / Une correction de la rédaction."""

    data: OverrideOut
    meta: Meta


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """The editors’ corrections, newest first. / Les corrections de la rédaction, la plus récente d’abord."""

    data: list[OverrideOut]
    """The corrections. / Les corrections."""
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
