"""What became of a bill, by the rule that says so."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from assets.bills.outcomes import next_session, previous_session, with_outcome
from warehouse.model.entities import Bill, Session
from warehouse.model.keys import bill_key
from warehouse.model.vocabulary.codes import DISSOLUTIONS, OUTCOME_RULES, OUTCOMES

D = dt.date


def bill(number: str = "C-201", session: str = "43-1", **fields: Any) -> Bill:
    chamber: Any = "commons" if number.startswith("C") else "senate"
    values = {"title_en": "An Act", "status": "house-second-reading"} | fields
    return Bill(key=bill_key(session, number), session=session, number=number, chamber=chamber, **values)


def session(key: str, closed: D | None) -> Session:
    parliament, number = map(int, key.split("-"))
    return Session(key=key, parliament=parliament, number=number, name_en=key, closed_on=closed)


SESSIONS = {
    each.key: each
    for each in (
        session("41-1", D(2013, 9, 13)),
        session("43-1", D(2020, 8, 18)),
        session("43-2", D(2021, 8, 15)),
        session("45-1", None),
    )
}
AGAIN = {"C-201": bill("C-201", "43-2", is_reinstated=True), "C-202": bill("C-202", "43-2", is_reinstated=False)}


@pytest.mark.parametrize(
    ("found", "next_bills", "outcome", "on", "rule"),
    [
        (bill(session="43-2"), None, "died", D(2021, 8, 15), "dissolution"),
        (bill("C-201"), AGAIN, "reinstated", None, "reinstated"),
        (bill("C-202"), AGAIN, "died", D(2020, 8, 18), "prorogation"),
        (bill("C-203"), AGAIN, "died", D(2020, 8, 18), "prorogation"),
        (bill("C-201", "41-1"), None, None, None, "next-session-not-held"),
        (bill("S-201", "41-1"), None, "died", D(2013, 9, 13), "prorogation"),
        (bill(session="45-1"), None, "pending", None, "session-open"),
        (bill(session="44-1"), None, None, None, "not-listed"),
        (bill(session="43-2", royal_assent_on=D(2021, 6, 1)), None, "law", D(2021, 6, 1), "royal-assent"),
        (bill(royal_assent_on=D(2020, 6, 1), status="outside-order-of-precedence"), AGAIN, "law", D(2020, 6, 1),
         "royal-assent"),
        (bill(status="defeated", latest_activity_on=D(2020, 3, 3)), AGAIN, "defeated", D(2020, 3, 3), "status"),
        (bill(status="not-proceeded-with"), AGAIN, "not-proceeded-with", None, "status"),
        (bill("C-1", status="pro-forma", latest_activity_on=D(2019, 12, 5)), AGAIN, "pro-forma", None, "status"),
    ],
)  # fmt: skip
def test_the_outcome_names_its_rule(
    found: Bill, next_bills: dict[str, Bill] | None, outcome: str | None, on: D | None, rule: str
) -> None:
    judged = with_outcome(found, SESSIONS, next_bills)
    assert (judged.outcome, judged.outcome_on, judged.outcome_rule) == (outcome, on, rule)
    assert judged.reinstated_as == ("43-2/C-201" if outcome == "reinstated" else None)


def test_a_parliament_that_is_not_in_the_table_ends_as_its_sessions_say() -> None:
    first, second, later = session("98-1", D(2090, 1, 1)), session("98-2", D(2091, 1, 1)), session("99-1", None)
    every = {each.key: each for each in (first, second, later)}
    assert with_outcome(bill("S-201", "98-1"), every, {}).outcome_rule == "prorogation"
    assert with_outcome(bill("C-201", "98-2"), every, None).outcome_rule == "dissolution"
    alone = {"98-2": second}
    judged = with_outcome(bill("C-201", "98-2"), alone, None)
    assert (judged.outcome, judged.outcome_rule) == (None, "end-unknown")


def test_the_sessions_around_one() -> None:
    assert (previous_session("43-2"), previous_session("43-1"), next_session("43-1")) == ("43-1", None, "43-2")


def test_every_code_has_both_languages() -> None:
    assert all(code.fr for code in (*OUTCOMES.codes, *OUTCOME_RULES.codes))


@pytest.mark.recorded
def test_the_days_of_dissolution_are_those_of_the_library_of_parliament(recorded_data: Path) -> None:
    parliament, last = 0, {}
    with (recorded_data / "other" / "parlinfo_sessions_2023-01.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.reader(lines):
            if row[0].startswith("Parliament:"):
                parliament = int(row[0].split()[1])
            elif row[0].isdigit() and parliament not in last and row[2]:
                last[parliament] = D.fromisoformat(row[2])  # the newest session comes first
    assert {number: day for number, day in DISSOLUTIONS.items() if number <= 43} == {
        number: last[number] for number in range(35, 44)
    }
