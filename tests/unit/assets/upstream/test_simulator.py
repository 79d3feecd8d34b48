"""The invented Parliament without faults: deterministic, in Parliament's formats, a story without contradictions."""

import datetime as dt
import hashlib
import json
import re
from itertools import groupby

import pytest

from assets.upstream.simulator import SimulatedUpstream
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
    votes,
    xml_rows,
)

SMALL = {"members": 40, "bills": 20, "votes": 30}


def small(seed: int = 1867) -> SimulatedUpstream:
    return SimulatedUpstream(seed=seed, members=SMALL["members"], bills=SMALL["bills"], votes=SMALL["votes"])


@pytest.fixture(scope="module")
def upstream() -> SimulatedUpstream:
    return small()


def fingerprint(upstream: SimulatedUpstream) -> str:
    return hashlib.sha256(b"".join(answer.body for answer in everything(upstream).values())).hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_any_order_of_asking() -> None:
    first, second = small(seed=3), small(seed=3)
    for address in reversed(second.addresses()):
        ask(second, address)
    assert fingerprint(first) == fingerprint(second)
    assert fingerprint(first) != fingerprint(small(seed=4))


def test_the_story_is_the_same_on_every_machine(upstream: SimulatedUpstream) -> None:
    document = body(upstream, "/members/en/votes/91/1/1/csv")
    assert hashlib.sha256(document).hexdigest() == "fa2b716ea489299c837087cfb239c14b81de0a25ad819e5d1ef0b782993ebb3e", (
        "the story changed; on purpose?"
    )


def test_every_document_says_that_it_is_invented(upstream: SimulatedUpstream) -> None:
    for address, answer in everything(upstream).items():
        assert b"simul" in answer.body.lower(), address
        assert ("x-openpolicy-upstream", "simulated") in answer.headers


def test_what_parliament_cannot_be_confused_with(upstream: SimulatedUpstream) -> None:
    assert [str(code) for code in upstream.sessions()] == ["90-1", "90-2", "91-1"]
    with pytest.raises(ValueError, match="could be a real one"):
        SimulatedUpstream(sessions=("45-1",))
    with pytest.raises(ValueError, match="needs 24"):
        SimulatedUpstream(votes=3)


@pytest.mark.parametrize("session", ["90-1", "90-2", "91-1"])
def test_ballots_add_up_to_the_announced_totals(upstream: SimulatedUpstream, session: str) -> None:
    rows = votes(upstream, session)
    assert [int(row["DecisionDivisionNumber"]) for row in rows] == list(range(SMALL["votes"], 0, -1))
    for row in rows:
        yeas, nays, paired = announced(row)
        assert counted(ballots(upstream, session, int(row["DecisionDivisionNumber"]))) == (yeas, nays, paired)
        assert row["DecisionResultName"] == ("Agreed To" if yeas > nays else "Negatived")
        assert abs(yeas - nays) >= 3
        assert paired % 2 == 0


def test_ballots_in_csv_and_xml_are_the_same_in_both_languages(upstream: SimulatedUpstream) -> None:
    for number in (1, 7, 30):
        of_csv = ballots(upstream, "91-1", number)
        of_xml = xml_rows(body(upstream, f"/members/en/votes/91/1/{number}/xml"))
        of_french = xml_rows(body(upstream, f"/members/fr/votes/91/1/{number}/xml"))
        plain = [
            (
                row["Person ID"],
                row["Member of Parliament"],
                row["Political Affiliation"],
                row["Member Voted"],
                row["Paired"],
            )
            for row in of_csv
        ]
        assert plain == [
            (
                row["PersonId"],
                f"{row['PersonOfficialFirstName']} {row['PersonOfficialLastName']} ({row['ConstituencyName']})",
                row["CaucusShortName"],
                "Yea" if row["IsVoteYea"] == "true" else "Nay" if row["IsVoteNay"] == "true" else "",
                "Paired" if row["IsVotePaired"] == "true" else "",
            )
            for row in of_xml
        ]
        assert [row["PersonId"] for row in of_french] == [row["PersonId"] for row in of_xml]
        assert {row["VoteValueName"] for row in of_french} <= {"Pour", "Contre", ""}


def test_the_speaker_never_votes_and_some_members_are_absent(upstream: SimulatedUpstream) -> None:
    seats = csv_rows(body(upstream, "/members/en/search/csv?parliament=91"))
    ever: set[str] = set()
    sizes = set()
    for number in range(1, SMALL["votes"] + 1):
        rows = ballots(upstream, "91-1", number)
        ever |= {row["Member of Parliament"] for row in rows}
        sizes.add(len(rows))
    silent = {f"{row['First Name']} {row['Last Name']} ({row['Constituency']})" for row in seats} - ever
    assert len(silent) == 1
    assert len(sizes) > 1
    assert max(sizes) <= SMALL["members"] - 1


