"""All recorded documents of Parliament in, all of them out again over HTTP, equal to the files.

The expected side is read from the files with other tools than the loader's: polars and the standard library.
"""

import csv
import json
import re
import tarfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from assets.upstream.replay import ReplayUpstream
from tests.end_to_end.conftest import Api
from tests.support.upstream.ingestion import Installation
from warehouse.workers.upkeep.verify import verify

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.postgres,
    pytest.mark.clickhouse,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]
DISPUTED = {
    "38-1": [159],
    "39-1": [166],
    "41-1": [208, 351, 425, 699, 742, 748, 752],
    "42-1": [71, 106, 136, 150, 175, 713, 724],
}


def files(folder: Path) -> dict[str, bytes]:
    """Every ballot file by `session/number`, out of archives and folders."""
    found: dict[str, bytes] = {}
    for archive in folder.glob("ballots/*.tar.gz"):
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.name.endswith(".csv"):
                    session, name = member.name.split("/")[-2:]
                    found[f"{session}/{name.removesuffix('.csv')}"] = tar.extractfile(member).read()  # type: ignore[union-attr]
    for path in folder.glob("ballots/*-*/*.csv"):
        found[f"{path.parent.name}/{path.stem}"] = path.read_bytes()
    return found


def test_every_bill_of_every_list_is_served(api: Api, recorded_data: Path) -> None:
    expected: dict[str, tuple[str, str]] = {}
    for path in recorded_data.glob("bills/legisinfo_bills_*.xml"):
        for element in ElementTree.parse(path).getroot():
            text = {child.tag: (child.text or "").strip() for child in element}
            key = f"{text['ParlSessionCode']}/{text['BillNumberFormatted']}"
            expected[key] = (text["BillId"], text["CurrentStatusEn"])
    for path in recorded_data.glob("bills/legisinfo_bills_*.json"):
        for bill in json.loads(path.read_bytes()):
            expected[f"{bill['ParlSessionCode']}/{bill['BillNumberFormatted']}"] = (str(bill["BillId"]), "")
    served = {bill["key"]: bill for bill in api.all("bills?provisional=false")}
    assert len(expected) == 4026
    assert served.keys() == expected.keys()
    assert {key: str(bill["legisinfo_id"]) for key, bill in served.items()} == {
        key: identifier for key, (identifier, _) in expected.items()
    }
    statuses = {key: status for key, (_, status) in expected.items() if status}
    assert {key: served[key]["status"]["en"] for key in statuses} == statuses
    provisional = api.all("bills?provisional=true")
    assert [bill["key"] for bill in provisional] == ["45-1/C-33"]


def test_every_detail_of_the_current_session_is_served(api: Api, recorded_data: Path) -> None:
    details = [json.loads(path.read_bytes()) for path in recorded_data.glob("bills/detail_45-1/*.json")]
    assert len(details) == 108
    for detail in details:
        bill = api.get(f"/api/v1/bills/45-1/{detail['NumberCode']}")["data"]
        assert bill["sponsor"]["person_id"] == detail["SponsorPersonId"]
        stages = api.get(f"/api/v1/bills/45-1/{detail['NumberCode']}/stages")["data"]
        published = detail["BillStages"]
        reached = [
            stage["BillStageNameEn"] for name in ("HouseBillStages", "SenateBillStages") for stage in published[name]
        ]
        assert Counter(reached) <= Counter(stage["stage"]["en"] for stage in stages)


def test_every_vote_has_the_announced_and_the_counted_totals(api: Api, recorded_data: Path) -> None:
    ballots = files(recorded_data)
    served = {vote["key"]: vote for vote in api.all("votes")}
    expected = 0
    for path in recorded_data.glob("votes/votes_metadata_*.csv"):
        session = path.stem.rpartition("_")[2]
        for row in csv.DictReader(path.open(encoding="utf-8", newline="")):
            vote = served[f"{session}/commons/{row['vote_number']}"]
            announced = {name: int(row[name]) if row[name] else None for name in ("yeas", "nays", "paired")}
            assert vote["totals"] == announced
            assert vote["result"]["en"] == row["result"]
            assert vote["bill"] == (f"{session}/{row['bill_number']}" if row["bill_number"] else None)
            _, _, body = ballots[f"{session}/{row['vote_number']}"].decode("utf-8-sig").partition("\n")
            assert vote["counted"] == {
                "yeas": len(re.findall(r",Yea,", body)),
                "nays": len(re.findall(r",Nay,", body)),
                "paired": len(re.findall(r",Paired\r?$", body, re.MULTILINE)),
            }
            expected += 1
    assert expected == len(served) == 3091
    disputed = [f"{session}/commons/{number}" for session, numbers in DISPUTED.items() for number in numbers]
    assert sorted(key for key, vote in served.items() if vote["disputed"]) == sorted(disputed)


