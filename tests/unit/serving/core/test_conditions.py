"""Query parameters to conditions and orders."""

import datetime as dt
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from serving.bills.filters import BILLS
from serving.core.http.errors import InvalidValue, RequestError, UnknownParameter
from serving.core.parameters.conditions import ListSpec, conditions_of, order_of
from serving.core.parameters.query_string import Parameters
from serving.members.filters import BALLOTS as MEMBER_BALLOTS
from serving.members.filters import MEMBERS
from serving.ridings.filters import RIDINGS
from serving.sessions.filters import SESSIONS
from serving.sittings.filters import SITTINGS
from serving.votes.filters import BALLOTS, VOTES, VOTES_OF_BILL
from warehouse.model.read_models.selection import Condition, Order, Selection
from warehouse.postgres.lists.statements import count_statement, page_statement, parameters_of, shape_of
from warehouse.postgres.lists.tables import TABLES

EVERY_LIST = [SESSIONS, BILLS, VOTES, VOTES_OF_BILL, BALLOTS, MEMBERS, MEMBER_BALLOTS, RIDINGS, SITTINGS]


def conditions(listed: ListSpec, query: str) -> tuple[Condition, ...]:
    """The conditions of a query."""
    return conditions_of(listed, Parameters(query))


@pytest.mark.parametrize(
    ("listed", "query", "condition"),
    [
        (BILLS, "session=45-1,44-1", Condition("session", "eq", ("45-1", "44-1"))),
        (BILLS, "session__in=45-1&session__in=44-1", Condition("session", "eq", ("45-1", "44-1"))),
        (BILLS, "number__ne=c3", Condition("number", "ne", ("C-3",))),
        (BILLS, "status=Royal%20assent%20received", Condition("status", "eq", ("royal-assent-received",))),
        (BILLS, "type=UNKNOWN", Condition("type", "eq", ("unknown",))),
        (BILLS, "sponsor=89156", Condition("sponsor_person_id", "eq", (89156,))),
        (BILLS, "sponsor=Marc+Gold", Condition("sponsor_name", "eq", ("Marc Gold",))),
        (BILLS, "sponsor__startswith=Hon., 1", Condition("sponsor_name", "startswith", ("Hon., 1",))),
        (BILLS, "date_from=2025-01-02", Condition("introduced_on", "gte", (dt.date(2025, 1, 2),))),
        (BILLS, "provisional=false", Condition("provisional", "eq", (False,))),
        (VOTES, "bill=45-1/c-3", Condition("bill", "eq", ("45-1/C-3",))),
        (VOTES, "bill=C3", Condition("bill_number", "eq", ("C-3",))),
        (VOTES, "held_on__range=2025-01-02,2025-01-05",
         Condition("held_on", "range", (dt.date(2025, 1, 2), dt.date(2025, 1, 5)))),
        (MEMBERS, "party=NPD", Condition("party", "eq", ("NDP", "NPD"))),
        (MEMBERS, "party=Rhinoceros", Condition("party", "eq", ("Rhinoceros",))),
        (MEMBERS, "province=qc", Condition("province", "eq", ("Quebec", "Québec"))),
        (VOTES, "updated_since=2025-01-02T00:00:00-05:00",
         Condition("updated_at", "gte", (dt.datetime(2025, 1, 2, 5, tzinfo=dt.UTC),))),
    ],
)  # fmt: skip
def test_a_parameter_is_a_condition(listed: ListSpec, query: str, condition: Condition) -> None:
    assert conditions(listed, query) == (condition,)


def test_the_same_query_in_another_order_is_the_same() -> None:
    assert conditions(BILLS, "status=defeated&session=45-1") == conditions(BILLS, "session=45-1&status=defeated")


def test_orders() -> None:
    assert order_of(BILLS, "-date, number") == (Order("introduced_on", True), Order("number"))
    with pytest.raises(InvalidValue) as caught:
        order_of(BILLS, "numbr")
    assert caught.value.nearest == "number"


def test_an_unknown_parameter_names_the_nearest() -> None:
    with pytest.raises(UnknownParameter) as caught:
        conditions(VOTES, "reslt=agreed")
    assert caught.value.nearest == "result"


@pytest.mark.parametrize("listed", EVERY_LIST, ids=lambda listed: listed.listing)
def test_every_filter_operator_and_order_has_its_sql(listed: ListSpec) -> None:
    samples = {"number": "5", "seats": "45", "date": "2025-01-02", "flag": "true"}
    for each in listed.filters:
        value = each.example or (each.allowed[0] if each.allowed else samples.get(each.kind, "text"))
        for operator in each.operators:
            text = {"isnull": "true", "range": f"{value},{value}"}.get(operator, value)
            found = conditions(listed, f"{each.name}__{operator}={quote(text)}")
            _compiles(Selection(listing=listed.listing, conditions=found))
    for name, field in listed.sorts.items():
        assert field in TABLES[listed.listing].sorts, name
        for place in (None, (None, "key"), ("value", "key")):
            for backwards in (False, True):
                order = order_of(listed, f"-{name}")
                _compiles(Selection(listing=listed.listing, order=order, place=place, backwards=backwards))
    assert order_of(listed, listed.default_sort)


def _compiles(selection: Selection) -> None:
    for statement in (page_statement(shape_of(selection)), count_statement(shape_of(selection))):
        names = parameters_of(selection) | dict.fromkeys((*TABLES[selection.listing].scope, "owned", "orders", "on"))
        assert statement % dict.fromkeys(names, 1)


@example("0\x1f", "parliament")
@given(st.text(max_size=60), st.sampled_from([each.name for each in BILLS.filters]))
def test_any_value_is_a_condition_or_a_problem(value: str, name: str) -> None:
    with suppress(RequestError):
        assert len(conditions(BILLS, f"{name}={quote(value)}")) == 1