def test_caucuses_keep_their_line_with_a_few_rebels() -> None:
    upstream = SimulatedUpstream()
    with_line = against = 0
    for number in range(1, 81):
        cast = [row for row in ballots(upstream, "91-1", number) if row["Member Voted"]]
        by_caucus = sorted(cast, key=lambda row: row["Political Affiliation"])
        for caucus, group in groupby(by_caucus, key=lambda row: row["Political Affiliation"]):
            if not caucus.startswith("Independent"):
                words = [row["Member Voted"] for row in group]
                minority = min(words.count("Yea"), words.count("Nay"))
                against, with_line = against + minority, with_line + len(words) - minority
    assert 0 < against < with_line * 0.03


def test_bill_lists_in_json_and_xml_hold_the_same_bills(upstream: SimulatedUpstream) -> None:
    for session in ("90-1", "91-1"):
        of_json = bills(upstream, session)
        of_xml = xml_rows(body(upstream, f"/legisinfo/en/bills/xml?parlsession={session}"))
        assert len(of_json) == SMALL["bills"]
        as_text = [{name: _as_xml_text(value) for name, value in record.items()} for record in of_json]
        assert as_text == of_xml


def _as_xml_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else "1" if value == 1.0 else str(value)


def test_list_times_are_shifted_and_detail_times_are_not(upstream: SimulatedUpstream) -> None:
    for bill in bills(upstream, "91-1"):
        exact = detail(upstream, "91-1", bill["BillNumberFormatted"])
        for name in [name for name in bill if re.match("Passed|Received", name)]:
            if exact[name] is None:
                assert bill[name] is None
                continue
            instant = dt.datetime.fromisoformat(bill[name])
            assert instant.utcoffset() in (dt.timedelta(hours=-4), dt.timedelta(hours=-5))
            assert instant.astimezone(dt.UTC).replace(tzinfo=None) == dt.datetime.fromisoformat(exact[name])
        printed = re.search(r" on (\w+ \d+, \d{4}) \(", bill["LatestActivityEn"])
        latest = dt.datetime.fromisoformat(bill["LatestActivityDateTime"]).astimezone(dt.UTC)
        assert printed is not None
        assert printed[1] == f"{latest:%B} {latest.day}, {latest.year}"


@pytest.mark.parametrize("session", ["90-1", "91-1"])
def test_list_detail_and_votes_tell_the_same_story(upstream: SimulatedUpstream, session: str) -> None:
    listed = {bill["BillNumberFormatted"]: bill for bill in bills(upstream, session)}
    divisions = {int(row["DecisionDivisionNumber"]): row for row in votes(upstream, session)}
    cited = {row["BillNumberCode"] for row in divisions.values()} - {""}
    assert cited <= set(listed)
    told: set[int] = set()
    for number, bill in listed.items():
        exact = detail(upstream, session, number)
        assert (exact["Id"], exact["NumberCode"]) == (bill["BillId"], number)
        assert (exact["StatusNameEn"], exact["StatusNameFr"]) == (bill["CurrentStatusEn"], bill["CurrentStatusFr"])
        assert exact["LongTitleFr"] == bill["LongTitleFr"]
        assert (exact["StatuteChapter"] is not None) == (bill["ReceivedRoyalAssentDateTime"] is not None)
        assert (bill["CurrentStatusEn"] == "Royal assent received") == exact["ReceivedRoyalAssent"]
        for voted in exact["HouseVoteDetails"]:
            row = divisions[voted["DivisionNumber"]]
            told.add(voted["DivisionNumber"])
            assert row["BillNumberCode"] == number
            assert row["DecisionDivisionSubject"] == voted["DivisionSubjectEn"]
            totals = voted["DivisionVotesYeas"], voted["DivisionVotesNays"], voted["DivisionVotePaired"]
            assert announced(row) == totals
            assert row["DecisionResultName"] == voted["DecisionResultNameEn"]
        if bill["CurrentStatusEn"] == "Bill defeated":
            assert exact["HouseVoteDetails"][-1]["IsNegatived"]
    assert told == {number for number, row in divisions.items() if row["BillNumberCode"]}


def test_sponsors_sit_in_the_house_or_the_senate(upstream: SimulatedUpstream) -> None:
    sitting = {row["PersonId"] for row in xml_rows(body(upstream, "/members/en/search/xml?parliament=91"))}
    for bill in bills(upstream, "91-1"):
        exact = detail(upstream, "91-1", bill["BillNumberFormatted"])
        assert (str(exact["SponsorPersonId"]) in sitting) == bill["BillNumberFormatted"].startswith("C")
        assert bill["SponsorEn"].endswith(exact["SponsorPersonName"])