def test_every_ballot_is_served(api: Api, recorded_data: Path) -> None:
    bodies = files(recorded_data)
    columns = ["Person ID", "Member Voted", "Paired", "Political Affiliation"]

    def check(item: tuple[str, bytes]) -> int:
        place, body = item
        session, _, number = place.partition("/")
        frame = pl.read_csv(body, columns=columns, infer_schema=False)
        expected = {
            (int(person), (voted or "paired").lower(), paired == "Paired", party)
            for person, voted, paired, party in frame.select(columns).iter_rows()
        }
        rows = api.get(f"/api/v1/votes/{session}/commons/{number}/ballots?limit=500")["data"]
        served = {(row["member"]["person_id"], row["position"], row["paired"], row["caucus"]) for row in rows}
        assert served == expected, place
        assert len(rows) == len(frame)
        return len(rows)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(check, bodies.items())) == 825_767


def test_counts_by_session(api: Api) -> None:
    bills = {"35-1": 300, "36-1": 438, "37-1": 387, "37-3": 319, "38-1": 395, "39-1": 361, "40-1": 77, "40-2": 412,
             "41-1": 447, "42-1": 441, "43-1": 86, "43-2": 201, "45-1": 163}  # fmt: skip
    votes = {"38-1": 190, "39-1": 219, "40-1": 1, "40-2": 158, "41-1": 760, "42-1": 1379, "43-1": 26, "43-2": 185,
             "45-1": 173}  # fmt: skip
    for session in api.all("sessions"):
        key = session["key"]
        assert api.get(f"/api/v1/bills?session={key}&limit=1")["page"]["count"] == bills[key]
        assert api.get(f"/api/v1/votes?session={key}&limit=1")["page"]["count"] == votes.get(key, 0)
    assert len(api.all("sessions")) == 13


@pytest.mark.parametrize(
    ("key", "title", "introduced", "assent"),
    [
        ("45-1/S-1", "An Act relating to railways", "2025-05-27", None),
        ("45-1/C-1", "An Act respecting the administration of oaths of office", "2025-05-27", None),
        ("43-1/S-1", "An Act relating to railways", "2019-12-05", None),
        ("43-2/C-18", "An Act to implement the Agreement on Trade Continuity between Canada and the United Kingdom of"
         " Great Britain and Northern Ireland", "2020-12-09", "2021-03-17"),
    ],
)  # fmt: skip
def test_bills_read_by_hand(api: Api, key: str, title: str, introduced: str, assent: str | None) -> None:
    bill = api.get(f"/api/v1/bills/{key}")["data"]
    assert (bill["title"]["en"], bill["introduced_on"], bill["royal_assent_on"]) == (title, introduced, assent)


def test_a_summary_read_by_hand(api: Api) -> None:
    summary = api.get("/api/v1/bills/45-1/S-2")["data"]["summary"]
    assert "\n\nOn 29 May 2025, Sen. Marc Gold introduced Bill S-2" in summary["en"]
    assert "\n\nLe 29 mai 2025, Sénateur Marc Gold a déposé le projet de loi S-2" in summary["fr"]
    assert api.get("/api/v1/bills/45-1/S-1")["data"]["summary"] == {"en": None, "fr": None}


@pytest.mark.parametrize(
    ("key", "held_at", "totals", "result", "bill"),
    [
        ("43-2/commons/69", "2021-03-10T20:50:00Z", (305, 25, 0), "agreed", "43-2/C-18"),
        ("45-1/commons/173", "2026-06-18T17:00:00Z", (166, 159, 12), "agreed", "45-1/C-30"),
        ("45-1/commons/172", "2026-06-18T02:15:00Z", (166, 150, 14), "agreed", None),
        ("42-1/commons/871", None, (None, None, None), "tie", None),
        ("41-1/commons/699", None, (161, 120, None), None, None),
    ],
)
def test_votes_read_by_hand(
    api: Api, key: str, held_at: str | None, totals: tuple[int | None, ...], result: str | None, bill: str | None
) -> None:
    vote = api.get(f"/api/v1/votes/{key}")["data"]
    assert tuple(vote["totals"].values())[:2] == totals[:2]
    if held_at is not None:
        assert (vote["held_at"], vote["bill"]) == (held_at, bill)
    if result is not None:
        assert vote["result"]["code"] == result


def test_members_read_by_hand(api: Api) -> None:
    aboultaif = api.get("/api/v1/members/89156")["data"]
    assert (aboultaif["name"], aboultaif["riding"], aboultaif["caucus"]) == (
        "Ziad Aboultaif",
        "Edmonton Manning",
        "Conservative",
    )
    bergen = api.get("/api/v1/members/59110")["data"]
    assert bergen["name"] == "Candice Bergen"
    assert "Candice Hoeppner" in bergen["other_names"]
    assert {api.get(f"/api/v1/members/{person}")["data"]["name"] for person in (1795, 1635)} == {"David Anderson"}
    ballots = api.all("members/89156/ballots?session=45-1")
    assert 0 < len(ballots) <= 173


def test_again_changes_nothing_and_everything_agrees(loaded: Installation, recorded_data: Path) -> None:
    entries = "select count(*), max(seq) from change_log"
    before = loaded.ask_shards(entries), loaded.ask(entries)
    report = loaded.ingest(ReplayUpstream(recorded_data))
    assert all(load.unchanged and load.changed == 0 for load in report.loads)
    assert before == (loaded.ask_shards(entries), loaded.ask(entries))
    report_of_proof = verify(loaded.catalog, loaded.shards)
    assert report_of_proof.clean, "\n".join(report_of_proof.lines)
