"""What differs between two states of an entity, field by field; of what has parts, part by part.

A path is a JSON Pointer (RFC 6901) into the stored state, with a part named by what identifies it and not by its place:
`/yeas`, `/ballots/89156/position`, `/stages/2/state`. Field names are those of `warehouse/model/entities.py`.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from warehouse.model.entities import Ballot

State = dict[str, Any]

PARTS: Final = {
    "ballots": "person_id",
    "caucuses": "caucus",
    "stages": "ordinal",
    "publications": "publication_id",
    "memberships": "from_on",
    "identifiers": "scheme",
    "offices": "key",
}
"""Fields that hold parts, and what identifies a part."""
_BALLOT_NAMES: Final = [field.name for field in msgspec.structs.fields(Ballot)]


class Difference(msgspec.Struct, frozen=True):
    """One value before and after; null where there was none, or is none any more."""

    path: str
    old: Any
    new: Any


def differences(old: State, new: State) -> list[Difference]:
    """Everything that differs, by path. A part that came or went is one difference, with the whole part in it."""
    found: list[Difference] = []
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name in PARTS:
            found += _of_parts(name, before or [], after or [])
        else:
            found.append(Difference(f"/{_escaped(name)}", before, after))
    return found


def _of_parts(name: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    old, new = _by_identity(name, before), _by_identity(name, after)
    for identity in [*old, *(each for each in new if each not in old)]:
        path = f"/{name}/{_escaped(identity)}"
        if identity not in old or identity not in new:
            yield Difference(path, old.get(identity), new.get(identity))
            continue
        for field in sorted({*old[identity], *new[identity]}):
            one, other = old[identity].get(field), new[identity].get(field)
            if one != other:
                yield Difference(f"{path}/{_escaped(field)}", one, other)


def _by_identity(name: str, parts: list[Any]) -> dict[str, State]:
    named = [dict(zip(_BALLOT_NAMES, part, strict=True)) if isinstance(part, list) else part for part in parts]
    return {str(part[PARTS[name]]): part for part in named}


def _escaped(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")
