"""Every query of the README that asks for data, answered by the recorded Parliament and checked against the files."""

import csv
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.end_to_end.conftest import Api
from tests.support.readme import recorded_queries

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.postgres,
    pytest.mark.clickhouse,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]


def division_rows(data: Path, session: str) -> list[dict[str, str]]:
    with (data / "votes" / f"votes_metadata_{session}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ballots(data: Path, session: str, number: int) -> list[dict[str, str]]:
    with tarfile.open(data / "ballots" / f"{session}.tar.gz") as archive:
        body = archive.extractfile(f"{session}/{number}.csv")
        assert body is not None
        return list(csv.DictReader(io.StringIO(body.read().decode("utf-8-sig"))))


def listed_bills(data: Path) -> list[dict[str, str]]:
    """Every record of every bill list, with text fields only."""
    found = []
    for path in data.glob("bills/legisinfo_bills_*.xml"):
        found += [
            {child.tag: (child.text or "").strip() for child in element}
            for element in ElementTree.parse(path).getroot()
        ]
    for path in data.glob("bills/legisinfo_bills_*.json"):
        found += [
            {name: "" if value is None else str(value) for name, value in bill.items()}
            for bill in json.loads(path.read_bytes())
        ]
    return found


def latest_vote(answer: Any, data: Path) -> None:
    newest = max(division_rows(data, "45-1"), key=lambda row: (row["date"][:10], int(row["vote_number"])))
    assert [vote["key"] for vote in answer["data"]] == [f"45-1/commons/{newest['vote_number']}"]


def became_law(answer: Any, data: Path) -> None:
    """The list and, of 45-1, the newer detail records both say so; a status alone misses laws of 36-1."""
    laws = {
        f"{bill['ParlSessionCode']}/{bill['BillNumberFormatted']}"
        for bill in listed_bills(data)
        if bill["ReceivedRoyalAssentDateTime"]
    }
    for path in data.glob("bills/detail_45-1/*.json"):
        detail = json.loads(path.read_bytes())
        laws |= {f"45-1/{detail['NumberCode']}"} if detail["ReceivedRoyalAssentDateTime"] else set()
    assert answer["page"]["count"] == len(laws)
    assert {bill["key"] for bill in answer["data"]} <= laws
    assert all("en" not in bill["title"] and bill["title"]["fr"] for bill in answer["data"])


def sitting_members(text: str, data: Path) -> None:
    """Who has a ballot in the last 60 divisions. The standings count 337 members, but three months after the last
    recorded ballot, and no document names who left in between. Nobody sits beyond the seats."""
    standings = ElementTree.parse(data / "members" / "party_standings_2026-09-30_en.xml").getroot()
    seats = sum(int(standing.findtext("SeatCount") or 0) for standing in standings)
    last = {person: int(number) for number, person, _, _ in sorted(session_names(data, "45-1"), key=_division)}
    recent = {person for person, number in last.items() if number > max(last.values()) - 60}
    rows = [row["person_id"] for row in csv.DictReader(io.StringIO(text))]
    assert len(rows) == len(set(rows)) <= seats == 343
    assert set(rows) == recent


def _division(ballot: tuple[str, str, str, str]) -> int:
    return int(ballot[0])


def finds_c21(answer: Any, _data: Path) -> None:
    assert any(hit["type"] == "bill" and hit["bill"] == "C-21" for hit in answer["data"][:10])


def vote_43(answer: Any, data: Path) -> None:
    rows = ballots(data, "45-1", 43)
    found = answer["data"]
    assert found["yeas"] == sum(row["Member Voted"] == "Yea" for row in rows)
    assert found["nays"] == sum(row["Member Voted"] == "Nay" for row in rows)
    of_caucus = {each["caucus"]["en"]: (each["yeas"], each["nays"]) for each in found["by_caucus"]}
    for caucus in {row["Political Affiliation"] for row in rows}:
        own = [row["Member Voted"] for row in rows if row["Political Affiliation"] == caucus]
        assert of_caucus[caucus] == (own.count("Yea"), own.count("Nay")), caucus


def closest_votes(answer: Any, data: Path) -> None:
    margins: dict[str, float] = {}
    for path in data.glob("votes/votes_metadata_*.csv"):
        session = path.stem.rpartition("_")[2]
        for row in division_rows(data, session):
            if row["yeas"] and int(row["yeas"]) + int(row["nays"]):
                yeas, nays = int(row["yeas"]), int(row["nays"])
                margins[f"{session}/commons/{row['vote_number']}"] = abs(yeas - nays) / (yeas + nays)
    shown = [vote["closeness"] for vote in answer["data"]]
    assert shown == sorted(margins.values())[: len(shown)]
    assert all(margins[vote["key"]] == vote["closeness"] for vote in answer["data"])


def ndp_splits(answer: Any, data: Path) -> None:
    split: dict[str, int] = {}
    for path in data.glob("votes/votes_metadata_*.csv"):
        session = path.stem.rpartition("_")[2]
        for number, rows in session_ballots(data, session).items():
            own = [voted for caucus, voted in rows if caucus == "NDP"]
            if least := min(own.count("Yea"), own.count("Nay")):
                split[f"{session}/commons/{number}"] = least
    assert answer["page"]["count"] == len(split)
    for vote in answer["data"]:
        (ndp,) = [each for each in vote["split_caucuses"] if each["caucus"]["code"] == "ndp"]
        assert ndp["minority"] == split[vote["key"]]


def session_documents(data: Path, session: str) -> dict[str, list[dict[str, str]]]:
    """Every ballot of a session, by division."""
    bodies: dict[str, bytes] = {}
    folder = data / "ballots" / session
    if folder.is_dir():
        bodies = {path.stem: path.read_bytes() for path in folder.glob("*.csv")}
    else:
        with tarfile.open(data / "ballots" / f"{session}.tar.gz") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.name.endswith(".csv") else None
                if file is not None:
                    bodies[Path(member.name).stem] = file.read()
    return {number: list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")))) for number, body in bodies.items()}


def session_ballots(data: Path, session: str) -> dict[str, list[tuple[str, str]]]:
    """Caucus and recorded vote of every ballot of a session, by division."""
    return {
        number: [(row["Political Affiliation"], row["Member Voted"]) for row in rows]
        for number, rows in session_documents(data, session).items()
    }


def session_names(data: Path, session: str) -> Iterator[tuple[str, str, str, str]]:
    """Division, PersonId, name and caucus of every ballot of a session."""
    for number, rows in session_documents(data, session).items():
        for row in rows:
            name = row["Member of Parliament"].rpartition(" (")[0]
            yield number, row["Person ID"], name, row["Political Affiliation"]


CHECKS: dict[str, Callable[[Any, Path], None]] = {
    "/api/v1/votes?limit=1": latest_vote,
    "/api/v1/bills?royal_assent_on__isnull=false&lang=fr": became_law,
    "/api/v1/votes?sort=closeness&limit=10": closest_votes,
    "/api/v1/votes?split_caucus=ndp&sort=-largest_split": ndp_splits,
    "/api/v1/members?sitting=true&limit=500": sitting_members,
    "/api/v1/search?q=projet+de+loi+C-21": finds_c21,
    "/api/v1/statistics/votes/45-1/commons/43?lang=en": vote_43,
}
"""What the answer to each query must be, read from the files by other means than the product's."""


def test_every_query_of_the_readme_has_its_check() -> None:
    assert {query.address for query in recorded_queries()} == CHECKS.keys()


@pytest.mark.parametrize(("header", "address"), recorded_queries(), ids=lambda text: urlsplit(text).query or "-")
def test_a_query_of_the_readme_answers_as_the_files_say(
    api: Api, recorded_data: Path, header: str, address: str
) -> None:
    if header:
        CHECKS[address](api.text(address, dict([header.split(": ", 1)])), recorded_data)
    else:
        CHECKS[address](api.get(address), recorded_data)
