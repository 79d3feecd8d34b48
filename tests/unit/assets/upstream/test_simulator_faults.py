"""Each fault does what its docstring says, hits what it says it hits, and nothing else."""

import codecs
import json
from collections.abc import Iterator

import pytest
from lxml import etree

from assets.upstream.server import UpstreamAnswer
from assets.upstream.simulator import Affected, Fault, SimulatedUpstream
from tests.support.upstream.simulated import (
    announced,
    ask,
    ballots,
    bills,
    body,
    counted,
    csv_rows,
    detail,
    everything,
    vote,
    votes,
    xml_rows,
)

SESSION = "91-1"
SITTING = ("/members/en/search/csv", "/members/en/search/xml", "/members/fr/search/xml")


@pytest.fixture(scope="module")
def good() -> dict[str, UpstreamAnswer]:
    return everything(SimulatedUpstream(members=40, bills=20, votes=30))


@pytest.fixture(scope="module")
def shared() -> SimulatedUpstream:
    return SimulatedUpstream(members=40, bills=20, votes=30)


@pytest.fixture
def upstream(shared: SimulatedUpstream) -> Iterator[SimulatedUpstream]:
    yield shared
    shared.faults.clear()


def switch_on(upstream: SimulatedUpstream, fault: Fault) -> Affected:
    upstream.faults.add(fault)
    return upstream.affected(fault)


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_hits_exactly_what_it_says(
    upstream: SimulatedUpstream, good: dict[str, UpstreamAnswer], fault: Fault
) -> None:
    hit = switch_on(upstream, fault)
    answers = everything(upstream, list(good))
    changed = {address for address, answer in answers.items() if answer != good[address]}
    assert changed == hit.addresses
    assert changed
    assert not [address for address in changed if "90" in address and "/roles/" not in address], (
        "a PersonId may hold it"
    )
    upstream.faults.discard(fault)
    assert everything(upstream, sorted(changed)) == {address: good[address] for address in sorted(changed)}


def test_every_fault_is_explained() -> None:
    """In its help too: the explanation is a part of the fault."""
    assert all(fault.meaning[0].isupper() and fault.meaning.endswith(".") for fault in Fault)
    assert len({fault.meaning for fault in Fault}) == len(Fault)


def test_all_faults_together_and_the_closed_sessions_stay_good(good: dict[str, UpstreamAnswer]) -> None:
    upstream = SimulatedUpstream(members=40, bills=20, votes=30, faults=frozenset(Fault))
    answers = everything(upstream, list(good))
    for address, expected in good.items():
        if "91" not in address and "search" not in address and "/roles/" not in address:
            assert answers[address] == expected, address


def test_corrected_ballots_leave_the_totals_alone(upstream: SimulatedUpstream) -> None:
    (number,) = upstream.affected(Fault.CORRECTED_BALLOTS).divisions
    before = ballots(upstream, SESSION, number)
    switch_on(upstream, Fault.CORRECTED_BALLOTS)
    after = ballots(upstream, SESSION, number)
    assert len(after) == len(before) - 1
    assert announced(vote(upstream, SESSION, number)) == counted(before) != counted(after)


def test_missing_number(upstream: SimulatedUpstream) -> None:
    (number,) = switch_on(upstream, Fault.MISSING_NUMBER).divisions
    for lang in ("en", "fr"):
        numbers = {int(row["DecisionDivisionNumber"]) for row in votes(upstream, SESSION, lang)}
        assert set(range(1, 31)) - numbers == {number}
    assert ballots(upstream, SESSION, number) == []


def test_duplicates_differ_in_content(upstream: SimulatedUpstream) -> None:
    hit = switch_on(upstream, Fault.DUPLICATE)
    twice = [row for row in votes(upstream, SESSION) if row["DecisionDivisionNumber"] == str(hit.divisions[0])]
    assert len(twice) == 2
    assert twice[0] != twice[1]
    same = [bill for bill in bills(upstream, SESSION) if bill["BillNumberFormatted"] == hit.bills[0]]
    assert len(same) == 2
    assert same[0]["CurrentStatusEn"] != same[1]["CurrentStatusEn"]


