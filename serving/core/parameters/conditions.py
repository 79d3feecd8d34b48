"""Query parameters to conditions: `field=value`, `field__op=value`, comma or repetition for OR, AND between fields."""

from typing import Any

import msgspec

from serving.core.answers.formats import CSV_NAMES
from serving.core.http.errors import InvalidValue
from serving.core.parameters import values as fields
from serving.core.parameters.query_string import PAST_NAMES, Parameters, not_allowed, require_at_most
from serving.core.parameters.values import BY_NAME, FieldValue, FilterSpec, most_values
from warehouse.model.kinds import EntityType
from warehouse.model.read_models.selection import Condition, Listing, Operator, Order

_WHOLE_VALUE = ("contains", "startswith")


class ListSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The public face of one list: its filters, its orders, and the synonyms people expect."""

    listing: Listing
    filters: tuple[FilterSpec, ...]
    computed: tuple[FilterSpec, ...] = ()
    """Filters that no column of the list answers: the address works them out. They take one value and no operator."""
    sorts: dict[str, str]
    """Public sort names to the store's."""
    default_sort: str
    dated_by: str = ""
    """The filter that `date_from` and `date_to` mean."""
    has_updates: bool = False
    """Whether `updated_since` is understood."""
    has_all: bool = False
    """Whether `limit=all` is understood, for CSV and NDJSON."""
    has_known_at: bool = False
    """Whether `known_at` and `snapshot` are understood: the list as readers saw it at an instant."""
    entity: EntityType | None = None
    """The kind of its entries, where other things can be included with them."""
    has_past: bool = False
    """Whether `revision`, `known_at` and `snapshot` are understood; the address reads them itself."""

    def parameter_names(self) -> list[str]:
        """Every parameter but the operators, for hints."""
        names = [each.name for each in (*self.filters, *self.computed)]
        names += ["limit", "cursor", "offset", "sort", "lang", "fields", *CSV_NAMES]
        names += ["include"] if self.entity else []
        names += ["date_from", "date_to"] if self.dated_by else []
        names += PAST_NAMES if self.has_past else ["known_at", "snapshot"] if self.has_known_at else ()
        return [*names, "updated_since"] if self.has_updates else names


def computed_of(listed: ListSpec, parameters: Parameters) -> dict[str, Any]:
    """The computed filters that are given, with their values.

    Raises:
        InvalidValue: a value is not one that its filter may have.
    """
    given = ((each, parameters.single(each.name)) for each in listed.computed)
    return {each.name: each.read(each.name, value) for each, value in given if value is not None}


def conditions_of(listed: ListSpec, parameters: Parameters) -> tuple[Condition, ...]:
    """The conditions that the parameters ask for, in a fixed order, so that the same query is the same text.

    Raises:
        InvalidValue: a value is not one that its filter may have.
        UnknownParameter: a parameter is none of this list's.
    """
    found: list[Condition] = []
    for each in listed.filters:
        for suffix in ("", *(f"__{operator}" for operator in each.operators)):
            name = each.name + suffix
            if values := parameters.all(name):
                found.append(_condition(each, name, suffix.removeprefix("__") or "eq", values))
    found += _synonyms(listed, parameters)
    for name in PAST_NAMES if listed.has_past else ("known_at", "snapshot") if listed.has_known_at else ():
        parameters.all(name)
    parameters.finish(listed.parameter_names())
    return tuple(found)


def _synonyms(listed: ListSpec, parameters: Parameters) -> list[Condition]:
    found: list[Condition] = []
    operators: tuple[tuple[str, Operator], ...] = (("date_from", "gte"), ("date_to", "lte"))
    for name, operator in operators if listed.dated_by else ():
        if (value := parameters.single(name)) is not None:
            found.append(Condition(listed.dated_by, operator, (fields.date(name, value),)))
    if listed.has_updates and (since := parameters.single("updated_since")) is not None:
        found.append(Condition("updated_at", "gte", (fields.instant("updated_since", since),)))
    return found


def _condition(each: FilterSpec, name: str, operator: str, values: list[str]) -> Condition:
    if operator == "isnull":
        return Condition(each.field, "isnull", (fields.flag(name, _only(name, values)),))
    texts = values if operator in _WHOLE_VALUE else [part for value in values for part in value.split(",")]
    require_at_most(name, texts, most_values(each))
    if operator in _WHOLE_VALUE:
        return Condition(each.field, BY_NAME[operator], tuple(fields.text(name, text) for text in texts))
    read = [each.read(name, text) for text in texts]
    field, flat = _flattened(each, name, read)
    if operator == "range" and (len(flat) != 2 or flat[0] > flat[1]):
        raise InvalidValue(
            f"`{name}` must be two values, the lower first, with a comma between them.",
            f"`{name}` prend deux valeurs, la plus petite d’abord, séparées par une virgule.",
            param=name,
        )
    if operator in {"gt", "gte", "lt", "lte"}:
        _only(name, texts)
    return Condition(field, BY_NAME[operator], flat)


def _only(name: str, values: list[str]) -> str:
    if len(values) != 1:
        raise InvalidValue(f"`{name}` takes one value.", f"`{name}` prend une seule valeur.", param=name)
    return values[0]


def _flattened(each: FilterSpec, name: str, read: list[Any]) -> tuple[str, tuple[Any, ...]]:
    """The store's field and its values. A filter that means several fields means one of them at a time."""
    found = {value.field for value in read if isinstance(value, FieldValue)}
    if len(found) > 1:
        raise InvalidValue(
            f"The values of `{name}` must all be of one form.",
            f"Les valeurs de `{name}` doivent toutes avoir la même forme.",
            param=name,
        )
    flat: list[Any] = []
    for value in read:
        plain = value.value if isinstance(value, FieldValue) else value
        flat += plain if isinstance(plain, tuple) else [plain]
    return (found.pop() if found else each.field), tuple(flat)


def order_of(listed: ListSpec, text: str) -> tuple[Order, ...]:
    """The order of `sort=-date,number`.

    Raises:
        InvalidValue: a field is none of the list's, or is named twice.
    """
    orders: list[Order] = []
    for part in text.split(","):
        name = part.strip().removeprefix("-")
        if name not in listed.sorts:
            raise not_allowed("sort", name, tuple(listed.sorts))
        order = Order(listed.sorts[name], part.strip().startswith("-"))
        if any(order.field == each.field for each in orders):
            raise InvalidValue(f"`sort` names {name} twice.", f"`sort` nomme {name} deux fois.", param="sort")
        orders.append(order)
    return tuple(orders)
