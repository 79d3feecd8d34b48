"""From divisions and ballots to votes: totals of both kinds, disputes, the emptied tie, cited bills."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from assets.derived import count
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_votes.parse import VoteRecord
from assets.votes.transform import build_vote, findings_of, findings_of_language
from tests.support.upstream.documents import SESSIONS, ballot_documents, vote_records
from warehouse.model.entities import Ballot, Vote

# Ballots against announced totals, as counted apart from this program when the documents were recorded.
DISPUTED = {
    "38-1/commons/159": ((100, 168), (100, 169)),
    "39-1/commons/166": ((29, 224), (29, 225)),
    "41-1/commons/208": ((35, 249), (35, 250)),
    "41-1/commons/351": ((68, 166), (68, 167)),
    "41-1/commons/425": ((79, 172), (79, 174)),
    "41-1/commons/699": ((161, 113), (161, 120)),
    "41-1/commons/742": ((165, 107), (165, 115)),
    "41-1/commons/748": ((149, 124), (149, 125)),
    "41-1/commons/752": ((217, 41), (217, 42)),
    "42-1/commons/71": ((69, 252), (69, 253)),
    "42-1/commons/106": ((133, 155), (133, 156)),
    "42-1/commons/136": ((227, 80), (227, 81)),
    "42-1/commons/150": ((222, 62), (222, 63)),
    "42-1/commons/175": ((80, 212), (80, 215)),
    "42-1/commons/713": ((105, 163), (105, 164)),
    "42-1/commons/724": ((39, 245), (40, 245)),
}
RECORD = VoteRecord(
    parliament_number=45,
    session_number=1,
    decision_division_number=43,
    decision_event_date_time="2025-10-22T15:25:00",
    decision_division_subject="2nd reading of Bill C-3",
    decision_result_name="Agreed To",
    decision_division_number_of_yeas=1,
    decision_division_number_of_nays=1,
    decision_division_number_of_paired=1,
    bill_number_code="C-3",
    decision_division_document_type_name="Legislative Process",
)


def ballot(person_id: int, position: str = "yea", *, paired: bool = False, province: str | None = None) -> Ballot:
    return msgspec.convert([person_id, position, paired, "A B", "NDP", "Perth", province], Ballot)


YEA, PAIRED_NAY = ballot(2), ballot(1, "nay", paired=True)


@pytest.fixture(scope="module")
def votes(recorded_data: Path) -> dict[str, Vote]:
    found = (
        build_vote(record, None, parse_ballots(ballot_documents(recorded_data, session)[record.number]).records, {})
        for session in SESSIONS
        for record in vote_records(recorded_data, session)
    )
    return {vote.key: vote for vote in found}


@pytest.mark.recorded
def test_exactly_these_16_votes_are_disputed(votes: dict[str, Vote]) -> None:
    assert len(votes) == 3091
    disputed = {key: vote for key, vote in votes.items() if vote.disputed}
    assert set(disputed) == set(DISPUTED)
    for key, vote in disputed.items():
        assert ((vote.counted_yeas, vote.counted_nays), (vote.yeas, vote.nays)) == DISPUTED[key]
        assert vote.counted_paired == vote.paired
        assert [finding.rule for finding in findings_of(vote)] == ["ballots_differ_from_totals"]


@pytest.mark.recorded
def test_42_1_no_871_is_a_tie_without_totals_or_ballots(votes: dict[str, Vote]) -> None:
    vote = votes["42-1/commons/871"]
    assert (vote.result, vote.yeas, vote.nays, vote.paired) == ("tie", None, None, None)
    assert (vote.counted_yeas, vote.counted_nays, vote.counted_paired) == (0, 0, 0)
    assert not vote.disputed
    assert {finding.rule for finding in findings_of(vote)} == {"totals_not_published", "no_ballots"}


@pytest.mark.recorded
def test_all_other_votes_raise_nothing(votes: dict[str, Vote]) -> None:
    doubtful = {key for key, vote in votes.items() if findings_of(vote)}
    assert doubtful == {*DISPUTED, "42-1/commons/871"}
    assert {vote.result for vote in votes.values()} == {"agreed", "negatived", "tie"}


@pytest.mark.recorded
def test_bills_are_what_the_bill_field_says_not_the_subject(votes: dict[str, Vote]) -> None:
    assert votes["42-1/commons/1378"].bill == "42-1/C-75"
    assert votes["40-2/commons/147"].bill is None
    assert "45-1/C-33" in {vote.bill for vote in votes.values()}
    assert votes["41-1/commons/570"].subject_en == "3rd reading and adoption of Bill ,  (reasoned amendment)"


def test_a_paired_nay_counts_in_both_totals() -> None:
    vote = build_vote(RECORD, None, [YEA, PAIRED_NAY], {"Perth": "Ontario"})
    assert count(vote.ballots) == (1, 1, 1) == (vote.counted_yeas, vote.counted_nays, vote.counted_paired)
    assert not vote.disputed
    assert [(item.person_id, item.province) for item in vote.ballots] == [(1, "Ontario"), (2, "Ontario")]


def test_the_province_a_ballot_has_is_kept() -> None:
    vote = build_vote(RECORD, None, [ballot(2, province="Quebec"), ballot(3)], {})
    assert [item.province for item in vote.ballots] == ["Quebec", None]


@pytest.mark.parametrize("ballots", [None, []])
def test_ballots_that_are_not_there_yet_are_not_counted(ballots: Sequence[Ballot] | None) -> None:
    vote = build_vote(RECORD, None, ballots, {})
    assert (vote.counted_yeas, vote.counted_nays, vote.counted_paired, vote.disputed) == (None, None, None, False)
    assert [finding.rule for finding in findings_of(vote)] == ["ballots_not_published"]


@pytest.mark.parametrize(
    ("local", "utc"),
    [("2025-10-22T15:25:00", (22, 19, 25)), ("2026-01-22T22:30:00", (23, 3, 30)), ("2018-06-01T00:00:00", (1, 4, 0))],
)
def test_the_sitting_day_is_ottawas_and_the_instant_is_utc(local: str, utc: tuple[int, int, int]) -> None:
    vote = build_vote(msgspec.structs.replace(RECORD, decision_event_date_time=local), None, None, {})
    assert vote.held_at_local == local
    assert vote.held_on == dt.date.fromisoformat(local[:10])
    assert (vote.held_at.day, vote.held_at.hour, vote.held_at.minute) == utc
    assert vote.held_at.tzinfo is dt.UTC


def test_french_comes_from_the_french_list() -> None:
    french = msgspec.structs.replace(
        RECORD, decision_division_subject="2e lecture du projet de loi C-3", decision_result_name="Adoptée"
    )
    vote = build_vote(RECORD, french, [YEA, PAIRED_NAY], {})
    assert (vote.subject_fr, vote.result_fr, vote.result) == ("2e lecture du projet de loi C-3", "Adoptée", "agreed")
    missing = build_vote(RECORD, None, [YEA, PAIRED_NAY], {})
    assert missing.subject_fr is None
    assert [(finding.entity, finding.key) for finding in findings_of_language("45-1", [missing])] == [
        ("session", "45-1")
    ]
    assert [finding.entity for finding in findings_of_language("45-1", [vote, missing])] == ["vote"]
    assert findings_of_language("45-1", [vote]) == []


def test_new_results_and_unreadable_bills_are_findings() -> None:
    record = msgspec.structs.replace(RECORD, decision_result_name="Withdrawn", bill_number_code="C 3/4")
    vote = build_vote(record, None, [YEA, PAIRED_NAY], {})
    assert (vote.result, vote.result_en, vote.bill) == ("unknown", "Withdrawn", None)
    assert [finding.rule for finding in findings_of(vote, record)] == ["unknown_result", "unreadable_bill_number"]
