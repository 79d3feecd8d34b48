"""The register of corrections, as JSON and Atom."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament, everything
from warehouse.postgres.feed import corrections
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
REGISTER = "/api/v1/corrections"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def client(parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]) -> Client:
    """The API over the small Parliament after corrections and other changes."""
    parliament.claim("recorded")
    parliament.store(*everything())
    parliament.store(*(sample.vote("45-1", number, subject_fr="Motion") for number in range(1, 31)))
    for turn in range(1, 4):
        parliament.store(*(sample.vote("45-1", n, subject_fr="Motion", yeas=8 + turn) for n in range(1, 11)))
    title = sample.bill("45-1", "C-3", 2, title_en="An <Act> & more", status="x")
    parliament.store(
        title, sample.bill("45-1", "C-4", 3, status="x", latest_activity_on=None), sample.member(1, name="N")
    )
    parliament.settle()
    return open_client(settings)


def walked(client: Client, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following = f"{REGISTER}?{query}"
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        following = answer.json()["links"]["next"]
    return found


@pytest.mark.parametrize("rows", [200, 3])
def test_the_register_holds_every_correction_newest_first(
    client: Client, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "_ROWS", rows)
    found = walked(client, "limit=4")
    assert len({each["id"] for each in found}) == len(found) == 31
    assert [each["recorded_at"] for each in found] == sorted((each["recorded_at"] for each in found), reverse=True)
    assert found[0]["corrections"] == [
        {"path": "/title_en", "old": "An Act respecting sample no. 2, the café’s licence", "new": "An <Act> & more"}
    ]
    last = found[-1]
    assert last["corrections"] == [{"path": "/yeas", "old": 8, "new": 9}]
    assert client.get(last["links"]["previous"]).json()["data"]["totals"]["yeas"] == 8
    assert client.get(last["links"]["revision"]).json()["data"]["totals"]["yeas"] == 9
    assert len(walked(client, "types=bill")) == 1
    assert len(walked(client, "keys=45-1/commons/3&limit=2")) == 3
    assert walked(client, "session=44-1") == []


def test_the_atom_feed_is_bilingual_and_well_formed(client: Client) -> None:
    answer = client.get(f"{REGISTER}.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert " / " in (root.findtext(f"{ATOM}title") or "")
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 31
    assert entries[0].findtext(f"{ATOM}title") == (
        "Correction of bill 45-1/C-3 / Correction du projet de loi 45-1/C-3: title_en"
    )
    assert "An <Act> & more" in (entries[0].findtext(f"{ATOM}content") or "")
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    assert client.get(link.attrib["href"]).status_code == 200
    french = ElementTree.fromstring(client.get(f"{REGISTER}.atom?lang=fr&types=vote").content)
    assert french.findtext(f"{ATOM}title") == "Corrections que le Parlement apporte à ses documents"
    tag = answer.headers["etag"]
    assert client.get(f"{REGISTER}.atom", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("query", "param"),
    [("types=member", "types"), ("keys=x", "keys"), ("session=x", "session"), ("limit=0", "limit"),
     ("cursor=x", "cursor"), ("op=created", "op"), ("wait=1", "wait")],
)  # fmt: skip
def test_bad_inputs_are_problems_that_name_the_parameter(api: Client, query: str, param: str) -> None:
    answer = api.get(f"{REGISTER}?{query}")
    assert (answer.status_code, answer.json()["param"]) == (400, param)


def test_without_a_correction_the_register_is_empty(api: Client) -> None:
    assert api.get(REGISTER).json()["data"] == []
    assert ElementTree.fromstring(api.get(f"{REGISTER}.atom").content).findall(f"{ATOM}entry") == []
    assert api.get(f"{REGISTER}.atom?limit=2").json()["param"] == "limit"
    cursor = api.get("/api/v1/changes?limit=1").json()["page"]["next"]
    assert api.get(f"{REGISTER}?cursor={cursor}").json()["code"] == "cursor_mismatch"
