"""The recorded documents at Parliament's addresses, over HTTP, against the files read another way."""

import csv
import tarfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import urllib3

from assets.upstream.addresses import Addresses
from assets.upstream.replay import ReplayUpstream
from assets.upstream.server import running
from warehouse.runtime.errors import SourceUnusable

pytestmark = pytest.mark.recorded

SESSIONS = ["35-1", "36-1", "37-1", "37-3", "38-1", "39-1", "40-1", "40-2", "41-1", "42-1", "43-1", "43-2", "45-1"]
WITH_VOTES = ["38-1", "39-1", "40-1", "40-2", "41-1", "42-1", "43-1", "43-2", "45-1"]
HEADER = "\ufeffPerson ID,Member of Parliament,Political Affiliation,Member Voted,Paired\r\n".encode()


@pytest.fixture(scope="module")
def addresses(recorded_data: Path) -> Iterator[Addresses]:
    with running(ReplayUpstream(recorded_data)) as url:
        yield Addresses(url, url)


@pytest.fixture(scope="module")
def http() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=False)


def test_it_holds_every_session_of_the_folder(addresses: Addresses, http: urllib3.PoolManager) -> None:
    held = http.request("GET", f"{addresses.ourcommons_url}/openpolicy/upstream.json").json()
    assert held == {"kind": "recorded", "sessions": SESSIONS, "roles": [89156]}


@pytest.mark.parametrize("session", SESSIONS)
def test_bill_lists_are_answered_in_the_form_they_were_recorded_in(
    addresses: Addresses, http: urllib3.PoolManager, recorded_data: Path, session: str
) -> None:
    for form in ("json", "xml"):
        response = http.request("GET", addresses.bill_list(session, form))
        path = recorded_data / "bills" / f"legisinfo_bills_{session}.{form}"
        assert response.status == (200 if path.exists() else 404)
        assert not path.exists() or response.data == path.read_bytes()


def test_bill_details_are_back_in_their_array(
    addresses: Addresses, http: urllib3.PoolManager, recorded_data: Path
) -> None:
    for path in sorted((recorded_data / "bills" / "detail_45-1").iterdir()):
        (detail,) = http.request("GET", addresses.bill_detail("45-1", path.stem)).json()
        assert detail["NumberCode"] == path.stem
    assert http.request("GET", addresses.bill_detail("45-1", "C-999")).status == 404


@pytest.mark.parametrize("session", WITH_VOTES)
def test_vote_lists_say_what_the_tables_say(
    addresses: Addresses, http: urllib3.PoolManager, recorded_data: Path, session: str
) -> None:
    root = ET.fromstring(http.request("GET", addresses.vote_list(session)).data)
    assert root.tag == "ArrayOfVote"
    names = {
        "date": "DecisionEventDateTime", "vote_number": "DecisionDivisionNumber", "subject": "DecisionDivisionSubject",
        "result": "DecisionResultName", "yeas": "DecisionDivisionNumberOfYeas", "nays": "DecisionDivisionNumberOfNays",
        "paired": "DecisionDivisionNumberOfPaired", "bill_number": "BillNumberCode",
    }  # fmt: skip
    with (recorded_data / "votes" / f"votes_metadata_{session}.csv").open(encoding="utf-8", newline="") as table:
        expected = list(csv.DictReader(table))
    served = [{column: vote.findtext(name) or "" for column, name in names.items()} for vote in root.iterfind("Vote")]
    assert served == expected
    assert {f"{v.findtext('ParliamentNumber')}-{v.findtext('SessionNumber')}" for v in root} == {session}


def test_the_current_vote_list_is_the_newest_and_french_is_not_published(
    addresses: Addresses, http: urllib3.PoolManager
) -> None:
    newest = http.request("GET", addresses.vote_list("45-1")).data
    assert http.request("GET", addresses.vote_list()).data == newest
    assert http.request("GET", addresses.vote_list("45-1", "fr")).status == 404
    assert http.request("GET", addresses.vote_list("37-3")).status == 404
    assert http.request("GET", addresses.vote_list("45-1").replace("/members/", "/Members/")).data == newest