def test_renamed_fields(upstream: SimulatedUpstream) -> None:
    hit = switch_on(upstream, Fault.RENAMED_FIELD)
    assert all("DecisionDivisionNumberOfYeas" not in row for row in votes(upstream, SESSION))
    assert "Member Voted" not in ballots(upstream, SESSION, hit.divisions[0])[0]
    assert "NumberCode" not in detail(upstream, SESSION, hit.bills[0])


def test_changed_status_text(upstream: SimulatedUpstream) -> None:
    (number,) = switch_on(upstream, Fault.CHANGED_STATUS_TEXT).bills
    new = {bill["BillNumberFormatted"]: bill["CurrentStatusEn"] for bill in bills(upstream, SESSION)}[number]
    assert new == detail(upstream, SESSION, number)["StatusNameEn"] == "Under contemplation in the House of Commons"


def test_floor_crossing_between_two_votes_of_one_day(upstream: SimulatedUpstream) -> None:
    hit = switch_on(upstream, Fault.SAME_DAY_FLOOR_CROSSING)
    before, after = (vote(upstream, SESSION, number)["DecisionEventDateTime"] for number in hit.divisions)
    assert before[:10] == after[:10]
    person = str(hit.persons[0])
    now = {row["PersonId"]: row["CaucusShortName"] for row in xml_rows(body(upstream, SITTING[1]))}[person]
    caucuses: dict[bool, set[str]] = {False: set(), True: set()}
    for number in range(1, 31):
        for row in ballots(upstream, SESSION, number):
            if row["Person ID"] == person:
                caucuses[number >= hit.divisions[1]].add(row["Political Affiliation"])
    assert len(caucuses[False]) == 1
    assert now not in caucuses[False]
    assert caucuses[True] <= {now}


def test_ties_and_the_casting_vote(upstream: SimulatedUpstream) -> None:
    hit = switch_on(upstream, Fault.TIE)
    tied, cast = hit.divisions
    row = vote(upstream, SESSION, tied)
    assert row["DecisionResultName"] == "Tie"
    assert announced(row)[0] == announced(row)[1]
    assert counted(ballots(upstream, SESSION, tied)) == announced(row)
    row, rows = vote(upstream, SESSION, cast), ballots(upstream, SESSION, cast)
    assert row["DecisionResultName"] == "Negatived"
    assert announced(row)[1] - announced(row)[0] == 1
    assert counted(rows) == announced(row)
    assert {each["Person ID"]: each["Member Voted"] for each in rows}[str(hit.persons[0])] == "Nay"


def test_yea_and_paired_counts_twice(upstream: SimulatedUpstream) -> None:
    (number,) = upstream.affected(Fault.YEA_AND_PAIRED).divisions
    yeas, nays, paired = announced(vote(upstream, SESSION, number))
    switch_on(upstream, Fault.YEA_AND_PAIRED)
    rows = ballots(upstream, SESSION, number)
    assert sum(row["Member Voted"] == "Yea" and row["Paired"] == "Paired" for row in rows) == 1
    assert announced(vote(upstream, SESSION, number)) == counted(rows) == (yeas, nays, paired + 1)


def test_by_election(upstream: SimulatedUpstream) -> None:
    leaver, newcomer = map(str, switch_on(upstream, Fault.BY_ELECTION).persons)
    rows = {row["PersonId"]: row for row in xml_rows(body(upstream, "/members/en/search/xml?parliament=91"))}
    left, came = rows[leaver], rows[newcomer]
    assert left["ConstituencyName"] == came["ConstituencyName"]
    assert left["ToDateTime"] < came["FromDateTime"]
    sitting = {row["PersonId"] for row in xml_rows(body(upstream, SITTING[1]))}
    assert newcomer in sitting
    assert leaver not in sitting
    voters: dict[str, set[str]] = {leaver: set(), newcomer: set()}
    for row in votes(upstream, SESSION):
        cast = ballots(upstream, SESSION, int(row["DecisionDivisionNumber"]))
        assert counted(cast) == announced(row)
        for person, at in voters.items():
            if any(each["Person ID"] == person for each in cast):
                at.add(row["DecisionEventDateTime"])
    assert max(voters[leaver]) < left["ToDateTime"]
    assert min(voters[newcomer]) > came["FromDateTime"]


