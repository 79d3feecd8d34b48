"""Applies overrides during a load: merges them into entities before they are stored, and records upstream's present
values."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from assets.overrides.findings import note_findings
from assets.overrides.merge import merge, state_of
from warehouse.model.entities import Entity
from warehouse.model.kinds import EntityType
from warehouse.model.overrides import Override
from warehouse.postgres.aggregates.store import Incoming
from warehouse.postgres.catalog import overrides as table
from warehouse.postgres.connections.pools import Database
from warehouse.runtime.failpoints import failpoint

Root = TypeVar("Root", bound=Entity)


class Overriding:
    """The active overrides during one load; none is made or removed meanwhile."""

    def __init__(self, overrides: Sequence[Override]) -> None:
        self._of: dict[tuple[EntityType, str], list[Override]] = defaultdict(list)
        for override in overrides:
            self._of[override.entity, override.key].append(override)
        self.seen: dict[UUID, Any] = {}
        self.settled: set[UUID] = set()

    def merged(self, entity: EntityType, incoming: Sequence[Incoming[Root]]) -> list[Incoming[Root]]:
        """The entities to store: with their overrides, and without those that editors have withdrawn."""
        if not self._of:
            return list(incoming)
        return [kept for item in incoming if (kept := self._one(entity, item)) is not None]

    def _one(self, entity: EntityType, item: Incoming[Root]) -> Incoming[Root] | None:
        overrides = self._of.get((entity, item.root.key), [])
        for override in overrides:
            if override.withdraws:
                self.seen[override.id] = state_of(item.root)
                return None
        if not overrides:
            return item
        found = merge(item.root, overrides)
        self.seen |= found.seen
        self.settled |= found.settled
        return Incoming(found.root, msgspec.structs.replace(item.provenance, overrides=found.refs))

    def settle_unnamed(self, session: str, named: set[str]) -> None:
        """Settle withdrawals of provisional bills: if no vote names such a bill any more, upstream agrees with the
        editor."""
        for (entity, key), overrides in self._of.items():
            if entity == "bill" and key.startswith(f"{session}/") and key not in named:
                of_votes = [each for each in overrides if each.withdraws and each.upstream_value.get("provisional")]
                self.seen |= {each.id: each.upstream_value for each in of_votes}
                self.settled |= {each.id for each in of_votes}


@contextmanager
def overriding(catalog: Database) -> Iterator[Overriding]:
    """The active overrides while a load merges and stores. Afterwards the values seen upstream are recorded.

    After a crash between the two, the documents are read again, because they are not marked as loaded yet.
    """
    with table.kept_still(catalog):
        found = Overriding(table.active(catalog))
        yield found
        failpoint("override.before_note")
        table.note(catalog, found.seen, frozenset(found.settled))
        failpoint("override.after_note")
        note_findings(catalog)  # even if nothing was seen: an earlier load may have ended before this step
