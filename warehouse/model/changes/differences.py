"""The differences between two states of an entity, field by field and part by part.

A path is a JSON Pointer (RFC 6901) into the stored state that names a part by its identity instead of its position:
`/yeas`, `/ballots/89156/position`, `/stages/2/state`. Field names are those of `warehouse/model/entities.py`.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from warehouse.model.kinds import parts_by_field

State = dict[str, Any]

PARTS: Final = parts_by_field()
"""The fields that hold parts."""


class Difference(msgspec.Struct, frozen=True):
    """One value before and after a change. / Une valeur avant et après un changement."""

    path: str
    """A JSON Pointer (RFC 6901) into the stored state; a part is named by what identifies it, as
    `/ballots/89156/position`.
    / Un JSON Pointer (RFC 6901) dans l’état conservé; une partie est nommée par ce qui l’identifie, comme
    `/ballots/89156/position`."""
    old: Any
    """The value before; null where there was none. / La valeur d’avant; nul s’il n’y en avait pas."""
    new: Any
    """The value after; null where there is none any more. / La valeur d’après; nul s’il n’y en a plus."""


def differences(old: State, new: State) -> list[Difference]:
    """All differences, by path. An added or removed part is one difference that contains the whole part."""
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
    old, new = parts_of(name, before), parts_of(name, after)
    for identity in [*old, *(each for each in new if each not in old)]:
        path = f"/{name}/{_escaped(identity)}"
        if identity not in old or identity not in new:
            yield Difference(path, old.get(identity), new.get(identity))
            continue
        for field in sorted({*old[identity], *new[identity]}):
            one, other = old[identity].get(field), new[identity].get(field)
            if one != other:
                yield Difference(f"{path}/{_escaped(field)}", one, other)


def parts_of(field: str, values: Iterable[Any]) -> dict[str, State]:
    """The parts of a field by their identity. Parts that the state has as arrays get the names of their fields."""
    part = PARTS[field]
    names = part.struct.__struct_fields__
    named = [dict(zip(names, value, strict=True)) if isinstance(value, list) else value for value in values]
    return {str(value[part.identity]): value for value in named}


def _escaped(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")
