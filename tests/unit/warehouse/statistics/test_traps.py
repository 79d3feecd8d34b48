"""The traps of counting votes, one test each; what Parliament's feeds do not hold yet is tried on made-up facts."""

import datetime as dt

import numpy as np
import pytest

from tests.support.data.golden import CHAIRS, D1, D2, D3, DAYS, PERSONS, division, sheet_of
from warehouse.statistics.bills import BillFacts, counted, funnel, sponsors
from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.formulas import ABSTAIN, NAY, NONE, YEA
from warehouse.statistics.counting.intervals import band
from warehouse.statistics.counting.sheets import Seat, Sheet, first_applied
from warehouse.statistics.counting.tallies import by_caucus
from warehouse.statistics.members.dissent import dissents, lines
from warehouse.statistics.members.participation import participation
from warehouse.statistics.members.scorecards import Choice, scores
from warehouse.statistics.parties.cohesion import over_period


def column(sheet: Sheet, name: str) -> int:
    found = sheet.column(PERSONS[name])
    assert found is not None
    return found


def bill(session: str, number: str, **fields: object) -> BillFacts:
    given = {
        "key": f"{session}/{number}", "session": session, "number": number, "type": None, "status": None,
        "sponsor_person_id": None, "sponsor_name": "Jane Doe", "introduced_on": dt.date(2025, 6, 1),
        "is_reinstated": False, "provisional": False, "milestones": {},
    }  # fmt: skip
    return BillFacts(**(given | fields))  # type: ignore[arg-type]


def test_paired_is_neither_cast_nor_absent_and_a_broken_pair_keeps_its_ballot() -> None:
    sheet = sheet_of([{"a1": "paired", "b1": "nay+paired", "b2": "nay"}])
    found = participation(sheet)
    assert (found.cast[column(sheet, "a1")], found.paired[column(sheet, "a1")]) == (0, 1)
    assert found.silent[column(sheet, "a1")] == 0
    assert (found.cast[column(sheet, "b1")], found.paired[column(sheet, "b1")]) == (1, 0)
    assert sheet.broken_pairs == 1
    assert by_caucus(sheet).nay[0].tolist() == [0, 2, 0, 0]


def test_a_decision_without_ballots_is_in_no_rate() -> None:
    seated = [Seat(person_id=PERSONS["a1"], caucus="A", province="ON", from_on=DAYS[0])]
    voice = sheet_of([D2, {}], divisions=[division(1, DAYS[0]), division(2, DAYS[1], result="agreed")], seated=seated)
    tallies = by_caucus(voice)
    assert not tallies.cast[1].any()
    assert np.isnan(tallies.rice()[1]).all()
    assert not lines(voice)[1].any()
    assert [each.rice.n for each in over_period(tallies)] == [1, 1, 1]
    assert not formulas.contested(*voice.totals())[1]


def test_divisions_that_were_applied_can_be_counted_once() -> None:
    same_day = [division(1, DAYS[0]), division(2, DAYS[0]), division(3, DAYS[0]), division(4, DAYS[1])]
    sheet = sheet_of([D2, D2, D3, D2], divisions=same_day)
    assert first_applied(sheet).tolist() == [True, False, True, True]
    place = column(sheet, "a4")
    assert int(dissents(sheet, lines(sheet))[:, place].sum()) == 3
    single = sheet.only(first_applied(sheet))
    assert int(dissents(single, lines(single))[:, place].sum()) == 2


def test_a_party_switch_on_the_day_of_several_divisions_follows_the_ballot() -> None:
    rows = [{"a1": "yea", "a2": "yea", "b1": "nay", "b2": "nay"}] * 2
    sheet = sheet_of(rows, divisions=[division(1, DAYS[0]), division(2, DAYS[0])], caucus={("b2", 1): "A"})
    tallies = by_caucus(sheet)
    assert tallies.nay.tolist() == [[0, 2, 0, 0], [1, 1, 0, 0]]
    assert dissents(sheet, lines(sheet))[:, column(sheet, "b2")].tolist() == [False, True]


def test_independents_share_a_word_not_a_line_and_a_small_caucus_is_a_caucus() -> None:
    sheet = sheet_of([{"i1": "yea", "a1": "yea", "c1": "nay", "c2": "nay"}], caucus={("a1", 0): "independent"})
    tallies = by_caucus(sheet)
    assert tallies.line()[0].tolist() == [NONE, NONE, NAY, NONE]
    assert [each.group for each in over_period(tallies)] == ["C"]


def test_a_vacant_seat_and_a_member_not_yet_sworn_are_not_eligible() -> None:
    seated = [
        Seat(person_id=PERSONS["a1"], caucus="A", province="ON", from_on=dt.date(2025, 5, 1), to_on=DAYS[1]),
        Seat(person_id=PERSONS["a2"], caucus="A", province="ON", from_on=DAYS[2]),
    ]
    sheet = sheet_of([{"b1": "yea"}] * 3, seated=seated)
    assert sheet.eligible[:, column(sheet, "a1")].tolist() == [True, False, False]
    assert sheet.eligible[:, column(sheet, "a2")].tolist() == [False, False, True]


