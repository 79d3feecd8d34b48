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
    """The value in force instead; null if there is none, and for a withdrawal."""
    old_value: Any
    """Upstream's value when the override was made; for a withdrawal the whole state."""
    upstream_value: Any
    """Upstream's value when it was last read."""
    author: str
    reason: str
    made_at: dt.datetime
    expires_at: dt.datetime | None
    state: State
    """`settled`: upstream has the same value by now. Only `active` overrides apply."""
    changed_at: dt.datetime
    """When `state` last changed."""
    withdraws: bool
    document_sha256: str
    """Of the override's own document in the archive."""
    pending: bool
    """The override is not in the stored entity yet."""

    @property
    def ref(self) -> OverrideRef:
        """The reference to it in a revision."""
        return OverrideRef(str(self.id), self.field)

    @property
    def url(self) -> str:
        """Its public address."""
        return f"/api/v1/overrides/{self.id}"

    @property
    def is_outdated(self) -> bool:
        """Whether upstream has changed the corrected value to another one than this override's."""
        return self.state == "active" and self.upstream_value != self.old_value


_refs = msgspec.json.Decoder(tuple[OverrideRef, ...])


def refs_of(text: str | None) -> tuple[OverrideRef, ...]:
    """The references in a row's JSON; none if it is null."""
    return _refs.decode(text) if text else ()


def refs_text(refs: tuple[OverrideRef, ...]) -> str | None:
    """The references as JSON for a row."""
    return msgspec.json.encode(refs).decode() if refs else None