def test_everything_happens_on_sitting_weekdays_within_its_session(upstream: SimulatedUpstream) -> None:
    for session in ("90-1", "90-2", "91-1"):
        text = bills(upstream, session)[0]["ParlSessionEn"]
        opened = re.search(r"session~(\w+ \d+, \d{4}) to", text)
        assert opened is not None
        first = dt.datetime.strptime(opened[1], "%B %d, %Y")  # noqa: DTZ007 - a day
        for row in votes(upstream, session):
            held_at = dt.datetime.fromisoformat(row["DecisionEventDateTime"])
            assert held_at.weekday() < 5
            assert held_at >= first
        for bill in bills(upstream, session):
            exact = detail(upstream, session, bill["BillNumberFormatted"])
            stamps = [
                exact[name] for name in exact if re.match("Passed.*DateTime|Received.*DateTime", name) and exact[name]
            ]
            assert stamps
            assert all(dt.datetime.fromisoformat(stamp).weekday() < 5 for stamp in stamps)
    assert text.startswith("91st Simulated Parliament, 1st session~")
    assert text.endswith(" to present")


def test_member_lists(upstream: SimulatedUpstream) -> None:
    now = xml_rows(body(upstream, "/members/en/search/xml"))
    assert len(now) == SMALL["members"]
    assert {row["ToDateTime"] for row in now} == {""}
    assert len({row["ConstituencyName"] for row in now}) == SMALL["members"]
    before = xml_rows(body(upstream, "/members/en/search/xml?parliament=90"))
    again = {row["PersonId"] for row in now} & {row["PersonId"] for row in before}
    assert 0 < len(again) < SMALL["members"]
    assert all(row["ToDateTime"].endswith("T23:59:59") for row in before)
    everybody = xml_rows(body(upstream, "/members/en/search/xml?parliament=all"))
    current = xml_rows(body(upstream, "/members/en/search/xml?parliament=91"))
    assert len(current) == SMALL["members"] + 2, "two by-elections"
    ever = {row["PersonId"] for row in (*before, *current)}
    assert len(everybody) == len({row["PersonId"] for row in everybody}) == len(ever)
    french = xml_rows(body(upstream, "/members/fr/search/xml"))
    assert [row["PersonId"] for row in french] == [row["PersonId"] for row in now]
    assert {"Québec"} < {row["ConstituencyProvinceTerritoryName"] for row in french}
    assert csv_rows(body(upstream, "/members/en/search/csv"))[0]["End Date"] == ""


def test_answers_about_what_does_not_exist(upstream: SimulatedUpstream) -> None:
    assert json.loads(body(upstream, "/legisinfo/en/bills/json?parlsession=89-1")) == []
    assert xml_rows(body(upstream, "/members/en/votes/91/1/999/xml")) == []
    assert ballots(upstream, "91-1", 999) == []
    assert ask(upstream, "/legisinfo/en/bill/91-1/c-999/json").status == 404
    assert ask(upstream, "/members/fr/search/csv").status == 404
    assert ask(upstream, "/elsewhere").status == 404
    assert body(upstream, "/Members/en/Votes/XML") == body(upstream, "/members/en/votes/xml?parlSession=91-1")


def test_time_passes(upstream: SimulatedUpstream) -> None:
    moving = small()
    before = everything(moving)
    assert moving.advance() == 1
    assert len(votes(moving, "91-1")) == SMALL["votes"] + 3
    changed = [address for address in before if ask(moving, address).body != before[address].body]
    corrected = [address for address in changed if re.search(r"/votes/91/1/\d+/csv", address)]
    assert len(corrected) == 1
    assert not [address for address in changed if "90" in address.replace("parliament=90", "")]
    number = int(corrected[0].split("/")[6])
    for row in votes(moving, "91-1"):
        assert announced(row) == counted(ballots(moving, "91-1", int(row["DecisionDivisionNumber"])))
    assert sum(counted(ballots(moving, "91-1", number))) == sum(counted(ballots(upstream, "91-1", number))) - 1
    for _ in range(30):
        moving.advance()
    assert len(votes(moving, "91-1")) > SMALL["votes"] + 20
    assert {row["BillNumberCode"] for row in votes(moving, "91-1")} - {""} <= {
        bill["BillNumberFormatted"] for bill in bills(moving, "91-1")
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_smallest_parliament_has_room_for_every_fault(seed: int) -> None:
    smallest = SimulatedUpstream(seed=seed, sessions=("91-1",), members=20, bills=12, votes=24)
    assert len(set(smallest.targets().later_corrections)) >= 1
    for row in votes(smallest, "91-1"):
        assert announced(row) == counted(ballots(smallest, "91-1", int(row["DecisionDivisionNumber"])))


def test_a_parliament_twenty_times_as_busy_is_planned_at_once() -> None:
    large = SimulatedUpstream(sessions=("91-1",), members=343, bills=1200, votes=1600)
    assert len(bills(large, "91-1")) == 1200
    rows = votes(large, "91-1")
    assert len(rows) == 1600
    assert len({row["DecisionEventDateTime"] for row in rows}) == 1600
    assert announced(rows[0]) == counted(ballots(large, "91-1", 1600))
