"""What a load does with overrides: it merges them into what it stores, and notes what upstream says by now."""

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
    """The active overrides during one load. None comes or goes meanwhile."""

    def __init__(self, overrides: Sequence[Override]) -> None:
        self._of: dict[tuple[EntityType, str], list[Override]] = defaultdict(list)
        for override in overrides:
            self._of[override.entity, override.key].append(override)
        self.seen: dict[UUID, Any] = {}
        self.settled: set[UUID] = set()

    def merged(self, entity: EntityType, incoming: Sequence[Incoming[Root]]) -> list[Incoming[Root]]:
        """What is to be stored: with the overrides that apply, and without what editors have withdrawn."""
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
        """Bills that only votes named and that were withdrawn: where no vote names one any more, upstream agrees."""
        for (entity, key), overrides in self._of.items():
            if entity == "bill" and key.startswith(f"{session}/") and key not in named:
                of_votes = [each for each in overrides if each.withdraws and each.upstream_value.get("provisional")]
                self.seen |= {each.id: each.upstream_value for each in of_votes}
                self.settled |= {each.id for each in of_votes}


@contextmanager
def overriding(catalog: Database) -> Iterator[Overriding]:
    """The active overrides, for as long as a load merges and stores; then what it saw of upstream is noted.

    What is stored and not noted is read again, since its documents are not marked as loaded yet.
    """
    with table.kept_still(catalog):
        found = Overriding(table.active(catalog))
        yield found
        failpoint("override.before_note")
        table.note(catalog, found.seen, frozenset(found.settled))
        failpoint("override.after_note")
        note_findings(catalog)  # also where nothing was seen: a load may have ended between its notes and these
