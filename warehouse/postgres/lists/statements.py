"""Selections to SQL: SQLAlchemy builds, psycopg executes. A statement is built once for each shape and then reused."""

from functools import cache, lru_cache
from typing import Any, Final, LiteralString

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ClauseElement,
    Dialect,
    Integer,
    Select,
    SmallInteger,
    Table,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ColumnElement, Subquery
from sqlalchemy.sql.util import ClauseAdapter

from warehouse.model.read_models.selection import Listing, Order, Selection
from warehouse.postgres.lists.conditions import ConditionShape, condition_shape, condition_sql, values_of
from warehouse.postgres.lists.tables import LIST_VERSIONS, TABLES, ListTable

_DIALECT: Dialect = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]
Column = ColumnElement[Any]
_LOWEST: Column = literal_column("-2147483648", Integer())
_HIGHEST: Column = literal_column("2147483647", Integer())
"""Beyond every sort value of a leading table, which is an integer."""


class Shape(msgspec.Struct, frozen=True):
    """What of a selection decides its SQL; the values do not."""

    listing: Listing
    conditions: tuple[ConditionShape, ...]
    order: tuple[Order, ...]
    missing: tuple[bool, ...] | None
    """For each sort value of the place whether it is null; None without a place."""
    backwards: bool
    is_counted: bool


class _Key(msgspec.Struct, frozen=True):
    """One part of the order. Nulls come last in the list, so first when it is read backwards."""

    column: Column
    descending: bool
    nullable: bool


def shape_of(selection: Selection) -> Shape:
    """The shape of a selection."""
    place = selection.place
    fields = TABLES[selection.listing].filters
    return Shape(
        selection.listing,
        tuple(condition_shape(each, fields[each.field]) for each in selection.conditions),
        selection.order,
        None if place is None else tuple(value is None for value in place),
        selection.backwards,
        selection.is_counted,
    )


def parameters_of(selection: Selection) -> dict[str, Any]:
    """The values of a selection, by the names its statement gives them. One row more than wanted is asked for."""
    rows = selection.limit + 1
    values = dict(selection.scope)
    values |= {"rows": rows, "skip": selection.offset, "reach": rows + selection.offset, "version": selection.version}
    fields = TABLES[selection.listing].filters
    for number, condition in enumerate(selection.conditions):
        values |= values_of(f"p{number}", condition, fields[condition.field])
    return values | {f"k{number}": value for number, value in enumerate(selection.place or ())}


@lru_cache(maxsize=2048)
def page_statement(shape: Shape) -> LiteralString:
    """What the list reads, then the sort values and the key; of a versioned list also the oldest version kept, of a
    counted one the count."""
    table = TABLES[shape.listing]
    keys = _keys(table, shape)
    sorts = [key.column.label(f"s{number}") for number, key in enumerate(keys)]
    chosen = select(*sorts).select_from(table.source)
    chosen = chosen.where(*_wheres(table, shape), *_beyond(keys, shape), *_until(table, keys[0], shape))
    chosen = chosen.order_by(*(_direction(key, key.column, shape) for key in keys))
    if table.versions is None:
        counts = [_count(table, shape).label("count")] if shape.is_counted else []
        rows = chosen.with_only_columns(*table.read, *sorts, *counts)
        return _text(rows.limit(bindparam("rows")).offset(bindparam("skip")))
    return _text(_versioned(table, table.versions, keys, shape, chosen))


def _versioned(
    table: ListTable, versions: tuple[Column, Column], keys: list[_Key], shape: Shape, chosen: Select[Any]
) -> ClauseElement:
    """The page of both parts of a version. States are read of its rows only: their text is most of a row's cost."""
    identity = [column.label(f"i{number}") for number, column in enumerate(table.identity)]
    parts = [chosen.add_columns(*identity).where(*live).limit(bindparam("reach")) for live in _lives(versions)]
    both = union_all(*parts).subquery("both_parts")
    cut = select(both).order_by(*_outer(keys, both, shape)).limit(bindparam("rows")).offset(bindparam("skip"))
    page = cut.subquery("page")
    same = and_(*(column == page.c[f"i{number}"] for number, column in enumerate(table.identity)))
    oldest = select(func.min(LIST_VERSIONS.c.version)).scalar_subquery()
    places = [page.c[f"s{number}"] for number in range(len(keys))]
    whole = select(*table.read, *places, oldest).select_from(page.join(table.source, same))
    return whole.order_by(*_outer(keys, page, shape))


def _outer(keys: list[_Key], page: Subquery, shape: Shape) -> list[Column]:
    """The order again, of a part that has the sort values under other names."""
    return [_direction(key, page.c[f"s{number}"], shape) for number, key in enumerate(keys)]


@lru_cache(maxsize=2048)
def count_statement(shape: Shape) -> LiteralString:
    """How many rows there are under the conditions, wherever the page is."""
    return _text(select(_count(TABLES[shape.listing], shape)))


def _count(table: ListTable, shape: Shape) -> Column:
    lives: list[list[Column]] = _lives(table.versions) if table.versions is not None else [[]]
    leading = _leading(table, shape)
    source = table.source if leading is None else leading
    counts = [
        select(func.count()).select_from(source).where(*_wheres(table, shape), *live).scalar_subquery()
        for live in lives
    ]
    total: Column = counts[0]
    for count in counts[1:]:
        total = total + count
    return total


