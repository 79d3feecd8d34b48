"""Writes facts so that readers see each entity whole or not at all, and only once, even after interruptions.

The parts of an entity are inserted first, under a new batch number. The row of the entity, which names the number,
comes last and makes them visible. An interrupted insert leaves rows that nothing refers to.
"""

import time
from collections.abc import Iterable, Mapping, Sequence

from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.tables import TABLES, FactTable, own_rows, part_rows
from warehouse.model.kinds import EntityType
from warehouse.model.read_models.facts import Fact, SessionTotals
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.sqlfiles import queries

_GRACE_S = 2.0
"""After this time, queries that were planned before a swap have read their rows."""
_BATCH_ROWS = 100_000
"""Parts in one insert: about 40 ms of the engine's time and 15 MB."""


class FactWriter:
    """The facts of one database; one process at a time may write them."""

    def __init__(self, clickhouse: ClickHouse) -> None:
        self._clickhouse = clickhouse
        self._batch = 0

    def insert(self, facts: Sequence[Fact]) -> None:
        """Add newer revisions; older ones change nothing. The rows are on disk when this returns.

        Raises:
            RowRefused: a value does not fit its column; some other facts may have been added.
            StoreUnavailable: ClickHouse is unavailable. Some facts may have been added; adding them again is safe.
        """
        fresh = self._newer({(fact.entity, fact.key): fact for fact in sorted(facts, key=lambda fact: fact.revision)})
        for entity, table in TABLES.items():
            for batch in bounded(_of(entity, fresh)):
                self._add(table, table.name, batch)

    def rebuild(self, batches: Iterable[Sequence[Fact]]) -> int:
        """Replace everything by these facts, the newest of each entity. Readers see the old facts until the swap.

        Parts are inserted next to the old ones but stay invisible; entities go into new tables. Exchanging the tables
        makes the new rows visible, one kind of entity after the other, each atomically. Returns the number of entities.

        Raises:
            RowRefused, StoreUnavailable: the facts stay as they are.
        """
        began, count = self._batch_number(), 0
        for table in TABLES.values():
            self._command("drop_rebuilt", table)
            self._clickhouse.command(_query(f"make_{table.name}"))
        for facts in batches:
            for entity, table in TABLES.items():
                for batch in bounded(_of(entity, facts)):
                    self._add(table, table.rebuilt, batch)
                    count += len(batch)
        for table in TABLES.values():
            self._command("swap", table)
        time.sleep(_GRACE_S)
        self.clean(before=began)
        for table in TABLES.values():
            self._command("drop_rebuilt", table)
        return count

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """The revision that readers see of every entity: entity → key → revision."""
        found = {}
        for entity, table in TABLES.items():
            parameters = {"key": table.key, "view": table.current}
            rows = self._clickhouse.rows(_query("stored_revisions"), parameters)
            found[entity] = {str(key): int(revision) for key, revision in rows}
        return found

    def problems(self) -> list[str]:
        """Up to 20 votes whose ballots are not those that their totals were counted from."""
        return [
            f"vote {key}: counted {yeas}–{nays}, {pairs} paired; the facts have {yea}–{nay}, {paired} paired, "
            f"{twice} of a member twice"
            for key, yeas, nays, pairs, yea, nay, paired, twice in self._clickhouse.rows(_query("miscounted"))
        ]

    def totals(self) -> dict[str, SessionTotals]:
        """Sums by session, to be compared with those of the shards."""
        return {
            session: SessionTotals(*(int(each) for each in numbers))
            for session, *numbers in self._clickhouse.rows(_query("totals"))
        }

    def clean(self, *, before: int) -> int:
        """Delete parts with a batch number below `before` that nothing names; returns how many there were."""
        deleted = 0
        for table in TABLES.values():
            if table.parts:
                parameters = {"table": table.parts, "view": table.current, "before": before}
                unseen = int(self._clickhouse.rows(_query("unseen"), parameters)[0][0])
                if unseen:
                    self._clickhouse.command(_query("delete_unseen"), parameters)
                deleted += unseen
        return deleted

    def _newer(self, facts: Mapping[tuple[EntityType, str], Fact]) -> list[Fact]:
        """The facts that are newer than the stored ones, found with one query for all kinds of entities."""
        asked, parameters = [], {}
        for entity, table in TABLES.items():
            if keys := [key for of, key in facts if of == entity]:
                asked.append(_query(f"known_{table.name}"))
                parameters[table.name] = keys
        if not asked:
            return []
        rows = self._clickhouse.rows("\nunion all\n".join(asked), parameters)
        known = {(entity, key): int(revision) for entity, key, revision in rows}
        return [fact for name, fact in facts.items() if fact.revision > known.get(name, 0)]

    def _add(self, table: FactTable, own_table: str, facts: Sequence[Fact]) -> None:
        first = self._batch_number(len(facts))
        batches = range(first, first + len(facts))
        own = own_rows(
            table, facts, batches
        )  # build both before sending either, so that a value that does not fit stops both
        if table.parts and any(fact.parts for fact in facts):
            self._clickhouse.insert_arrow(table.parts, part_rows(table, facts, batches))
            failpoint("facts.after_parts")
        self._clickhouse.insert_arrow(own_table, own)

    def _batch_number(self, count: int = 1) -> int:
        """The first of `count` new numbers: nanoseconds since 1970. Two writers could only collide in the same
        nanosecond."""
        first = max(time.time_ns(), self._batch)
        self._batch = first + count
        return first

    def _command(self, name: str, table: FactTable) -> None:
        self._clickhouse.command(_query(name), {"table": table.name, "rebuilt": table.rebuilt})


def batch_of_age(seconds: float) -> int:
    """The batch number of that many seconds ago."""
    return time.time_ns() - int(seconds * 1_000_000_000)


def _query(name: str) -> str:
    return queries("clickhouse/queries/facts.sql")[name]


def _of(entity: EntityType, facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.entity == entity]


def bounded(facts: Sequence[Fact]) -> Iterable[list[Fact]]:
    """The facts in lists of at most 100,000 parts."""
    batch: list[Fact] = []
    size = 0
    for fact in facts:
        if batch and size + len(fact.parts) > _BATCH_ROWS:
            yield batch
            batch, size = [], 0
        batch.append(fact)
        size += len(fact.parts)
    if batch:
        yield batch
