"""What `openpolicy override` does."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from deploy.local.attached import found_stores
from deploy.local.supervisor import Say
from warehouse.model.kinds import KINDS, EntityType
from warehouse.postgres.roles import LOADER
from warehouse.runtime.clock import now
from warehouse.runtime.errors import OverrideInvalid
from warehouse.runtime.settings import Settings, read_settings

if TYPE_CHECKING:
    from warehouse.model.overrides import Override, State
    from warehouse.stores import Stores

T = TypeVar("T")
_MOST = 500
_DAYS = re.compile(r"([1-9]\d{0,4})d")


def make(
    entity: str,
    key: str,
    field: str,
    text: str,
    *,
    author: str,
    reason: str,
    expires: str,
    data_dir: Path | None,
    say: Say,
) -> "Override":
    """Create an override; without a field, a withdrawal.

    Raises:
        OverrideInvalid: the override is not allowed.
    """
    from assets.editing.drafts import Draft
    from assets.editing.editor import make as make_it

    draft = Draft(
        entity=entity_of(entity),
        key=key,
        field=field,
        text=text,
        author=author,
        reason=reason,
        expires_at=expiry(expires, now()),
    )
    return _with_stores(data_dir, say, lambda stores: make_it(stores, draft))


def remove(text: str, data_dir: Path | None, say: Say) -> "Override":
    """End an override by its id."""
    from assets.editing.editor import remove as remove_it

    override_id = id_of(text)
    return _with_stores(data_dir, say, lambda stores: remove_it(stores, override_id))


def expire(data_dir: Path | None, say: Say) -> int:
    """Expire overrides past their expiry; returns how many."""
    from assets.editing.editor import expire as expire_them

    return _with_stores(data_dir, say, expire_them)


def find_override(text: str, data_dir: Path | None, say: Say) -> "Override":
    """An override by its id."""
    from assets.editing.editor import find_override

    override_id = id_of(text)
    return _with_stores(data_dir, say, lambda stores: find_override(stores.catalog, override_id))


def list_overrides(data_dir: Path | None, say: Say, *, everything: bool) -> "list[Override]":
    """The newest overrides first: the active ones, or all."""
    from warehouse.postgres.catalog.overrides import list_overrides as listed_ones

    states: Sequence[State] | None = None if everything else ["active"]
    return _with_stores(data_dir, say, lambda stores: listed_ones(stores.catalog, states, _MOST))


def facts(override: "Override") -> dict[str, Any]:
    """All facts about an override, for `--json`."""
    import msgspec

    known = msgspec.structs.asdict(override)
    known.pop("pending")
    return known | {"outdated": override.is_outdated}


def entity_of(text: str) -> EntityType:
    """The kind of entity with this name.

    Raises:
        OverrideInvalid: the kind does not exist.
    """
    for kind in KINDS.values():
        if text.lower() in {kind.name, kind.plural}:
            return kind.name
    raise OverrideInvalid(f"{text!r} is not a kind of entity.", fix=f"It must be one of {', '.join(KINDS)}.")


def id_of(text: str) -> uuid.UUID:
    """The id of an override.

    Raises:
        OverrideInvalid: the text is not an id.
    """
    try:
        return uuid.UUID(text)
    except ValueError:
        raise OverrideInvalid(
            f"{text!r} is not a valid id.", fix="Run `openpolicy override list --all` to see their ids."
        ) from None


def expiry(text: str, moment: dt.datetime) -> dt.datetime | None:
    """When an override ends: `30d` after `moment`, a day (its midnight in UTC), or an instant with its zone.

    Raises:
        OverrideInvalid: the text is none of these.
    """
    if not text:
        return None
    if days := _DAYS.fullmatch(text):
        return moment + dt.timedelta(days=int(days[1]))
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or (found.tzinfo is None and len(text) > len("2027-01-01")):
        raise OverrideInvalid(f"{text!r} is not a valid expiry.", fix="Say 30d, 2027-01-01 or 2027-01-01T12:00:00Z.")
    return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def _with_stores(data_dir: Path | None, say: Say, work: "Callable[[Stores], T]") -> T:
    from warehouse.stores import open_stores

    settings: Settings = read_settings()
    with found_stores(data_dir, settings, say, LOADER) as found, open_stores(found) as stores:
        return work(stores)
