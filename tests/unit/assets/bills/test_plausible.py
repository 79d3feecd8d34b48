"""Fields that cannot be true together: each a finding, and null where it would mislead."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from assets.bills.plausible import PlausibilityContext, StoredSponsor, findings_of_days, plausible
from assets.bills.transform import build_bill
from assets.sources.languages import is_english, is_french
from assets.sources.legisinfo_bills.parse import parse_bills
from assets.sources.ourcommons_votes.parse import VoteRecord, parse_votes
from assets.sources.placeholders import is_placeholder
from assets.sources.sessions.parse import sessions_of
from assets.votes.transform import build_vote, findings_of
from tests.support.upstream.documents import bill_lists
from tests.support.upstream.records import bill, bills_json, vote, votes
from warehouse.model.entities import Ballot, Bill, Finding, Session

SESSION = Session(key="45-1", parliament=45, number=1, name_en="", opened_on=dt.date(2025, 5, 26))
CONTEXT = PlausibilityContext(session=SESSION, latest=dt.date(2026, 7, 1), sponsors={})


def judged(context: PlausibilityContext = CONTEXT, **changed: Any) -> tuple[Bill, list[str]]:
    (record,) = parse_bills(bills_json(bill(**changed)).encode()).records
    found, doubts = plausible(build_bill(record, None), context)
    return found, [doubt.rule for doubt in doubts]


def test_a_plausible_bill_raises_nothing() -> None:
    found, rules = judged()
    assert (rules, found.introduced_on) == ([], dt.date(2025, 6, 2))


@pytest.mark.parametrize(
    ("stamp", "rule"),
    [("2099-06-02T06:15:00-04:00", "date_in_future"), ("2019-06-02T06:15:00-04:00", "date_outside_session")],
)
def test_dates_that_cannot_be_are_null(stamp: str, rule: str) -> None:
    found, rules = judged(PassedHouseFirstReadingDateTime=stamp)
    assert (found.passed_house_first_on, found.introduced_on, rules) == (None, None, [rule])
    assert found.passed_house_second_on == dt.date(2025, 6, 16)
    found, rules = judged(ReceivedRoyalAssentDateTime=stamp)
    assert (found.royal_assent_on, rules) == (None, [rule])


@pytest.mark.parametrize("name", ["PassedHouseSecondReadingDateTime", "ReceivedRoyalAssentDateTime"])
def test_a_reading_before_the_one_it_follows_is_told(name: str) -> None:
    found, rules = judged(**{name: "2025-06-01T06:15:00-04:00"})
    assert rules == ["readings_out_of_order"]
    assert found.introduced_on == dt.date(2025, 6, 2)


def test_a_reinstated_bill_may_have_passed_before_its_session_but_not_after_it() -> None:
    closed = PlausibilityContext(
        session=Session(
            key="45-1",
            parliament=45,
            number=1,
            name_en="",
            opened_on=dt.date(2025, 6, 10),
            closed_on=dt.date(2025, 6, 12),
        ),
        latest=CONTEXT.latest,
        sponsors={},
    )
    found, rules = judged(closed, DidReinstateFromPreviousSession=True)
    assert (found.passed_house_first_on, found.passed_house_second_on) == (dt.date(2025, 6, 2), None)
    assert rules == ["date_outside_session"]


def test_where_most_bills_contradict_the_session_its_days_are_doubtful() -> None:
    wrong = PlausibilityContext(
        session=Session(key="45-1", parliament=45, number=1, name_en="", opened_on=dt.date(2030, 1, 1)),
        latest=CONTEXT.latest,
        sponsors={},
    )
    (record,) = parse_bills(bills_json(bill()).encode()).records
    built = build_bill(record, None)
    trusted = wrong.trusting_days([built])
    assert plausible(built, trusted) == (built, [])
    assert [finding.rule for finding in findings_of_days(built, wrong.session)] == ["date_outside_session"]


@pytest.mark.parametrize(
    "text", ["TEST", "test", "Test 2", "This is a test", "TBD", "À venir", "xxx", "---", "?", "N/A", "To be determined"]
)
def test_placeholders_are_no_titles(text: str) -> None:
    found, rules = judged(LongTitleEn=text)
    assert (found.title_en, rules) == (None, ["placeholder_title"])


@pytest.mark.parametrize(
    "text", ["An Act respecting tests", "Testing of Children Act", "Title Insurance Act", "Loi sur les essais", None]
)
def test_titles_are_no_placeholders(text: str | None) -> None:
    assert not is_placeholder(text)


def test_english_in_the_french_field_is_null() -> None:
    found, rules = judged(LongTitleFr="An Act respecting the Criminal Code")
    assert (found.title_fr, rules) == (None, ["english_in_french"])
    found, rules = judged(LongTitleEn="Loi modifiant le Code criminel")
    assert (found.title_en, rules) == (None, ["french_in_english"])
    assert not is_english("Motion")
    assert not is_french("Bloc Québécois")


def test_a_sponsor_who_vanished_stays() -> None:
    known = PlausibilityContext(
        session=SESSION, latest=CONTEXT.latest, sponsors={"45-1/C-2": StoredSponsor(7, "Hon. A", "L’hon. A")}
    )
    found, rules = judged(known, SponsorEn="", SponsorFr="")
    assert (found.sponsor_person_id, found.sponsor_name_en, found.sponsor_name_fr) == (7, "Hon. A", "L’hon. A")
    assert rules == ["sponsor_vanished"]
    found, rules = judged(known)
    assert (found.sponsor_name_en, rules) == ("Hon. Jane Example", []), "who is named counts"


@pytest.mark.recorded
def test_the_recorded_bills_raise_one_finding(recorded_data: Path) -> None:
    found: list[Finding] = []
    for path in bill_lists(recorded_data):
        records = parse_bills(path.read_bytes()).records
        named = {session.key: session for session in sessions_of(records)}
        built = [build_bill(record, None) for record in records]
        context = PlausibilityContext(
            session=named[built[0].session], latest=dt.date(2026, 7, 1), sponsors={}
        ).trusting_days(built)
        found += [doubt for each in built for doubt in plausible(each, context)[1]]
    assert [(doubt.rule, doubt.key) for doubt in found] == [("english_in_french", "45-1/S-235")]


def read(**given: Any) -> VoteRecord:
    (record,) = parse_votes(votes(vote(1, **given)).encode()).records
    return record


def ballots(yeas: int, nays: int) -> list[Ballot]:
    return [
        Ballot(
            person_id=number + 1,
            position="yea" if number < yeas else "nay",
            paired=False,
            name="A",
            caucus=None,
            riding=None,
            province=None,
        )
        for number in range(yeas + nays)
    ]


@pytest.mark.parametrize(
    ("result", "yeas", "nays", "is_doubtful"),
    [
        ("Agreed To", 2, 1, False), ("Agreed To", 1, 2, True), ("Agreed To", 2, 2, False),
        ("Negatived", 1, 2, False), ("Negatived", 2, 1, True), ("Negatived", 2, 2, False),
        ("Tie", 2, 2, False), ("Tie", 2, 1, True), ("Tie", 1, 2, True), ("Agreed To", 0, 0, False),
        ("Agreed To", "", "", False),
    ],
)  # fmt: skip
def test_result_against_totals(result: str, yeas: int | str, nays: int | str, *, is_doubtful: bool) -> None:
    record = read(result=result, yeas=yeas, nays=nays)
    found = build_vote(record, None, None, {})
    rules = {finding.rule for finding in findings_of(found, record)}
    assert ("result_against_totals" in rules) == is_doubtful
    assert (found.result == "unknown") == is_doubtful
    assert found.result_en == result
    assert "unknown_result" not in rules


def test_ballots_that_bear_the_result_out_keep_it() -> None:
    record = read(result="Agreed To", yeas=1, nays=2)
    found = build_vote(record, None, ballots(2, 1), {})
    assert (found.result, found.disputed) == ("agreed", True)
    assert {"result_against_totals", "ballots_differ_from_totals"} <= {each.rule for each in findings_of(found, record)}


def test_without_totals_the_ballots_contradict_a_result() -> None:
    record = read(result="Agreed To", yeas="", nays="")
    against = [Ballot(person_id=1, position="nay", paired=False, name="A", caucus=None, riding=None, province=None)]
    found = build_vote(record, None, against, {})
    assert found.result == "unknown"
    assert "result_against_totals" in {each.rule for each in findings_of(found, record)}
    borne_out = build_vote(read(result="Negatived", yeas="", nays=""), None, against, {})
    assert borne_out.result == "negatived"
    assert build_vote(record, None, ballots(1, 2), {}).result == "unknown"


def test_english_under_the_french_address_is_no_french() -> None:
    english, french = read(subject="2nd reading of the Bill"), read(subject="2nd reading of the Bill")
    found = build_vote(english, french, None, {})
    assert found.subject_fr is None
    assert "english_in_french" in {finding.rule for finding in findings_of(found, english, french)}
    same = read(subject="Motion")
    assert build_vote(same, same, None, {}).subject_fr == "Motion"


def test_ballots_short_on_one_side_say_what_may_be_behind_it() -> None:
    record = read(result="Agreed To", yeas=2, nays=2)
    (finding,) = findings_of(build_vote(record, None, ballots(2, 1), {}), record)
    assert finding.rule == "ballots_differ_from_totals"
    assert "The nays fall short by 1" in finding.message
