"""Editors' corrections: a value of an entity that counts instead of Parliament's, or the entity's withdrawal."""

import datetime as dt
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from warehouse.model.entities import OverrideRef
from warehouse.model.kinds import EntityType

OVERRIDE: Final = "override"
"""The source of a revision that an override made."""
State = Literal["active", "expired", "settled", "removed"]
STATES: Final[tuple[State, ...]] = ("active", "expired", "settled", "removed")


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """One correction. Values are JSON as Python has it; instants are UTC."""

    id: UUID
    entity: EntityType
    key: str
    field: str
    """JSON Pointer into the state (`warehouse/model/changes/differences.py`); empty where the entity is withdrawn."""
    value: Any
    """What counts instead; null where nothing does, and for a withdrawal."""
    old_value: Any
    """What upstream said when the override was made; of a withdrawal the whole state."""
    upstream_value: Any
    """What upstream said when it was last read."""
    author: str
    reason: str
    made_at: dt.datetime
    expires_at: dt.datetime | None
    state: State
    """`settled`: upstream says the same by now. Only an `active` one applies."""
    changed_at: dt.datetime
    """When `state` last changed."""
    withdraws: bool
    document_sha256: str
    """Of the override's own document in the archive."""
    pending: bool
    """The entity does not show yet what this says."""

    @property
    def ref(self) -> OverrideRef:
        """How a revision names it."""
        return OverrideRef(str(self.id), self.field)

    @property
    def url(self) -> str:
        """Where readers find it."""
        return f"/api/v1/overrides/{self.id}"

    @property
    def is_outdated(self) -> bool:
        """Upstream has changed what this corrects, to something else than this says."""
        return self.state == "active" and self.upstream_value != self.old_value


_refs = msgspec.json.Decoder(tuple[OverrideRef, ...])


def refs_of(text: str | None) -> tuple[OverrideRef, ...]:
    """The references that a row holds as JSON; none where it holds nothing."""
    return _refs.decode(text) if text else ()


def refs_text(refs: tuple[OverrideRef, ...]) -> str | None:
    """The same as a row holds it."""
    return msgspec.json.encode(refs).decode() if refs else None
