"""Coverage and what is not, in plain words and as JSON."""

import csv
from pathlib import Path

import pytest

from tests.api.conftest import Client
from warehouse.model.vocabulary.codes import SESSIONS_OF_PARLIAMENT


def kinds(session: dict[str, object]) -> dict[str, tuple[str, int, int | None]]:
    """Status, held and expected of each kind."""
    found = session["kinds"]
    assert isinstance(found, list)
    return {each["kind"]: (each["status"], each["held"], each["expected"]) for each in found}


@pytest.mark.postgres
def test_every_session_says_what_of_it_is_held(api: Client) -> None:
    data = api.get("/api/v1/coverage").json()["data"]
    sessions = {each["session"]: each for each in data["sessions"]}
    assert kinds(sessions["45-1"]) == {
        "bills": ("held", 20, 20),
        "bill_details": ("held", 20, 20),
        "votes": ("held", 30, 30),
        "ballots": ("held", 30, 30),
        "members_list": ("none", 0, None),
        "member_roles": ("none", 0, 30),
        "bills_french": ("held", 20, 20),
        "votes_french": ("none", 0, 30),
    }
    assert kinds(sessions["44-1"])["votes"] == ("none", 0, None)
    assert sessions["43-2"]["status"] == "none"
    assert {kind for each in sessions.values() for kind in kinds(each)} == set(kinds(sessions["45-1"]))
    for each in sessions.values():
        for kind in each["kinds"]:
            assert (kind["reason"] is None) == (kind["status"] == "held")
            assert kind["reason"] is None or (kind["reason"]["en"] and kind["reason"]["fr"])
    assert [each["session"] for each in data["sessions"]][:3] == ["45-1", "44-1", "43-2"]
    assert "Senate" in data["not_covered"][0]["what"]["en"]


@pytest.mark.postgres
@pytest.mark.parametrize(("query", "word"), [("", "Coverage"), ("?lang=fr", "Couverture")])
def test_the_page_says_the_same_in_each_language(api: Client, query: str, word: str) -> None:
    page = api.get(f"/coverage{query}")
    assert page.status_code == 200
    assert f"<h1>{word}</h1>" in page.text
    assert "43-2" in page.text
    assert "script" not in page.headers["content-security-policy"]
    assert word in api.get("/").text


@pytest.mark.recorded
def test_the_sessions_that_there_were_are_those_of_parlinfo(recorded_data: Path) -> None:
    counted: dict[int, int] = {}
    parliament = 0
    with (recorded_data / "other" / "parlinfo_sessions_2023-01.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            if row and row[0].startswith("Parliament:"):
                parliament = int(row[0].partition(":")[2])
            elif row and row[0].isdigit() and parliament in SESSIONS_OF_PARLIAMENT:
                counted[parliament] = counted.get(parliament, 0) + 1
    assert counted == {number: count for number, count in SESSIONS_OF_PARLIAMENT.items() if number <= 44}
