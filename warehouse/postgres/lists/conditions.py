"""Translates conditions to SQL expressions and values."""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

import msgspec
from sqlalchemy import ARRAY, Text, and_, bindparam, func, not_, or_
from sqlalchemy.sql import ColumnElement, all_, any_

from warehouse.model.read_models.selection import Condition, Operator
from warehouse.postgres.lists.tables import Field
from warehouse.postgres.lists.text_match import letters_pattern, pattern

Column = ColumnElement[Any]
_COMPARISONS: dict[str, Callable[[Any, Any], Column]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


class ConditionShape(msgspec.Struct, frozen=True):
    """The part of a condition that determines its SQL: everything but the values."""

    field: str
    operator: Operator
    is_true: bool
    is_narrowed: bool
    """Whether a trigram index leaves only few rows to check."""


def condition_shape(condition: Condition, field: Field) -> ConditionShape:
    """The shape of a condition."""
    is_narrowed = _letters(condition, field) is not None
    return ConditionShape(condition.field, condition.operator, condition.values == (True,), is_narrowed)


def _letters(condition: Condition, field: Field) -> str | None:
    """The pattern for the trigram index; None if there is no such index, or it would not help."""
    if not field.has_trigrams or condition.operator not in {"eq", "contains", "startswith"}:
        return None
    return letters_pattern(condition.values, of_persons=field.matching == "person")


def values_of(name: str, condition: Condition, field: Field) -> dict[str, Any]:
    """The values of a condition, by parameter name."""
    letters = _letters(condition, field)
    return _own_values(name, condition, field) | ({} if letters is None else {f"{name}_letters": letters})


def _own_values(name: str, condition: Condition, field: Field) -> dict[str, Any]:
    values = condition.values
    match condition.operator:
        case "eq" | "ne" if field.matching in {"folded", "person"}:
            return {name: pattern(values, "eq", of_persons=field.matching == "person")}
        case "eq" | "ne":
            return {name: list(values)}
        case "contains" | "startswith":
            return {name: pattern(values, condition.operator, of_persons=field.matching == "person")}
        case "range":
            return {name: values[0], f"{name}_to": values[1]}
        case "isnull":
            return {}
        case _:
            return {name: values[0]}


def condition_sql(name: str, field: Field, shape: ConditionShape) -> Column:
    """The expression of a condition. A missing value equals nothing, so `ne` is true for it."""
    columns = field.columns
    match shape.operator:
        case "isnull":
            missing = and_(*(column.is_(None) for column in columns))
            return missing if shape.is_true else not_(missing)
        case "ne":
            return and_(*(or_(_differs(column, field, name), column.is_(None)) for column in columns))
        case _:
            holds = [_holds(column, field, shape.operator, name) for column in columns]
            if shape.is_narrowed:
                holds = [and_(_has_letters(column, name), each) for column, each in zip(columns, holds, strict=True)]
            return or_(*holds)


def _has_letters(column: Column, name: str) -> Column:
    """A wider condition, true wherever the condition itself is, for which an index finds the rows."""
    return func.plain_letters(column, type_=Text()).bool_op("~")(bindparam(f"{name}_letters", type_=Text()))


def _list_of(column: Column, name: str) -> Column:
    return bindparam(name, type_=ARRAY(column.type))


def _holds(column: Column, field: Field, operator: Operator, name: str) -> Column:
    value: Column = bindparam(name, type_=column.type)
    match operator:
        case "contains" | "startswith":
            return _matches(column, name)
        case "eq":
            return _equals(column, field, name)
        case "range":
            return column.between(value, bindparam(f"{name}_to", type_=column.type))
        case _:
            return _COMPARISONS[operator](column, value)


def _equals(column: Column, field: Field, name: str) -> Column:
    if field.matching in {"folded", "person"}:
        return _matches(column, name)
    if field.matching == "overlap":
        return column.bool_op("&&")(bindparam(name, type_=column.type))
    return column == any_(_list_of(column, name))


def _differs(column: Column, field: Field, name: str) -> Column:
    if field.matching == "exact":
        return column != all_(_list_of(column, name))
    return not_(_equals(column, field, name))


def _matches(column: Column, name: str) -> Column:
    return column.bool_op("~")(bindparam(name, type_=Text()))
