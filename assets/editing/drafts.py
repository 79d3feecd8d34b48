"""Drafts of overrides and their validation. Each refusal names its cause and the next step."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from assets.overrides.merge import root_of, state_of
from warehouse.model.changes.differences import PARTS
from warehouse.model.changes.pointers import NoSuchField, Pointer, fields_of, parse, value_at, with_value
from warehouse.model.entities import Entity
from warehouse.model.kinds import KINDS, EntityType
from warehouse.model.overrides import Override
from warehouse.model.vocabulary.codes import BILL_STATUSES, BILL_TYPES, RESULTS, CodeList
from warehouse.runtime.errors import OverrideInvalid

_CODED: Final[Mapping[tuple[EntityType, str], CodeList]] = {
    ("bill", "status"): BILL_STATUSES,
    ("bill", "type"): BILL_TYPES,
    ("vote", "result"): RESULTS,
}


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A requested override. `field` is empty if the whole entity is to be withdrawn."""

    entity: EntityType
    key: str
    field: str = ""
    text: str = ""
    """The value as typed: JSON, or else plain text."""
    author: str
    reason: str
    expires_at: dt.datetime | None = None


def require_words(draft: Draft, moment: dt.datetime) -> None:
    """Refuse an override without an author or a reason, or with an expiry in the past.

    Raises:
        OverrideInvalid: one of these is the case.
    """
    for name, text in (("author", draft.author), ("reason", draft.reason)):
        if not text.strip():
            raise OverrideInvalid(f"An override needs its {name}.", fix=f"Say --{name} TEXT.")
    if draft.expires_at is not None and draft.expires_at <= moment:
        raise OverrideInvalid(
            f"{draft.expires_at.isoformat()} is in the past.", fix="Give a future instant, or leave it out."
        )


def values_of(draft: Draft, upstream: Entity) -> tuple[Any, Any]:
    """The new value as the state stores it, and the value from upstream.

    Raises:
        OverrideInvalid: the field does not exist, editors may not change it, or the value is not allowed.
    """
    try:
        pointer = parse(draft.entity, draft.field)
        _require_free(draft, pointer)
        old = value_at(state_of(upstream), pointer)
        value = _typed(draft, pointer, upstream)
    except NoSuchField as error:
        names = ", ".join(fields_of(draft.entity, Pointer("")))
        raise OverrideInvalid(str(error), fix=f"Fields of a {draft.entity}: {names}.") from error
    codes = _CODED.get((draft.entity, pointer.field))
    if codes is not None and value is not None and codes.get(value) is None:
        known = ", ".join(code.code for code in codes.codes)
        raise OverrideInvalid(f"{value!r} is no code of {draft.field}.", fix=f"One of {known}.")
    if value == old:
        raise OverrideInvalid(f"Upstream already says {draft.text} for {draft.field}.", fix="Nothing needs correcting.")
    return value, old


def _require_free(draft: Draft, pointer: Pointer) -> None:
    kind, part = KINDS[draft.entity], PARTS.get(pointer.field)
    is_identity = pointer.field in kind.identity or (part is not None and pointer.inner == part.identity)
    if is_identity:
        raise OverrideInvalid(
            f"{draft.field} says which one it is, so it cannot be another.",
            fix="Withdraw what should not be there: openpolicy override withdraw --help.",
        )
    if pointer.field in kind.derived:
        fix = "Override what it follows from, such as a ballot or /held_at."
        raise OverrideInvalid(f"{draft.field} follows from other fields.", fix=fix)


def _typed(draft: Draft, pointer: Pointer, upstream: Entity) -> Any:
    """The value as JSON if its field takes that, else the text itself."""
    refusal = ""
    for value in _readings(draft.text):
        try:
            root = root_of(with_value(state_of(upstream), pointer, value), type(upstream))
        except msgspec.ValidationError as error:
            refusal = refusal or str(error)
            continue
        return value_at(state_of(root), pointer)
    raise OverrideInvalid(f"{draft.field} cannot be {draft.text}: {refusal}.", fix="Give a value of the field's type.")


def _readings(text: str) -> list[Any]:
    try:
        return [msgspec.json.decode(text), text]
    except msgspec.DecodeError:
        return [text]


def require_apart(draft: Draft, active: Sequence[Override]) -> None:
    """Refuse a draft that overlaps another active override of the entity.

    Raises:
        OverrideInvalid: another override covers the same field, or the part that contains it.
    """
    for other in active:
        if other.withdraws or draft.field == "":
            same = other.withdraws
        else:
            same = f"{other.field}/".startswith(f"{draft.field}/") or f"{draft.field}/".startswith(f"{other.field}/")
        if same:
            raise OverrideInvalid(
                f"The override {other.id} is about {other.field or 'the whole entity'} already.",
                fix=f"Remove it first: openpolicy override remove {other.id}.",
            )
