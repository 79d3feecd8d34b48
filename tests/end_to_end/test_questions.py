"""Questions that people ask, each one request, checked against the recorded files by another way than the product's."""

import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Api
from tests.end_to_end.test_readme_queries import division_rows, listed_bills, session_ballots, session_names

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.postgres,
    pytest.mark.clickhouse,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]
SESSIONS = ("38-1", "39-1", "40-1", "40-2", "41-1", "42-1", "43-1", "43-2", "45-1")
DISSOLVED = {"37-3": "2004-05-23", "38-1": "2005-11-29", "42-1": "2019-09-11", "43-2": "2021-08-15"}
PROROGUED = {"40-1": ("2008-12-04", "40-2"), "43-1": ("2020-08-18", "43-2")}
NOT_DYING = {"Bill defeated", "Bill not proceeded with", "Introduced as pro forma bill", "Royal assent received"}


def bare(name: str) -> str:
    """A name as this test compares it: the first and the last word, without title and accents."""
    letters = unicodedata.normalize("NFKD", name.replace("’", "'"))
    words = "".join(each for each in letters if not unicodedata.combining(each)).lower().split()
    while words and words[0] in {"hon.", "right", "mr.", "rt."}:
        words = words[1:]
    return f"{words[0]} {words[-1]}" if words else ""


def numbers(data: Path, session: str, pattern: str) -> set[str]:
    """The divisions of a session whose subject matches."""
    return {
        f"{session}/commons/{row['vote_number']}"
        for row in division_rows(data, session)
        if re.search(pattern, row["subject"])
    }


def test_which_votes_were_decided_by_at_most_five(api: Api, recorded_data: Path) -> None:
    expected = {
        f"{session}/commons/{row['vote_number']}": abs(int(row["yeas"]) - int(row["nays"]))
        for session in SESSIONS
        for row in division_rows(recorded_data, session)
        if row["yeas"] and abs(int(row["yeas"]) - int(row["nays"])) <= 5
    }
    found = api.all("votes?margin__lte=5&sort=margin")
    assert {vote["key"]: vote["margin"] for vote in found} == expected
    assert [vote["margin"] for vote in found] == sorted(expected.values())
    assert {vote["result"]["code"] for vote in found if vote["margin"] == 0} >= {"tie"}


def test_in_which_votes_of_a_session_did_a_caucus_split(api: Api, recorded_data: Path) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for number, rows in session_ballots(recorded_data, "42-1").items():
        for caucus in {caucus for caucus, _ in rows}:
            own = [voted for each, voted in rows if each == caucus]
            least = min(own.count("Yea"), own.count("Nay"))
            if least and "Independent" not in caucus:
                expected[f"42-1/commons/{number}", caucus] = least
    splits = api.get("/api/v1/statistics/splits?session=42-1")["data"]
    assert {(row["vote"], row["caucus"]["en"]): row["minority"] for row in splits} == expected
    liberal = api.all("votes?session=42-1&split_caucus=liberal")
    assert {vote["key"] for vote in liberal} == {vote for vote, caucus in expected if caucus == "Liberal"}
    (largest,) = api.get("/api/v1/votes?session=42-1&sort=-largest_split&limit=1")["data"]
    assert largest["split_caucuses"][0]["minority"] == max(expected.values())
    few = api.get("/api/v1/statistics/splits?session=42-1&caucus=Conservative&min_minority=10")["data"]
    assert {row["vote"] for row in few} == {
        vote for (vote, caucus), least in expected.items() if caucus == "Conservative" and least >= 10
    }


