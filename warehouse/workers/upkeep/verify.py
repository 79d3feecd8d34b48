"""`openpolicy verify`: state = replay of the change log = list tables, for every shard and the catalog."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.model.keys import BUCKETS
from warehouse.model.kinds import KINDS, EntityType
from warehouse.model.read_models.lists import ListRow
from warehouse.objects.log_archive import LogArchive
from warehouse.postgres import verify as proof
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.shards import moves
from warehouse.postgres.shards.shard_map import Shards
from warehouse.projections.lists import COLUMNS, project
from warehouse.workers.stream.apply import logs
from warehouse.workers.upkeep.verify_read_models import Comparison


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """One database's checksums by entity, and what does not agree."""

    log: str
    states: dict[str, str]
    replayed: dict[str, str]
    lists: str
    lists_expected: str
    problems: list[str]


class VerifyReport(msgspec.Struct, frozen=True):
    """Every database's proof."""

    databases: list[Verified]
    compared: list[Comparison] = []
    """What read models and Kafka hold, where that was asked for."""

    @property
    def clean(self) -> bool:
        """Nothing differs anywhere."""
        found = [database.problems for database in self.databases] + [each.problems for each in self.compared]
        return not any(found)

    @property
    def lines(self) -> list[str]:
        """One line a checksum, then one a difference."""
        shown: list[str] = []
        for database in self.databases:
            for entity, checksum in database.states.items():
                mark = "=" if checksum == database.replayed[entity] else "≠"
                shown.append(
                    f"{database.log}  {KINDS[entity].plural}  {checksum} {mark} log {database.replayed[entity]}"
                )
            mark = "=" if database.lists == database.lists_expected else "≠"
            shown.append(f"{database.log}  lists  {database.lists} {mark} log {database.lists_expected}")
        shown += [
            f"{found.holder}  {found.entities} entities {'≠' if found.problems else '='} logs"
            for found in self.compared
        ]
        shown += [f"{database.log}: {problem}" for database in self.databases for problem in database.problems]
        return shown + [f"{found.holder}: {problem}" for found in self.compared for problem in found.problems]

    def as_dict(self) -> dict[str, Any]:
        """The report for `--json`."""
        return {
            "clean": self.clean,
            "databases": msgspec.to_builtins(self.databases),
            "compared": msgspec.to_builtins(self.compared),
        }


def verify(catalog: Database, shards: Shards, objects: LogArchive | None = None) -> VerifyReport:
    """Compare the stored states, the replayed log and the list tables of every database, and prove every object that
    holds archived changes; `objects` is where they are.

    Run while nothing is being loaded: a change between two of its queries would look like a difference.
    """
    shards.refresh()
    moving = moves.buckets_on_shards(catalog)
    current = {table: proof.current_list(catalog, table, columns) for table, columns in COLUMNS.items()}
    databases = []
    for name, database in logs(catalog, shards).items():
        shard = None if name == "catalog" else int(name.removeprefix("shard_"))
        owned = list(range(BUCKETS)) if shard is None else shards.map.buckets_of(shard)
        held = frozenset(owned) | (frozenset() if shard is None else moving.get(shard, frozenset()))
        databases.append(_verify_one(name, database, (owned, held), current, objects))
    left_over = [f"{table} {key}: in the list, in no log" for table, rows in current.items() for key in rows]
    if left_over:
        databases[0] = msgspec.structs.replace(databases[0], problems=databases[0].problems + left_over[:20])
    return VerifyReport(databases)


def _verify_one(
    name: str,
    database: Database,
    buckets: tuple[list[int], frozenset[int]],
    current: dict[str, dict[str, ListRow]],
    objects: LogArchive | None,
) -> Verified:
    owned, held = buckets
    states: dict[str, str] = {}
    replayed: dict[str, str] = {}
    problems = proof.gaps(database, owned) + proof.withdrawn(database, owned)
    for entity in _kinds_in(name):
        state, replay = proof.checksums(database, entity, owned)
        states[entity], replayed[entity] = str(state), str(replay)
        if state != replay:
            problems += proof.differences(database, entity, owned)
        problems += proof.misplaced(database, entity, held)
    if name != "catalog":
        problems += proof.orphans(database)
    verified = Verified(log=name, states=states, replayed=replayed, problems=problems, lists="-", lists_expected="-")
    if damaged := _damage(database, objects):
        problems += damaged
        _leave_out(database, _kinds_in(name), current)
        return verified
    return _with_lists(verified, read.latest_of(database, owned), current)


def _kinds_in(log: str) -> list[EntityType]:
    """The kinds whose entities a database holds."""
    return [name for name, kind in KINDS.items() if kind.is_sharded == (log != "catalog")]


def _with_lists(verified: Verified, latest: Iterable[LogEntry], current: dict[str, dict[str, ListRow]]) -> Verified:
    """Also with what the lists show, beside what they should; takes the rows out of `current`."""
    changes = [change for change in map(project, latest) if change is not None]
    expected = [change for change in changes if not change.is_withdrawn]
    listed = [(change.table, current[change.table].pop(change.row[0], ())) for change in expected]
    problems = [
        f"{change.table} {change.row[0]}: the list has revision {found[1] if found else None}, the log {change.row[1]}"
        for change, (_, found) in zip(expected, listed, strict=True)
        if _normal(change.row) != _normal(found)
    ]
    return msgspec.structs.replace(
        verified,
        problems=verified.problems + problems[:20],
        lists=_checksum(row for _, row in listed),
        lists_expected=_checksum(change.row for change in expected),
    )


def _damage(database: Database, objects: LogArchive | None) -> list[str]:
    """What is wrong with the objects that hold archived changes of a log."""
    held = proof.archives(database)
    if held and objects is None:
        return [f"{len(held)} objects with archived changes could not be looked at: OPENPOLICY_OBJECTS_URL is not set"]
    return [] if objects is None else objects.damage(held)


def _leave_out(database: Database, entities: Iterable[EntityType], current: dict[str, dict[str, ListRow]]) -> None:
    """Lists are not judged by a log that cannot be read whole."""
    for key in (key for entity in entities for key in proof.keys(database, entity)):
        for rows in current.values():
            rows.pop(key, None)


def _normal(row: ListRow) -> tuple[Any, ...]:
    """The row with state and provenance decoded, its last but one columns: the same JSON is written in many ways."""
    decoded = [json.loads(value) if isinstance(value, str) else value for value in row[-3:-1]]
    return (*row[:-3], *decoded, *row[-1:])


def _checksum(rows: Iterable[ListRow]) -> str:
    """Count and order-free digest of rows, without instants, which differ between two runs over the same documents."""
    total = count = 0
    for row in rows:
        plain = _normal(row)[:-2]
        digest = hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).digest()
        total, count = total + int.from_bytes(digest[:8], "big"), count + 1
    return f"{count} × {total & 0xFFFF_FFFF_FFFF_FFFF:016x}"
