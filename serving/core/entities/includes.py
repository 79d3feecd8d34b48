"""`include=sponsor,votes.statistics`: what belongs to each entry comes with it, at most two levels deep.

Everything is read for all entries at once, so the number of statements depends on what is included and never on how
many entries there are; and all of it is of the same version of the lists as the entries.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from serving.core.answers.fields import opened
from serving.core.answers.texts import View
from serving.core.http.errors import InvalidValue, nearest
from serving.core.parameters.query_string import Parameters
from warehouse.model.kinds import EntityType
from warehouse.model.stored import Stored

if TYPE_CHECKING:
    from serving.core.process.platform import Platform

MOST_COST: Final = 2_000
"""What one request may include: the sum over all entries of what each may bring."""
MOST_PARTS: Final = 20
"""Entries of a list that is included; the whole list has an address of its own."""
_MOST_NAMES: Final = 20


class Related(NamedTuple):
    """One thing that belongs to an entry: as published, and as stored where something belongs to it in turn."""

    out: msgspec.Struct
    stored: Stored[Any] | None = None


class RelatedList(msgspec.Struct, frozen=True):
    """What belongs to one entry: the first of them, how many there are, and the address of all."""

    items: Sequence[Related]
    count: int = 0
    all_at: str = ""


Load = Callable[["Platform", Sequence[Stored[Any]], View, int], Awaitable[Sequence[RelatedList]]]
"""For each of the stored entities what belongs to it at a version of the lists; at most one where it is no list."""


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """Something that belongs to entities of a kind."""

    of: EntityType
    name: str
    to: EntityType | None = None
    """Its own kind, whose relations may follow after a dot; None where nothing belongs to it."""
    shape: type[msgspec.Struct]
    is_list: bool = False
    cost: int = 1
    """Of one of them, compared with an entity that is read by its key."""
    is_kept: bool = True
    """Whether it can be shown as of a snapshot."""
    en: str
    fr: str
    load: Load

    @property
    def fan_out(self) -> int:
        """How many one entry may bring."""
        return MOST_PARTS if self.is_list else 1


Tree = dict[str, "tuple[Relation, Tree]"]


class Relations:
    """The relations of the services in one process."""

    def __init__(self, relations: Sequence[Relation]) -> None:
        self._by_kind: dict[str, dict[str, Relation]] = {}
        for each in relations:
            self._by_kind.setdefault(each.of, {})[each.name] = each

    def of(self, kind: EntityType) -> Sequence[Relation]:
        """What belongs to entities of a kind."""
        return tuple(self._by_kind.get(kind, {}).values())

    def names(self, kind: EntityType) -> tuple[str, ...]:
        """Every value that `include` may have for entities of a kind, two levels deep."""
        found: list[str] = []
        for first in self.of(kind):
            found.append(first.name)
            found += [f"{first.name}.{second.name}" for second in (self.of(first.to) if first.to else ())]
        return tuple(found)

    def wanted(self, kind: EntityType | None, parameters: Parameters, entries: int, *, is_pinned: bool) -> Tree:
        """What a request wants to include with so many entries; empty where nothing is.

        Raises:
            InvalidValue: there is no such relation, it cannot be shown as of a snapshot, or all is too much together.
        """
        if kind is None:
            return {}
        known = self.names(kind)
        tree: Tree = {}
        for name in parameters.many("include", _MOST_NAMES):
            if name not in known:
                raise InvalidValue(
                    f"`include` cannot be `{name[:100]}`.",
                    f"`include` ne peut pas être `{name[:100]}`.",
                    param="include",
                    allowed=known,
                    nearest=nearest(name, known),
                )
            place, of = tree, kind
            for part in name.split("."):
                relation = self._by_kind[of][part]
                if is_pinned and not relation.is_kept:
                    raise InvalidValue(
                        f"`include={name}` cannot be combined with `snapshot`: it is counted from the records as they "
                        "are now.",
                        f"`include={name}` ne va pas avec `snapshot`\u00a0: cela se compte sur les données actuelles.",
                        param="include",
                    )
                place = place.setdefault(part, (relation, {}))[1]
                of = relation.to or of
        cost = _cost(tree)
        if cost * entries > MOST_COST:
            fewer = MOST_COST // cost
            way = (f"for at most {fewer} entries (`limit={fewer}`)", f"au plus {fewer} entrées (`limit={fewer}`)")
            raise InvalidValue(
                f"`include` costs {cost * entries} here, {cost} for each of {entries} entries; the limit is "
                f"{MOST_COST}. Include less, or ask {way[0]}.",
                f"`include` coûte ici {cost * entries}, soit {cost} pour chacune de {entries} entrées; la limite est "
                f"{MOST_COST}. Demandez moins à inclure, ou {way[1]}.",
                param="include",
            )
        return tree


def _cost(tree: Tree) -> int:
    """What the relations of one entry cost."""
    return sum(relation.fan_out * (relation.cost + _cost(inner)) for relation, inner in tree.values())


async def load(
    platform: "Platform", tree: Tree, owners: Sequence[Stored[Any]], view: View, version: int
) -> list[dict[str, Any]]:
    """What is included with each of the entities, by name, at a version of the lists."""
    found: list[dict[str, Any]] = [{} for _ in owners]
    for name, (relation, inner) in tree.items():
        loaded = await relation.load(platform, owners, view, version) if owners else []
        outs = [[related.out for related in each.items] for each in loaded]
        entries: list[list[Any]] = [*outs]
        if inner:
            flat = [related.stored for each in loaded for related in each.items]
            with_parts = iter(await load(platform, inner, [each for each in flat if each is not None], view, version))
            entries = [[opened(out, next(with_parts)) for out in each] for each in outs]
        for place, (each, shown) in enumerate(zip(loaded, entries, strict=True)):
            if relation.is_list:
                found[place][name] = {"data": shown, "count": each.count, "all": each.all_at}
            else:
                found[place][name] = shown[0] if shown else None
    return found
