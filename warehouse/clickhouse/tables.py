"""The tables of facts: for each entity its table and that of its parts, with the types of the columns in inserts."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from warehouse.model.kinds import EntityType
from warehouse.model.read_models.facts import Fact
from warehouse.runtime.errors import RowRefused

Columns = dict[str, Any]
"""Names and types, in order."""
_TEXT, _DATE, _YES, _SMALL, _NUMBER, _BATCH = (
    pa.string(), pa.date32(), pa.bool_(), pa.uint16(), pa.uint32(), pa.uint64()
)  # fmt: skip
_RECORDED = pa.timestamp("us", "UTC")


class FactTable(msgspec.Struct, frozen=True):
    """The tables of one kind of entity."""

    name: str
    key: str
    """The column that identifies entities."""
    columns: Columns
    """Of `Fact.row`."""
    parts: str = ""
    """The table of its parts; empty for an entity that has none."""
    shared: Columns = {}
    part_columns: Columns = {}
    key_type: Any = _TEXT

    @property
    def current(self) -> str:
        """The view of the rows in force."""
        return f"current_{self.name}"

    @property
    def rebuilt(self) -> str:
        """The table that a rebuild fills and then exchanges with this one."""
        return f"{self.name}_rebuilt"


TABLES: dict[EntityType, FactTable] = {
    "vote": FactTable(
        "votes",
        "key",
        {
            "session": _TEXT,
            "parliament": _SMALL,
            "chamber": _TEXT,
            "number": _NUMBER,
            "held_at": pa.timestamp("ms", "UTC"),
            "held_on": _DATE,
            "subject_en": _TEXT,
            "subject_fr": _TEXT,
            "result": _TEXT,
            "bill": _TEXT,
            "bill_type": _TEXT,
            "kind": _TEXT,
            "yeas": _SMALL,
            "nays": _SMALL,
            "paired": _SMALL,
            "counted_yeas": _SMALL,
            "counted_nays": _SMALL,
            "counted_paired": _SMALL,
            "disputed": _YES,
            "recorded_at": _RECORDED,
        },
        "ballots",
        {"vote_key": _TEXT, "session": _TEXT, "chamber": _TEXT, "number": _NUMBER, "held_on": _DATE},
        {
            "person_id": _NUMBER,
            "name": _TEXT,
            "position": _TEXT,
            "paired": _YES,
            "caucus": _TEXT,
            "riding": _TEXT,
            "province": _TEXT,
            "side": _TEXT,
        },
    ),
    "bill": FactTable(
        "bills",
        "key",
        {
            "session": _TEXT,
            "number": _TEXT,
            "chamber": _TEXT,
            "type": _TEXT,
            "status": _TEXT,
            "sponsor_person_id": _NUMBER,
            "sponsor_name": _TEXT,
            "introduced_on": _DATE,
            "passed_house_first_on": _DATE,
            "passed_house_second_on": _DATE,
            "passed_house_third_on": _DATE,
            "passed_senate_first_on": _DATE,
            "passed_senate_second_on": _DATE,
            "passed_senate_third_on": _DATE,
            "royal_assent_on": _DATE,
            "latest_activity_on": _DATE,
            "is_reinstated": _YES,
            "provisional": _YES,
            "recorded_at": _RECORDED,
            "sponsor_basis": _TEXT,
            "sponsor_caucus": _TEXT,
            "outcome": _TEXT,
            "outcome_on": _DATE,
            "stage_reached": _TEXT,
        },
        "bill_stages",
        {"bill_key": _TEXT, "revision": _NUMBER},
        {"ordinal": _SMALL, "chamber": _TEXT, "stage": _TEXT, "state": _TEXT, "state_on": _DATE},
    ),
    "member": FactTable(
        "members",
        "person_id",
        {
            "name": _TEXT,
            "caucus": _TEXT,
            "riding": _TEXT,
            "province": _TEXT,
            "is_sitting": _YES,
            "recorded_at": _RECORDED,
            "office": pa.list_(_TEXT),
            "office_in_cabinet": pa.list_(_YES),
            "office_from": pa.list_(_DATE),
            "office_to": pa.list_(_DATE),
        },
        "memberships",
        {"person_id": _NUMBER, "revision": _NUMBER},
        {
            "parliament": _SMALL,
            "caucus": _TEXT,
            "riding": _TEXT,
            "province": _TEXT,
            "from_on": _DATE,
            "to_on": _DATE,
        },
        _NUMBER,
    ),
    "session": FactTable(
        "sessions",
        "key",
        {"parliament": _SMALL, "number": _SMALL, "opened_on": _DATE, "closed_on": _DATE, "is_current": _YES},
    ),
}
"""The order in which they are filled and swapped."""


def own_rows(table: FactTable, facts: Sequence[Fact], batches: Sequence[int]) -> pa.Table:
    """The rows of the entities themselves, each with the batch of its parts.

    Raises:
        RowRefused: a value does not fit its column.
    """
    head = {table.key: table.key_type, "revision": _NUMBER, "batch": _BATCH, "is_withdrawn": _YES}
    rows = [
        (fact.shared[0] if table.key_type == _NUMBER else fact.key, fact.revision, batch, fact.is_withdrawn, *fact.row)
        for fact, batch in zip(facts, batches, strict=True)
    ]
    return pa.table(_columns(table.name, head | table.columns, rows))


def part_rows(table: FactTable, facts: Sequence[Fact], batches: Sequence[int]) -> pa.Table:
    """The rows of the parts of entities, with shared values repeated. Words are dictionary-encoded, which halves the
    work of the engine.

    Raises:
        RowRefused: a value does not fit its column.
    """
    common = [(*fact.shared, batch) for fact, batch in zip(facts, batches, strict=True)]
    owner = np.repeat(np.arange(len(facts)), [len(fact.parts) for fact in facts])
    shared = _columns(table.parts, table.shared | {"batch": _BATCH}, common)
    parts = _columns(table.parts, table.part_columns, list(chain.from_iterable(fact.parts for fact in facts)))
    return pa.table(
        {name: _words(column).take(pa.array(owner)) for name, column in shared.items()}
        | {name: _words(column) for name, column in parts.items()}
    )


def _words(column: pa.Array) -> pa.Array:
    return column.dictionary_encode() if pa.types.is_string(column.type) else column


def _columns(table: str, columns: Columns, rows: Sequence[tuple[Any, ...]]) -> dict[str, pa.Array]:
    values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    try:
        return {name: pa.array(of, kind) for (name, kind), of in zip(columns.items(), values, strict=True)}
    except (pa.ArrowException, TypeError, OverflowError, ValueError) as error:
        raise RowRefused(f"A row does not fit the table {table}: {error}") from error