@pytest.mark.parametrize("session", ["38-1", "45-1"])
def test_ballots_are_the_archived_bytes(
    addresses: Addresses, http: urllib3.PoolManager, recorded_data: Path, session: str
) -> None:
    with tarfile.open(recorded_data / "ballots" / f"{session}.tar.gz") as tar:
        for member in tar.getmembers()[::10]:
            division = int(Path(member.name).stem)
            archived = tar.extractfile(member)
            assert archived is not None
            assert http.request("GET", addresses.ballots(session, division)).data == archived.read()


def test_ballots_from_single_files(addresses: Addresses, http: urllib3.PoolManager, recorded_data: Path) -> None:
    ballots = recorded_data / "ballots"
    assert http.request("GET", addresses.ballots("43-1", 7)).data == (ballots / "43-1" / "7.csv").read_bytes()
    as_xml = http.request("GET", addresses.ballots("43-2", 69, "xml"))
    assert as_xml.data == (ballots / "vote_43-2_69.xml").read_bytes()
    assert http.request("GET", addresses.ballots("42-1", 871)).data == HEADER  # published empty


def test_unknown_divisions_are_empty_unknown_sessions_are_missing(
    addresses: Addresses, http: urllib3.PoolManager
) -> None:
    unknown = http.request("GET", addresses.ballots("45-1", 9999, "xml"))
    root = ET.fromstring(unknown.data)
    assert (unknown.status, root.tag, len(root)) == (200, "ArrayOfVoteParticipant", 0)
    as_csv = http.request("GET", addresses.ballots("45-1", 9999))
    assert (as_csv.status, as_csv.data) == (200, HEADER)
    assert http.request("GET", addresses.ballots("45-1", 3, "xml")).status == 404  # held, not recorded as XML
    assert http.request("GET", addresses.ballots("44-1", 1)).status == 404


@pytest.mark.parametrize(
    ("form", "lang", "parliament", "file"),
    [
        ("xml", "en", None, "members_45_2026-09-30_en.excerpt.xml"),
        ("xml", "fr", None, "members_45_2026-10-03_fr.excerpt.xml"),
        ("csv", "en", None, "members_44_2021-11-19_en.csv"),
        ("xml", "en", 43, "members_43_2021-03_en.xml"),
        ("csv", "en", 43, "members_43_2021-09-14_en.csv"),
        ("csv", "en", "all", "members_all_parliaments_2023-01_en.csv"),
        ("xml", "en", "all", None),
        ("csv", "fr", None, None),
    ],
)
def test_members(
    addresses: Addresses,
    http: urllib3.PoolManager,
    recorded_data: Path,
    form: str,
    lang: str,
    parliament: int | str,
    file: str | None,
) -> None:
    response = http.request("GET", addresses.members(form, lang, parliament))  # type: ignore[arg-type]
    assert response.status == (200 if file else 404)
    assert file is None or response.data == (recorded_data / "members" / file).read_bytes()


def test_a_session_that_nobody_foresaw(tmp_path: Path, http: urllib3.PoolManager) -> None:
    (tmp_path / "ballots" / "99-2").mkdir(parents=True)
    (tmp_path / "ballots" / "99-2" / "1.csv").write_bytes(HEADER)
    with running(ReplayUpstream(tmp_path)) as url:
        addresses = Addresses(url, url)
        assert http.request("GET", addresses.ballots("99-2", 1)).status == 200
        assert http.request("GET", addresses.vote_list("99-2")).status == 404
        assert http.request("GET", addresses.vote_list()).status == 404
        assert http.request("GET", addresses.bill_list("99-2")).status == 404


def test_a_damaged_file_is_a_fault_of_the_site(tmp_path: Path, http: urllib3.PoolManager) -> None:
    (tmp_path / "ballots").mkdir()
    (tmp_path / "ballots" / "45-1.tar.gz").write_bytes(b"no archive")
    (tmp_path / "votes").mkdir()
    (tmp_path / "votes" / "votes_metadata_45-1.csv").write_text("a,b\n1,2\n")
    with running(ReplayUpstream(tmp_path)) as url:
        addresses = Addresses(url, url)
        assert http.request("GET", addresses.ballots("45-1", 1)).status == 500
        assert http.request("GET", addresses.vote_list("45-1")).status == 500


def test_folders_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnusable, match="There is no folder"):
        ReplayUpstream(tmp_path / "missing")
    (tmp_path / "bills").mkdir()
    (tmp_path / "bills" / "notes.txt").write_text("")
    with pytest.raises(SourceUnusable, match=r"contains no document .* Expected are files such as"):
        ReplayUpstream(tmp_path)
