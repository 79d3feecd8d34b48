"""The checks before publishing: what they let through, what they name, and what stops a document."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assets.bills import checks as bill_checks
from assets.bills.transform import build_bill
from assets.checking.checks import (
    CheckResult,
    expected_count,
    failing,
    missing_numbers,
    not_shrunk,
    refuse_failed,
)
from assets.members import checks as member_checks
from assets.sources.legisinfo_bills.parse import BillRecord, parse_bills
from assets.sources.ourcommons_votes.parse import VoteRecord, parse_votes
from assets.sources.parsed import Parsed, Unfit
from assets.sources.spec import source_spec
from assets.votes import checks as vote_checks
from assets.votes.transform import build_vote
from tests.support.upstream.documents import bill_lists, vote_records
from warehouse.model.entities import Ballot, Member, Membership, Vote
from warehouse.runtime.errors import SourceChanged

SOURCES = [
    "legisinfo_bills", "legisinfo_bill_detail", "ourcommons_votes", "ourcommons_ballots", "ourcommons_members",
    "sessions",
]  # fmt: skip


def failed(results: list[CheckResult]) -> dict[str, list[str]]:
    return {result.name: result.keys for result in results if not result.passed}


def votes_of(records: list[VoteRecord]) -> list[Vote]:
    return [build_vote(record, None, None, {}) for record in records]


@pytest.fixture(scope="module")
def bill_list(recorded_data: Path) -> Parsed[BillRecord]:
    return parse_bills((recorded_data / "bills" / "legisinfo_bills_45-1.json").read_bytes())


@pytest.fixture(scope="module")
def vote_list(recorded_data: Path) -> Parsed[VoteRecord]:
    return Parsed(records=vote_records(recorded_data, "45-1"))


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_says_what_it_is(source: str) -> None:
    spec = source_spec(source)
    assert spec.title
    assert spec.licence
    assert spec.cadence
    assert spec.url.startswith(("https://www.parl.ca/", "https://www.ourcommons.ca/"))
    assert spec.expect.min


def test_a_source_with_an_unknown_field_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "strange").mkdir()
    text = "title: a\nurl: b\nlicence: c\ncadence: d\nexpects: {}\n"
    (tmp_path / "strange" / "source.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("assets.sources.spec.__file__", str(tmp_path / "spec.py"))
    with pytest.raises(msgspec.ValidationError, match="expects"):
        source_spec("strange")


@pytest.mark.parametrize(("count", "passed"), [(0, False), (1, True), (2000, True), (2001, False)])
def test_expected_counts_block(count: int, passed: bool) -> None:
    result = expected_count("legisinfo_bills", "bills", count)
    assert (result.passed, result.blocking) == (passed, True)


@pytest.mark.parametrize(
    ("count", "before", "passed"), [(90, 100, True), (89, 100, False), (0, 1, False), (0, None, True)]
)
def test_a_shrunken_document_blocks(count: int, before: int | None, passed: bool) -> None:
    result = not_shrunk("bills", count, before)
    assert (result.passed, result.blocking) == (passed, True)
    if not passed:
        with pytest.raises(SourceChanged, match=f"holds {count} bills"):
            refuse_failed([result])


def test_a_result_counts_all_keys_and_shows_twenty() -> None:
    result = failing("x", (str(number) for number in range(50)), "", severity="warn")
    assert (result.metadata["count"], len(result.metadata["keys"]), len(result.keys)) == (50, 20, 50)
    assert not result.blocking
    assert msgspec.json.decode(msgspec.json.encode(result), type=CheckResult) == result


@pytest.mark.parametrize(
    ("numbers", "missing"), [({1, 2, 3}, []), ({3, 1}, [2]), ({2}, [1]), (set[int](), []), ({1, 5, 6}, [2, 3, 4])]
)
def test_missing_numbers_are_named(numbers: set[int], missing: list[int]) -> None:
    assert missing_numbers(numbers) == missing


@pytest.mark.recorded
def test_every_recorded_bill_list_passes(recorded_data: Path) -> None:
    for path in bill_lists(recorded_data):
        parsed = parse_bills(path.read_bytes())
        refuse_failed(bill_checks.judge_list(parsed, None))
        bills = [build_bill(record, None) for record in parsed.records]
        results, unfit = bill_checks.check_bills(bills, parsed, bills[0].session)
        assert (failed(results), unfit) == ({}, [])


@pytest.mark.recorded
def test_bills_of_another_session_are_unfit(bill_list: Parsed[BillRecord]) -> None:
    bills = [build_bill(record, None) for record in bill_list.records]
    strange = msgspec.structs.replace(bills[0], session="44-1", key="44-1/S-1")
    results, unfit = bill_checks.check_bills([strange, *bills[1:]], bill_list, "45-1")
    assert failed(results) == {"bills_of_session": ["44-1/S-1"]}
    assert [item.record_key for item in unfit] == ["44-1/S-1"]


@pytest.mark.recorded
def test_missing_french_unknown_codes_and_undated_assent_are_named(bill_list: Parsed[BillRecord]) -> None:
    bills = [build_bill(record, None) for record in bill_list.records]
    bills[0] = msgspec.structs.replace(bills[0], title_fr=None)
    bills[1] = msgspec.structs.replace(bills[1], status="unknown")
    bills[2] = msgspec.structs.replace(bills[2], status="royal-assent-received", royal_assent_on=None)
    parsed = msgspec.structs.replace(bill_list, unfit=[Unfit("45-1/C-9", "bad")], repeated=["45-1/C-8"])
    results, unfit = bill_checks.check_bills(bills, parsed, "45-1")
    assert failed(results) == {
        "bills_in_both_languages": [bills[0].key],
        "bills_known_codes": [bills[1].key],
        "bills_assent_dated": [bills[2].key],
        "bills_readable": ["45-1/C-9"],
        "bills_once": ["45-1/C-8"],
    }
    assert unfit == []
    assert [(finding.rule, finding.key) for finding in bill_checks.findings_of_list(parsed)] == [
        ("repeated_record", "45-1/C-8")
    ]


@pytest.mark.recorded
def test_times_that_are_no_longer_shifted_stop_the_list(recorded_data: Path, bill_list: Parsed[BillRecord]) -> None:
    listed: list[dict[str, Any]] = json.loads((recorded_data / "bills" / "legisinfo_bills_45-1.json").read_bytes())
    for item in listed:  # put right: the printed day at midnight, with the right zone, and now read as shifted
        record = next(each for each in bill_list.records if each.bill_id == item["BillId"])
        assert record.latest_activity_date_time is not None
        item["LatestActivityDateTime"] = f"{record.latest_activity_date_time.date()}T22:30:00-04:00"
    with pytest.raises(SourceChanged, match="dates printed"):
        refuse_failed(bill_checks.judge_list(parse_bills(json.dumps(listed).encode()), None))


@pytest.mark.recorded
def test_a_shrunken_bill_list_is_refused(bill_list: Parsed[BillRecord]) -> None:
    half = msgspec.structs.replace(bill_list, records=bill_list.records[:80])
    with pytest.raises(SourceChanged, match="last good one held 162"):
        refuse_failed(bill_checks.judge_list(half, bill_list))
    with pytest.raises(SourceChanged, match="1 to 2000"):
        refuse_failed(bill_checks.judge_list(parse_bills(b"[]"), None))


@pytest.mark.recorded
def test_the_recorded_votes_pass(vote_list: Parsed[VoteRecord]) -> None:
    refuse_failed(vote_checks.judge_list(vote_list, None))
    votes = votes_of(vote_list.records)
    results, unfit = vote_checks.check_votes([], votes, vote_list, "45-1")
    assert list(failed(results)) == ["votes_in_both_languages"]
    assert unfit == []
    assert vote_checks.findings_of_list("45-1", vote_list) == []


@pytest.mark.recorded
def test_a_missing_number_is_named_and_blocks_nothing(vote_list: Parsed[VoteRecord]) -> None:
    gap = msgspec.structs.replace(
        vote_list, records=[record for record in vote_list.records if record.number != 7], repeated=["8"]
    )
    refuse_failed(vote_checks.judge_list(gap, vote_list))
    results, _ = vote_checks.check_votes([], votes_of(gap.records), gap, "45-1")
    dense = next(result for result in results if result.name == "votes_dense")
    assert (dense.passed, dense.blocking, dense.keys) == (False, False, ["45-1/commons/7"])
    assert [(finding.rule, finding.key) for finding in vote_checks.findings_of_list("45-1", gap)] == [
        ("missing_division", "45-1/commons/7"),
        ("repeated_record", "45-1/commons/8"),
    ]


@pytest.mark.recorded
def test_impossible_votes_are_unfit_and_disputed_ones_are_named(vote_list: Parsed[VoteRecord]) -> None:
    votes = votes_of(vote_list.records)[:3]
    votes[0] = msgspec.structs.replace(votes[0], yeas=300, nays=200)
    votes[1] = msgspec.structs.replace(votes[1], session="44-1")
    votes[2] = msgspec.structs.replace(votes[2], disputed=True)
    # All of the list is judged, not only what is read now: what is parked stays parked while nothing changes.
    results, unfit = vote_checks.check_votes([votes[2]], votes, vote_list, "45-1")
    found = failed(results)
    assert found["votes_fit"] == [votes[0].key, votes[1].key] == [item.record_key for item in unfit]
    assert found["ballots_equal_totals"] == [votes[2].key]


@pytest.mark.recorded
def test_bills_that_nobody_lists_are_named(vote_list: Parsed[VoteRecord], bill_list: Parsed[BillRecord]) -> None:
    result = vote_checks.check_cited_bills(votes_of(vote_list.records), {record.key for record in bill_list.records})
    assert not result.passed
    assert "45-1/C-33" in result.keys


def test_ballots_may_lose_a_few_rows_but_not_a_tenth() -> None:
    def ballots(count: int) -> Parsed[Ballot]:
        rows = [[number, "yea", False, "A", None, None, None] for number in range(1, count + 1)]
        return Parsed(records=msgspec.convert(rows, list[Ballot]))

    vote_checks.check_ballots_shrinkage(ballots(298), ballots(306))
    vote_checks.check_ballots_shrinkage(ballots(0), None)
    for new, old in ((ballots(0), ballots(306)), (ballots(270), ballots(306)), (ballots(401), None)):
        with pytest.raises(SourceChanged):
            vote_checks.check_ballots_shrinkage(new, old)


def test_an_empty_list_of_votes_is_refused() -> None:
    with pytest.raises(SourceChanged, match="holds 0"):
        refuse_failed(vote_checks.judge_list(parse_votes(b"<ArrayOfVote/>"), None))


def member(person_id: int, *spans: tuple[str, str | None], caucus: str | None = "NDP") -> Member:
    memberships = tuple(
        msgspec.convert(
            {
                "parliament": 45,
                "caucus": caucus,
                "riding": "Perth",
                "province": None,
                "from_on": begin,
                "to_on": end,
                "source": "ballots",
            },
            Membership,
        )
        for begin, end in spans
    )
    return Member(key=str(person_id), person_id=person_id, name="A", caucus=caucus, memberships=memberships)


def test_members_with_overlapping_memberships_are_unfit() -> None:
    members = [
        member(1, ("2020-01-01", "2021-01-01"), ("2021-01-01", None)),
        member(2, ("2020-01-01", "2021-01-02"), ("2021-01-01", None)),
        member(3, ("2020-01-01", None), ("2021-01-01", None)),
        member(4, ("2020-01-01", "2020-01-01")),
        member(5),
        member(5),
        member(6, caucus="Rhinoceros"),
    ]
    results, unfit = member_checks.check_members(members, before=7)
    assert [item.record_key for item in unfit] == ["2", "3", "4", "5", "5"]
    assert failed(results) == {"members_fit": ["2", "3", "4", "5", "5"], "members_known_caucus": ["6"]}
    assert not member_checks.check_members(members, before=8)[0][0].passed


def test_a_shrunken_members_list_is_refused() -> None:
    with pytest.raises(SourceChanged, match="holds 0"):
        member_checks.check_members_shrinkage(Parsed(records=[]), None)
