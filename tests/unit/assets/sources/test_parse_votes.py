"""The list of divisions: the recorded list of 2018 and the form it has today."""

from pathlib import Path

import pytest

from assets.sources.ourcommons_votes.parse import parse_votes
from warehouse.runtime.errors import SourceChanged

VOTE = (
    "<Vote><PersonId>0</PersonId><ParliamentNumber>43</ParliamentNumber><SessionNumber>2</SessionNumber>"
    "<DecisionEventDateTime>2021-03-10T15:50:00</DecisionEventDateTime>"
    "<DecisionDivisionNumber>69</DecisionDivisionNumber>"
    "<DecisionDivisionSubject>3rd reading and adoption of Bill C-18</DecisionDivisionSubject>"
    "<DecisionResultName>Agreed To</DecisionResultName>"
    "<DecisionDivisionNumberOfYeas>305</DecisionDivisionNumberOfYeas>"
    "<DecisionDivisionNumberOfNays>25</DecisionDivisionNumberOfNays>"
    "<DecisionDivisionNumberOfPaired>0</DecisionDivisionNumberOfPaired>"
    "<DecisionDivisionDocumentTypeName>Legislative Process</DecisionDivisionDocumentTypeName>"
    "<DecisionDivisionDocumentTypeId>98</DecisionDivisionDocumentTypeId><BillNumberCode>C-18</BillNumberCode></Vote>"
)


def todays(*votes: str) -> bytes:
    return f"<ArrayOfVote>{''.join(votes)}</ArrayOfVote>".encode()


def numbered(number: int, old: str = "", new: str = "") -> str:
    return VOTE.replace(">69<", f">{number}<").replace(old, new) if old else VOTE.replace(">69<", f">{number}<")


@pytest.mark.recorded
def test_the_list_of_2018_with_its_other_names(recorded_data: Path) -> None:
    document = (recorded_data / "votes" / "ourcommons_votes_42-1_2018-08.xml").read_bytes()
    assert document.startswith(b"\xef\xbb\xbf")
    parsed = parse_votes(document)
    assert (len(parsed.records), parsed.unfit, parsed.repeated) == (880, [], [])
    assert [record.number for record in parsed.records] == list(range(1, 881))
    vote = parsed.records[870]
    assert (vote.decision_result_name, vote.decision_division_number_of_yeas) == ("Agreed To", 172)
    assert vote.decision_event_date_time.endswith("T00:00:00")


def test_the_list_of_today() -> None:
    (vote,) = parse_votes(todays(VOTE)).records
    assert (vote.session, vote.number, vote.bill_number_code) == ("43-2", 69, "C-18")
    assert vote.decision_event_date_time == "2021-03-10T15:50:00"
    assert (vote.decision_division_number_of_yeas, vote.decision_division_number_of_nays) == (305, 25)


def test_a_tie_without_totals_and_without_bill() -> None:
    emptied = VOTE.replace(">305<", "><").replace(">25<", "><").replace(">0</DecisionDivisionN", "></DecisionDivisionN")
    (vote,) = parse_votes(
        todays(emptied.replace("<BillNumberCode>C-18</BillNumberCode>", "<BillNumberCode />"))
    ).records
    assert (vote.decision_division_number_of_yeas, vote.decision_division_number_of_paired) == (None, None)
    assert vote.bill_number_code is None


def test_division_0_is_no_division() -> None:
    assert [record.number for record in parse_votes(todays(numbered(0), numbered(1))).records] == [1]


def test_bad_records_are_parked_and_the_others_pass() -> None:
    bad = [
        numbered(2, "2021-03-10T15:50:00", "yesterday"),
        numbered(3, "2021-03-10T15:50:00", "2021-03-10T15:50:00-05:00"),
        numbered(4, ">305<", ">-1<"),
        numbered(5, ">305<", ">many<"),
        numbered(6, "DecisionResultName", "ResultName"),
    ]
    parsed = parse_votes(todays(numbered(1), *bad))
    assert [record.number for record in parsed.records] == [1]
    assert [item.record_key for item in parsed.unfit] == ["2", "3", "4", "5", "6"]
    assert "DecisionResultName" in parsed.unfit[-1].reason
    assert parsed.unfit[0].record == bad[0]


def test_a_number_with_two_contents_is_parked_twice_and_a_repetition_kept_once() -> None:
    parsed = parse_votes(todays(numbered(1), numbered(1), numbered(2), numbered(2, ">305<", ">306<"), numbered(3)))
    assert [record.number for record in parsed.records] == [1, 3]
    assert parsed.repeated == ["1"]
    assert [item.record_key for item in parsed.unfit] == ["2", "2"]


def test_a_field_renamed_everywhere_stops_the_document() -> None:
    with pytest.raises(SourceChanged, match="DecisionDivisionSubject"):
        parse_votes(todays(VOTE).replace(b"DecisionDivisionSubject", b"Subject"))


@pytest.mark.parametrize("root", ["ArrayOfVoteParticipant", "Votes"])
def test_another_root_is_refused(root: str) -> None:
    with pytest.raises(SourceChanged, match=root):
        parse_votes(f"<{root} />".encode())


def test_a_list_that_breaks_off_is_refused() -> None:
    with pytest.raises(SourceChanged, match="breaks off"):
        parse_votes(todays(VOTE, VOTE)[:-60])
