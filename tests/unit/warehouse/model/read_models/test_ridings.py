"""Who holds a seat, and when nobody does."""

import datetime as dt
from typing import Any

import pytest

from warehouse.model.read_models.ridings import RidingTerm, RidingTerms, vacancies

D = dt.date


def term(person_id: int, from_on: dt.date, to_on: dt.date | None = None, **changes: Any) -> RidingTerm:
    """A term in the 42nd Parliament, which was dissolved on 2019-09-11; its last known ballot is of 2019-06-19."""
    fields: dict[str, Any] = {
        "parliament": 42,
        "person_id": person_id,
        "name": f"Member {person_id}",
        "caucus": "Liberal",
        "from_on": from_on,
        "to_on": to_on,
        "source": "both",
        "end_source": None if to_on is None else "members",
        "parliament_ended_on": D(2019, 9, 12),
        "parliament_known_until": D(2019, 6, 19),
    }
    return RidingTerm(**(fields | changes))


def riding(*terms: RidingTerm) -> RidingTerms:
    """A riding with these terms."""
    return RidingTerms(
        key="2013/p-0123456789",
        representation_order=2013,
        order_from=D(2015, 10, 19),
        order_to=D(2025, 4, 28),
        name_en="Lac-Saint-Jean",
        name_fr=None,
        province="Quebec",
        terms=terms,
    )


def test_a_vacancy_lasts_until_the_next_member_is_elected() -> None:
    (found,) = vacancies([term(1, D(2015, 10, 19), D(2017, 8, 10)), term(2, D(2017, 10, 23), D(2019, 9, 12))])
    assert (found.from_on, found.certain_until, found.to_on) == (D(2017, 8, 10), D(2017, 10, 22), D(2017, 10, 23))
    assert (found.from_source, found.to_source) == ("members", "members")


def test_the_first_ballot_of_the_next_member_is_later_than_the_election() -> None:
    """So only the time in which no by-election could be held is certain."""
    (found,) = vacancies(
        [term(1, D(2015, 10, 19), D(2018, 8, 4)), term(2, D(2019, 3, 18), D(2019, 9, 12), source="ballots")]
    )
    assert (found.certain_until, found.to_on, found.to_source) == (D(2018, 9, 19), D(2019, 3, 18), "ballots")


def test_without_a_next_member_it_is_certain_as_long_as_ballots_are_known() -> None:
    (found,) = vacancies([term(1, D(2015, 10, 19), D(2019, 1, 30))])
    assert (found.certain_until, found.to_on, found.to_source) == (D(2019, 6, 19), None, None)


def test_no_vacancy_outlasts_its_parliament() -> None:
    (found,) = vacancies([term(1, D(2015, 10, 19), D(2019, 9, 1))])
    assert found.certain_until == D(2019, 9, 11)


@pytest.mark.parametrize(
    "terms",
    [
        [term(1, D(2015, 10, 19), D(2018, 8, 4), end_source="inferred")],  # may only have stopped voting
        [term(1, D(2015, 10, 19), D(2019, 9, 12), end_source="dissolution")],
        [term(1, D(2015, 10, 19), D(2019, 10, 21))],  # the list gives the eve of the election
        [term(1, D(2015, 10, 19), D(2018, 8, 4), end_source="change"), term(1, D(2018, 8, 4), D(2019, 9, 12))],
        [
            term(1, D(2015, 12, 8), source="ballots", parliament=45, parliament_ended_on=None)
        ],  # elected some weeks before
        [term(1, D(2015, 10, 19), D(2018, 8, 4)), term(2, D(2018, 8, 4), D(2019, 9, 12))],
    ],
)
def test_no_vacancy(terms: list[RidingTerm]) -> None:
    assert vacancies(terms) == []


def test_who_sits_on_a_day_and_whether_nobody_does() -> None:
    found = riding(term(1, D(2015, 10, 19), D(2018, 8, 4)), term(2, D(2019, 3, 18), D(2019, 9, 12), source="ballots"))
    holder = found.holder(D(2018, 8, 3))
    assert holder is not None
    assert holder.person_id == 1
    assert found.is_vacant(D(2018, 8, 3)) is False
    assert found.is_vacant(D(2018, 8, 4)) is True
    assert found.is_vacant(D(2019, 3, 1)) is None  # elected on 25 February, first ballot on 18 March
    assert found.is_vacant(D(2019, 3, 18)) is False
    assert found.is_vacant(D(2019, 10, 1)) is None  # dissolved


def test_of_two_members_at_once_none_is_named() -> None:
    found = riding(term(1, D(2015, 10, 19), D(2019, 9, 12)), term(2, D(2017, 1, 1), D(2019, 9, 12)))
    assert found.holder(D(2018, 1, 1)) is None
    assert found.is_vacant(D(2018, 1, 1)) is None