def test_server_errors_come_and_go() -> None:
    upstream = SimulatedUpstream(faults={Fault.SERVER_ERRORS})
    (failing,) = upstream.affected(Fault.SERVER_ERRORS).divisions
    always = [ask(upstream, f"/members/en/votes/91/1/{failing}/csv").status for _ in range(4)]
    sometimes = [ask(upstream, "/members/en/votes/91/1/13/csv").status for _ in range(4)]
    assert always == [500] * 4
    assert sometimes == [500, 200, 500, 200]


def test_truncated_xml_is_no_xml(upstream: SimulatedUpstream) -> None:
    for address in switch_on(upstream, Fault.TRUNCATED_XML).addresses:
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(body(upstream, address))
    assert len(bills(upstream, SESSION)) == 20
    assert len(votes(upstream, SESSION, "fr")) == 30


def test_html_pages_have_status_200(upstream: SimulatedUpstream) -> None:
    for address in switch_on(upstream, Fault.HTML_PAGE).addresses:
        assert body(upstream, address).startswith(b"<!DOCTYPE html>")


def test_empty_but_200(upstream: SimulatedUpstream) -> None:
    hit = switch_on(upstream, Fault.EMPTY_BUT_200)
    for address in hit.addresses:
        document = body(upstream, address)
        if "json" in address:
            assert document == b"[]"
        else:
            assert (csv_rows if "csv" in address else xml_rows)(document) == []
    assert set(SITTING) < hit.addresses


def test_byte_order_marks_change_nothing_else(upstream: SimulatedUpstream, good: dict[str, UpstreamAnswer]) -> None:
    for address in switch_on(upstream, Fault.BOM).addresses:
        assert body(upstream, address) == codecs.BOM_UTF8 + good[address].body


def test_late_french(upstream: SimulatedUpstream) -> None:
    hit = switch_on(upstream, Fault.LATE_FRENCH)
    assert ask(upstream, "/members/fr/votes/xml?parlSession=91-1").status == 404
    assert ask(upstream, "/members/fr/search/xml").status == 404
    assert len(votes(upstream, SESSION)) == 30
    bill = detail(upstream, SESSION, hit.bills[0])
    assert bill["LongTitleFr"] == ""
    assert bill["LongTitleEn"]


def test_a_bill_cited_before_it_is_listed(upstream: SimulatedUpstream) -> None:
    (number,) = switch_on(upstream, Fault.PROVISIONAL_BILL).bills
    cited = [row["BillNumberCode"] for row in votes(upstream, SESSION) if row["BillNumberCode"]]
    assert cited[0] == number
    assert number not in {bill["BillNumberFormatted"] for bill in bills(upstream, SESSION)}
    assert ask(upstream, f"/legisinfo/en/bill/91-1/{number.lower()}/json").status == 404
    upstream.faults.clear()
    assert json.loads(body(upstream, f"/legisinfo/en/bill/91-1/{number.lower()}/json"))[0]["NumberCode"] == number


@pytest.mark.parametrize("fault", Fault)
def test_the_smallest_parliament_suffers_any_fault(fault: Fault) -> None:
    smallest = SimulatedUpstream(sessions=("91-1",), members=20, bills=12, votes=24)
    before = everything(smallest)
    hit = switch_on(smallest, fault)
    assert {address for address in before if ask(smallest, address) != before[address]} == hit.addresses
