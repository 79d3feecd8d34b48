"""Which Parliament a day belongs to, and when a Parliament is over."""

import datetime as dt

from assets.sessions.transform import last_day_of, parliament_on
from warehouse.model.entities import Session

D = dt.date


def session(key: str, opened: D, closed: D | None) -> Session:
    parliament, number = map(int, key.split("-"))
    return Session(key=key, parliament=parliament, number=number, name_en=key, opened_on=opened, closed_on=closed)


HELD = {
    each.key: each
    for each in (
        session("45-1", D(2025, 5, 26), None),
        session("43-2", D(2020, 9, 23), D(2021, 8, 15)),
        session("43-1", D(2019, 12, 5), D(2020, 8, 18)),
    )
}


def test_a_seat_belongs_to_the_parliament_of_the_last_general_election() -> None:
    days = {D(2019, 10, 20): 42, D(2019, 10, 21): 43, D(2020, 10, 26): 43, D(2021, 9, 20): 44, D(2026, 1, 1): 45}
    assert {day: parliament_on(day, HELD) for day in days} == days
    assert parliament_on(D(1990, 1, 1), HELD) is None


def test_of_a_parliament_with_an_unknown_election_the_sessions_tell() -> None:
    held = {
        each.key: each
        for each in (session("90-1", D(2021, 7, 5), D(2024, 9, 20)), session("91-1", D(2024, 11, 18), None))
    }
    assert [parliament_on(day, held) for day in (D(2021, 5, 31), D(2024, 10, 14))] == [90, 91]


def test_a_parliament_is_over_when_a_later_one_is_known() -> None:
    assert last_day_of(43, HELD, 45) == D(2021, 8, 15)
    assert last_day_of(43, HELD, 43) is None
    assert last_day_of(45, HELD, 45) is None
    assert last_day_of(44, HELD, 45) is None
