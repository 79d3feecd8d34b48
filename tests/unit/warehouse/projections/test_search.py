"""From a change of a bill, a vote or a member to what it is found by."""

import datetime as dt

import msgspec
import pytest

from tests.support.data.events import entry, state_of
from warehouse.model.entities import Membership
from warehouse.model.read_models.search import Removed, SearchDocument
from warehouse.projections.search import project


def test_a_bill_is_found_by_its_titles_number_status_and_sponsor() -> None:
    state = msgspec.structs.replace(
        state_of("bill"),
        status="defeated",
        status_en="Bill defeated",
        sponsor_name_en="Ann Able",
        latest_activity_on=dt.date(2020, 2, 3),
        introduced_on=dt.date(2020, 1, 2),
    )
    document = project(entry("bill", revision=3, state=state))
    assert isinstance(document, SearchDocument)
    assert (document.id, document.revision, document.order) == ("bill:1-1/C-7", 3, 101)
    assert (document.bill, document.title_en, document.status_en) == ("C-7", "An Act respecting tests", "Bill defeated")
    assert (document.sponsor_en, document.date, document.year) == ("Ann Able", dt.date(2020, 2, 3), 2020)


def test_a_bill_without_activity_has_the_day_of_its_introduction() -> None:
    state = msgspec.structs.replace(state_of("bill"), introduced_on=dt.date(2020, 1, 2))
    document = project(entry("bill", state=state))
    assert isinstance(document, SearchDocument)
    assert document.date == dt.date(2020, 1, 2)


def test_a_vote_is_found_by_its_subject_result_and_bill_with_or_without_ballots() -> None:
    state = msgspec.structs.replace(state_of("vote"), bill="1-1/C-9")
    document = project(entry("vote", state=state))
    assert isinstance(document, SearchDocument)
    assert (document.key, document.number, document.bill) == ("1-1/commons/7", 7, "C-9")
    assert (document.title_en, document.result, document.status_en) == ("A motion", "agreed", "Agreed To")
    assert document == project(entry("vote", state=msgspec.structs.replace(state, ballots=())))


def test_a_member_is_as_new_as_the_last_seat() -> None:
    seats = tuple(
        Membership(parliament=number, caucus="ndp", riding="R", province="QC", from_on=day, to_on=None, source="both")
        for number, day in ((45, dt.date(2025, 4, 28)), (44, dt.date(2021, 9, 20)))
    )
    state = msgspec.structs.replace(
        state_of("member"), caucus="NPD", province="Québec", riding="Here", riding_fr="Ici", memberships=seats
    )
    document = project(entry("member", state=state))
    assert isinstance(document, SearchDocument)
    assert (document.order, document.date) == (4500, dt.date(2025, 4, 28))
    assert (document.party, document.province) == ("ndp", "QC")
    assert (document.title_en, document.riding_fr) == ("Member 5", "Ici")


@pytest.mark.parametrize("kind", ["bill", "vote", "member"])
def test_a_withdrawn_entity_is_removed(kind: str) -> None:
    change = msgspec.structs.replace(entry(kind, revision=4), op="withdrawn")  # type: ignore[arg-type]
    row = project(change)
    assert row == Removed(entity=kind, key=change.key, revision=4)  # type: ignore[arg-type]


def test_a_session_is_not_searched() -> None:
    assert project(entry("session")) is None


def test_a_state_of_something_else_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError):
        project(msgspec.structs.replace(entry("bill"), state='{"key": 5}'))
