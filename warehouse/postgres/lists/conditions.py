"""Conditions to SQL expressions and to their values."""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

from sqlalchemy import ARRAY, Text, and_, bindparam, not_, or_
from sqlalchemy.sql import ColumnElement, all_, any_

from warehouse.model.read_models.selection import Condition, Operator
from warehouse.postgres.lists.tables import Field
from warehouse.postgres.lists.text_match import pattern

Column = ColumnElement[Any]
_COMPARISONS: dict[str, Callable[[Any, Any], Column]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def values_of(name: str, condition: Condition, field: Field) -> dict[str, Any]:
    """The values of a condition, by parameter name."""
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


def condition_sql(name: str, field: Field, operator: Operator, *, is_true: bool) -> Column:
    """The expression of a condition. What is missing equals nothing, so `ne` holds for it."""
    columns = field.columns
    match operator:
        case "isnull":
            missing = and_(*(column.is_(None) for column in columns))
            return missing if is_true else not_(missing)
        case "ne":
            return and_(*(or_(_differs(column, field, name), column.is_(None)) for column in columns))
        case _:
            return or_(*(_holds(column, field, operator, name) for column in columns))


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