def test_the_speaker_of_the_house_is_in_no_denominator_and_the_casting_ballot_is_flagged() -> None:
    sheet = sheet_of([D1], chairs=CHAIRS)
    place = column(sheet, "a6")
    assert not sheet.eligible[0, place]
    assert sheet.casting[0, place] == NAY
    assert by_caucus(sheet).nay[0].tolist() == [0, 4, 1, 1]
    assert np.isnan(participation(sheet).share[place])


def test_the_speaker_of_the_senate_votes_with_the_others_and_abstentions_count() -> None:
    senate = [division(1, DAYS[0], "senate", result="negatived")]
    sheet = sheet_of(
        [{"a6": "yea", "a1": "abstain", "a2": "yea", "b1": "nay", "b2": "nay"}], divisions=senate, chairs=CHAIRS
    )
    assert sheet.eligible[0, column(sheet, "a6")]
    yeas, nays = sheet.totals()
    assert (yeas[0], nays[0]) == (2, 2)
    tallies = by_caucus(sheet)
    assert (tallies.yea[0, 0], tallies.abstain[0, 0]) == (2, 1)
    assert tallies.hnr()[0, 0] == 0.5
    assert dissents(sheet, lines(sheet))[0, column(sheet, "a1")]
    assert sheet.position[0, column(sheet, "a1")] == ABSTAIN


def test_a_reinstated_bill_is_one_bill_of_its_sponsor() -> None:
    bills = [
        bill("43-1", "C-210", milestones={"H1": dt.date(2020, 2, 1)}),
        bill("43-2", "C-210", is_reinstated=True, milestones={"H1": dt.date(2020, 2, 1), "H2": dt.date(2020, 11, 1)}),
        bill("44-1", "C-210", sponsor_name="John Roe"),
    ]
    assert [(each.name, each.introduced) for each in sponsors(bills)] == [("Jane Doe", 1), ("John Roe", 1)]


def test_the_same_number_in_two_sessions_is_two_bills() -> None:
    bills = [bill("44-1", "C-3", sponsor_name="Jane Doe"), bill("45-1", "C-3", sponsor_name="Jane Doe")]
    assert [each.introduced for each in sponsors(bills)] == [2]


def test_pro_forma_bills_are_in_no_funnel() -> None:
    bills = counted([bill("45-1", "C-1"), bill("45-1", "S-1"), bill("45-1", "C-2"), bill("45-1", "C-201")])
    assert {(each.stratum, each.of) for each in funnel(bills)} == {("house-government", 1), ("private-member", 1)}


def test_yea_is_not_for_the_bill_the_direction_is_the_authors() -> None:
    sheet = sheet_of([{"a1": "yea", "b1": "nay"}] * 2)
    hoist_and_third_reading = (Choice(vote="1", direction="nay"), Choice(vote="2", direction="yea"))
    found = scores(sheet, hoist_and_third_reading)
    assert found.score.tolist() == [0.5, 0.5]
    assert scores(sheet, (Choice(vote="1", direction="yea"),) * 2).score.tolist() == [1.0, 0.0]


def test_a_division_after_midnight_belongs_to_its_sitting_day() -> None:
    """`held_at` may be the next day; `held_on` is the sitting day, and seats are looked up on it."""
    seated = [Seat(person_id=PERSONS["a1"], caucus="A", province="ON", from_on=DAYS[0], to_on=DAYS[1])]
    sheet = sheet_of([{"b1": "yea"}], divisions=[division(1, DAYS[0])], seated=seated)
    assert sheet.eligible[0, column(sheet, "a1")]


def test_homonyms_are_two_persons_and_a_change_of_name_is_none() -> None:
    bills = [
        bill("39-1", "C-201", sponsor_person_id=1795, sponsor_name="David Anderson"),
        bill("39-1", "C-202", sponsor_person_id=1635, sponsor_name="David Anderson"),
        bill("42-1", "C-203", sponsor_person_id=71902, sponsor_name="Michelle Rempel"),
        bill("43-2", "C-204", sponsor_person_id=71902, sponsor_name="Michelle Rempel Garner"),
    ]
    found = {each.person_id: (each.name, each.introduced) for each in sponsors(bills)}
    assert found == {
        1795: ("David Anderson", 1),
        1635: ("David Anderson", 1),
        71902: ("Michelle Rempel Garner", 2),
    }


def test_a_ranking_has_bands_that_are_not_distinguishable() -> None:
    assert band(1, 3, 0.05) == "above"
    assert band(1, 40, 0.05) == "not_distinguishable"
    assert band(0, 400, 0.05) == "below"
    assert band(0, 0, 0.05) == "not_distinguishable"


def test_a_line_leaving_one_out_is_that_of_the_others() -> None:
    sheet = sheet_of([{"c1": "yea", "c2": "nay", "a1": "yea", "a2": "yea", "a3": "nay"}])
    assert lines(sheet)[0].tolist() == [YEA, YEA, YEA, NONE, NONE]
    assert lines(sheet, "leave-one-out")[0].tolist() == [NONE, NONE, YEA, NAY, YEA]
    assert pytest.approx(0.8) == formulas.rice(np.array([90]), np.array([10]))[0]