@pytest.mark.parametrize(
    ("kind", "pattern", "code", "of"),
    [
        ("hoist", r"\(hoist amendment\)$", "rejects", "bill"),
        ("reasoned_amendment", r"\(reasoned amendment\)$", "rejects", "bill"),
        ("previous_question", r"\(previous question\)$", "adopts", "motion"),
    ],
)
def test_what_a_yea_means_stands_next_to_every_result(
    api: Api, recorded_data: Path, kind: str, pattern: str, code: str, of: str
) -> None:
    expected = {key for session in SESSIONS for key in numbers(recorded_data, session, pattern)}
    found = api.all(f"votes?kind={kind}")
    assert {vote["key"] for vote in found} == expected
    key = max(vote["key"] for vote in found if vote["bill"])
    bill = next(vote["bill"] for vote in found if vote["key"] == key)
    person = api.get(f"/api/v1/votes/{key}/ballots?limit=1")["data"][0]["member"]["person_id"]
    results = [
        *found,
        api.get(f"/api/v1/votes/{key}")["data"],
        next(vote for vote in api.all(f"bills/{bill}/votes") if vote["key"] == key),
        next(each for each in api.all(f"members/{person}/ballots?bill={bill}") if each["vote"] == key),
        api.get(f"/api/v1/statistics/votes/{key}")["data"],
        next(hit for hit in api.get(f"/api/v1/search?q={bill.partition('/')[2]}+{kind.replace('_', '+')}"
                                    f"+session:{bill.partition('/')[0]}&limit=100")["data"] if hit["key"] == key),
    ]  # fmt: skip
    for each in results:
        assert (each["yea_means"]["code"], each["yea_means"]["of"]) == (code, of)
        assert each["yea_means"]["rule"] == f"yea-means/{kind}"
        assert each["result"]["code"]


def test_votes_that_reject_the_bill_by_a_yea(api: Api, recorded_data: Path) -> None:
    expected = {
        key for session in SESSIONS for key in numbers(recorded_data, session, r"\((hoist|reasoned) amendment\)$")
    }
    assert {vote["key"] for vote in api.all("votes?yea_means=rejects")} == expected


@pytest.mark.parametrize("session", sorted(DISSOLVED))
def test_which_bills_died_at_dissolution(api: Api, recorded_data: Path, session: str) -> None:
    expected = {
        f"{session}/{bill['BillNumberFormatted']}"
        for bill in listed_bills(recorded_data)
        if bill["ParlSessionCode"] == session
        and not bill["ReceivedRoyalAssentDateTime"]
        and bill["CurrentStatusEn"] not in NOT_DYING
    }
    found = api.all(f"bills?session={session}&outcome=died&sort=-died_on")
    assert {bill["key"] for bill in found} == expected
    assert {(bill["died_on"], bill["outcome_rule"]["code"]) for bill in found} == {(DISSOLVED[session], "dissolution")}


@pytest.mark.parametrize("session", sorted(PROROGUED))
def test_a_bill_that_was_reinstated_did_not_die(api: Api, recorded_data: Path, session: str) -> None:
    day, following = PROROGUED[session]
    every = {f"{bill['ParlSessionCode']}/{bill['BillNumberFormatted']}": bill for bill in listed_bills(recorded_data)}
    unfinished = {
        key: bill["BillNumberFormatted"]
        for key, bill in every.items()
        if bill["ParlSessionCode"] == session
        and not bill["ReceivedRoyalAssentDateTime"]
        and bill["CurrentStatusEn"] not in NOT_DYING
    }
    again = {
        key
        for key, number in unfinished.items()
        if every.get(f"{following}/{number}", {}).get("DidReinstateFromPreviousSession", "").lower() == "true"
    }
    died = api.all(f"bills?session={session}&outcome=died")
    assert {bill["key"] for bill in died} == unfinished.keys() - again
    assert {bill["died_on"] for bill in died} == {day}
    reinstated = api.all(f"bills?session={session}&outcome=reinstated")
    assert {bill["key"] for bill in reinstated} == again
    assert all(bill["reinstated_as"] == f"{following}/{bill['number']}" for bill in reinstated)


def test_where_the_next_session_is_not_held_nobody_knows_of_the_houses_bills(api: Api) -> None:
    unknown = api.all("bills?session=41-1&outcome__isnull=true")
    assert unknown
    assert {bill["outcome_rule"]["code"] for bill in unknown} == {"next-session-not-held"}
    assert {bill["chamber"] for bill in unknown} == {"commons"}
    died = api.all("bills?session=41-1&outcome=died")
    assert {bill["chamber"] for bill in died} == {"senate"}