_MOST_VALUES: Final = 20_000


@cache
def vocabulary_statement(listing: Listing, field: str, *, is_newer: bool) -> LiteralString:
    """The values that a field has in the current rows of a list, or in those of them that are newer than `since`."""
    table = TABLES[listing]
    wheres = _current(table)
    if is_newer and table.versions is not None:
        wheres.append(table.versions[0] > bindparam("since", type_=BigInteger()))
    parts = [
        select(column.label("value")).distinct().select_from(table.source).where(column.is_not(None), *wheres)
        for column in table.filters[field].columns
    ]
    values = union(*parts) if len(parts) > 1 else parts[0]
    return _text(values.limit(literal_column(str(_MOST_VALUES))))


@cache
def keys_statement(listing: Listing) -> LiteralString:
    """The keys of the current rows of a list."""
    table = TABLES[listing]
    return _text(select(table.last).select_from(table.source).where(*_current(table)))


def _current(table: ListTable) -> list[Column]:
    return [] if table.versions is None else [table.versions[1].is_(None)]


def _keys(table: ListTable, shape: Shape) -> list[_Key]:
    sorts = [(table.sorts[order.field], order.descending) for order in shape.order]
    keys = [_Key(column, descending, bool(getattr(column, "nullable", False))) for column, descending in sorts]
    return [*keys, _Key(table.last, descending=False, nullable=False)]


def _wheres(table: ListTable, shape: Shape) -> list[Column]:
    wheres: list[Column] = [column == bindparam(name) for name, column in table.scope.items()]
    if table.owned is not None:
        wheres.append(table.owned == any_(bindparam("owned", type_=ARRAY(SmallInteger))))
    for number, condition in enumerate(shape.conditions):
        wheres.append(condition_sql(f"p{number}", table.filters[condition.field], condition))
    return wheres


def _lives(versions: tuple[Column, Column]) -> list[list[Column]]:
    """The rows of a version: those still current that are old enough, and those closed since. Two parts, since the
    first is nearly all and has its own indexes."""
    live_from, live_to = versions
    version: Column = bindparam("version")
    return [[live_to.is_(None), live_from <= version], [live_to > version, live_from <= version]]


def _direction(key: _Key, column: Column, shape: Shape) -> Column:
    ordered = column.desc() if key.descending != shape.backwards else column.asc()
    if not key.nullable:
        return ordered
    return ordered.nulls_first() if shape.backwards else ordered.nulls_last()


def _beyond(keys: list[_Key], shape: Shape) -> list[Column]:
    """Rows beyond the place: greater in the first sort value, or equal in it and greater in the second, and so on."""
    if shape.missing is None:
        return []
    alternatives: list[Column] = []
    equals: list[Column] = []
    for number, (key, missing) in enumerate(zip(keys, shape.missing, strict=True)):
        value = bindparam(f"k{number}", type_=key.column.type)
        alternatives.append(and_(*equals, _after(key, value, missing=missing, backwards=shape.backwards)))
        equals.append(key.column.is_(None) if missing else key.column == value)
    beyond: list[Column] = [or_(*alternatives)]
    if not keys[0].nullable:
        # Says nothing new, and lets the server begin in the index at the place instead of at its start.
        first = bindparam("k0", type_=keys[0].column.type)
        upwards = keys[0].descending == shape.backwards
        beyond.append(keys[0].column >= first if upwards else keys[0].column <= first)
    return beyond


def _leading(table: ListTable, shape: Shape) -> Table | None:
    """The leading table of a join, if no condition looks at another."""
    columns = [column for each in shape.conditions for column in table.filters[each.field].columns]
    return table.leading if all(getattr(column, "table", None) is table.leading for column in columns) else None


def _until(table: ListTable, key: _Key, shape: Shape) -> list[Column]:
    """That no row is beyond the last one that the page can need, by the first sort value, which the leading table's
    index gives. The page is the same without it; but the server would join and sort the whole list, for it plans
    without knowing how few rows the page needs."""
    leading = _leading(table, shape)
    if leading is None or key.column not in list(leading.c):
        return []
    alone = leading.alias("leading")
    own = ClauseAdapter(alone)
    column = alone.c[key.column.name]
    upwards = key.descending == shape.backwards
    wheres = [own.traverse(where) for where in _wheres(table, shape)]
    if shape.missing is not None:
        first = bindparam("k0", type_=key.column.type)
        wheres.append(column > first if upwards else column < first)
    ordered = select(column).where(*wheres).order_by(column.asc() if upwards else column.desc())
    last = ordered.offset(bindparam("reach") - literal_column("1")).limit(literal_column("1")).scalar_subquery()
    # The server expects few rows in a range with two ends, and a third of the table in one with a single end.
    if upwards:
        return [key.column >= _LOWEST, key.column <= func.coalesce(last, _HIGHEST)]
    return [key.column <= _HIGHEST, key.column >= func.coalesce(last, _LOWEST)]


def _after(key: _Key, value: Column, *, missing: bool, backwards: bool) -> Column:
    column = key.column
    if missing:
        return column.is_not(None) if backwards else false()
    after = column < value if key.descending != backwards else column > value
    return or_(after, column.is_(None)) if key.nullable and not backwards else after


def _text(statement: ClauseElement) -> LiteralString:
    """The SQL. Names come from our tables and values are parameters: nothing of a request is in the text."""
    return statement.compile(dialect=_DIALECT).string