def test_whose_laws_they_are_by_the_caucus_of_then(api: Api, recorded_data: Path) -> None:
    """A sponsor's caucus is that of the last ballot before the introduction or of the first one after it. Compared are
    all whose name is one person's in the Parliament."""
    persons: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    ballots: defaultdict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    for session in SESSIONS:
        parliament = int(session.partition("-")[0])
        days = {row["vote_number"]: row["date"][:10] for row in division_rows(recorded_data, session)}
        for number, person, name, caucus in session_names(recorded_data, session):
            persons[parliament, bare(name)].add(person)
            ballots[parliament, person][days[number]] = caucus
    served = {bill["key"]: bill for bill in api.all("bills?chamber=commons&provisional=false")}
    compared = 0
    laws: Counter[str] = Counter()
    for bill in listed_bills(recorded_data):
        parliament, key = int(bill["ParliamentNumber"]), f"{bill['ParlSessionCode']}/{bill['BillNumberFormatted']}"
        found = persons.get((parliament, bare(bill["SponsorEn"])), set())
        if key not in served or len(found) != 1 or served[key]["introduced_on"] is None:
            continue
        (person,) = found
        days = ballots[parliament, person]
        on = served[key]["introduced_on"]
        before = max((day for day in days if day <= on), default=None)
        after = min((day for day in days if day >= on), default=None)
        around = {days[day] for day in (before, after) if day is not None}
        sponsor = served[key]["sponsor"]
        assert str(sponsor["person_id"]) == person, key
        assert sponsor["caucus"] in around, key
        compared += 1
        laws[sponsor["caucus"]] += bool(bill["ReceivedRoyalAssentDateTime"]) and bill["ParlSessionCode"] == "42-1"
    assert compared > 2000
    rows = api.get("/api/v1/statistics/bills/by-caucus?session=42-1")["data"]
    counted: Counter[str] = Counter()
    for row in rows:
        if row["caucus"]["code"]:
            counted[row["caucus"]["en"]] += row["became_law"]
    assert +counted == +laws
    for caucus, number in laws.items():
        query = f"/api/v1/bills?session=42-1&outcome=law&sponsor_party={caucus.replace(' ', '%20')}&limit=1"
        assert api.get(query)["page"]["count"] == number, caucus


def test_two_members_of_one_name_are_not_guessed_apart(api: Api) -> None:
    ambiguous = [each for each in api.all("bills?session=38-1") if (each["sponsor"] or {}).get("basis") == "ambiguous"]
    assert [each["sponsor"]["name"] for each in ambiguous] == ["David Anderson"]
    assert ambiguous[0]["sponsor"]["person_id"] is None


def test_a_sponsor_is_one_row_with_and_without_hon(api: Api, recorded_data: Path) -> None:
    rows = api.get("/api/v1/statistics/sponsors?session=all")["data"]
    known = [row["sponsor"]["person_id"] for row in rows if row["sponsor"]["person_id"] is not None]
    assert len(known) == len(set(known))
    names = [bare(row["sponsor"]["name"].replace("Sen. ", "")) for row in rows]
    twice = {name for name, count in Counter(names).items() if count > 1}
    spelled: defaultdict[str, set[str]] = defaultdict(set)
    for bill in listed_bills(recorded_data):
        spelled[bare(bill["SponsorEn"])].add(bill["SponsorEn"])
    with_and_without = {name for name, spellings in spelled.items() if len(spellings) > 1 and name}
    assert with_and_without
    assert not twice & with_and_without


def test_no_recorded_bill_changed_its_sponsor(api: Api) -> None:
    """No list names another person than the list of the session before, or than the newer record of 45-1."""
    assert api.get("/api/v1/bills?sponsor_changed=true")["page"]["count"] == 0
