"""The simulator's documents against the recorded ones: same roots, fields and order; and our parsers read them."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from assets.sources.legisinfo_bill_detail.parse import parse_detail
from assets.sources.legisinfo_bills.parse import parse_bills
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_member_roles.parse import parse_roles
from assets.sources.ourcommons_members.parse import parse_members
from assets.sources.ourcommons_votes.parse import parse_votes
from assets.sources.sessions.parse import parse_sessions
from assets.upstream.simulator import SimulatedUpstream
from tests.support.upstream.simulated import bills, body, detail, everything


@pytest.fixture(scope="module")
def upstream() -> SimulatedUpstream:
    return SimulatedUpstream(members=60, bills=40, votes=40)


def tags(document: bytes) -> list[str]:
    return [field.tag for field in etree.fromstring(document)[0]]


@pytest.mark.recorded
def test_bill_list_has_the_45_fields_in_their_order(upstream: SimulatedUpstream, recorded_data: Path) -> None:
    real = json.loads((recorded_data / "bills" / "legisinfo_bills_45-1.json").read_bytes())
    assert len(real[0]) == 45
    for record in bills(upstream, "91-1"):
        assert list(record) == list(real[0])
        assert _types(record) <= {pair for each in real for pair in _types(each)}
    real_xml = (recorded_data / "bills" / "legisinfo_bills_43-2.xml").read_bytes()
    assert tags(body(upstream, "/legisinfo/en/bills/xml?parlsession=91-1")) == tags(real_xml)


@pytest.mark.recorded
def test_bill_list_speaks_with_parliaments_words(upstream: SimulatedUpstream, recorded_data: Path) -> None:
    real = json.loads((recorded_data / "bills" / "legisinfo_bills_45-1.json").read_bytes())
    words = ["BillTypeEn", "BillTypeFr", "LatestCompletedMajorStageEn", "LatestCompletedMajorStageFr"]
    for name in [*words, "LatestBillMilestoneId", "LatestBillTextTypeId", "OriginatingChamberId"]:
        assert {record[name] for record in bills(upstream, "91-1")} <= {record[name] for record in real}, name
    statuses = {(record["CurrentStatusEn"], record["CurrentStatusFr"]) for record in real}
    awaiting = ("Awaiting royal assent", "En attente de la sanction royale")
    ours = {(record["CurrentStatusEn"], record["CurrentStatusFr"]) for record in bills(upstream, "91-1")}
    assert ours <= statuses | {awaiting}


@pytest.mark.recorded
def test_bill_detail_has_every_field_at_every_depth(upstream: SimulatedUpstream, recorded_data: Path) -> None:
    files = sorted((recorded_data / "bills" / "detail_45-1").glob("*.json"))
    real = [json.loads(path.read_bytes()) for path in files]
    assert len(real[0]) == 135
    for bill in bills(upstream, "91-1"):
        ours = detail(upstream, "91-1", bill["BillNumberFormatted"])
        assert set(ours) == set(real[0])
    shapes: dict[str, set[str]] = {}
    for record in real:
        _shapes(record, "", shapes)
    mine: dict[str, set[str]] = {}
    for bill in bills(upstream, "91-1"):
        _shapes(detail(upstream, "91-1", bill["BillNumberFormatted"]), "", mine)
    for where, fields in mine.items():
        assert fields == shapes[where], where


@pytest.mark.recorded
def test_house_documents_have_the_recorded_fields(upstream: SimulatedUpstream, recorded_data: Path) -> None:
    real_ballots = (recorded_data / "ballots" / "vote_43-2_69.xml").read_bytes()
    ours = body(upstream, "/members/en/votes/91/1/1/xml")
    assert tags(ours) == tags(real_ballots)
    assert etree.fromstring(ours).nsmap == etree.fromstring(real_ballots).nsmap
    header = (recorded_data / "ballots" / "picked" / "45-1_1.csv").read_bytes().split(b"\r\n")[0]
    assert body(upstream, "/members/en/votes/91/1/1/csv").split(b"\r\n")[0] == header
    real_members = (recorded_data / "members" / "members_45_2026-09-30_en.excerpt.xml").read_bytes()
    assert tags(body(upstream, "/members/en/search/xml")) == tags(real_members)
    header = (recorded_data / "members" / "members_43_2021-09-14_en.csv").read_bytes().split(b"\r\n")[0]
    assert body(upstream, "/members/en/search/csv").split(b"\r\n")[0] == header
    old = tags((recorded_data / "votes" / "ourcommons_votes_42-1_2018-08.xml").read_bytes())
    assert set(tags(body(upstream, "/members/en/votes/xml?parlSession=91-1"))) == {*old, "PersonId"} - {"SittingNumber"}


def test_our_parsers_read_every_document_without_a_doubt(upstream: SimulatedUpstream) -> None:
    for address, answer in everything(upstream).items():
        if "/bill/" in address:
            parse_detail(answer.body)
            continue
        if "/roles/" in address:
            roles = parse_roles(answer.body)
            assert roles.seats, address
            assert not roles.unfit, address
            continue
        parse = (
            parse_bills
            if "/bills/" in address
            else parse_votes
            if "/votes/xml" in address
            else parse_ballots
            if "/votes/" in address
            else parse_members
        )
        parsed = parse(answer.body)
        assert parsed.records, address
        assert not parsed.unfit, address


def test_our_session_reader_knows_which_session_is_open(upstream: SimulatedUpstream) -> None:
    read = [
        parse_sessions(body(upstream, f"/legisinfo/en/bills/json?parlsession={code}"))[0]
        for code in upstream.sessions()
    ]
    assert [(session.key, session.is_current, session.closed_on is None) for session in read] == [
        ("90-1", False, False),
        ("90-2", False, False),
        ("91-1", True, True),
    ]
    assert read[0].name_en == "90th Simulated Parliament, 1st session"


def _types(record: dict[str, Any]) -> set[tuple[str, str]]:
    return {(name, type(value).__name__) for name, value in record.items()}


def _shapes(value: object, where: str, shapes: dict[str, set[str]]) -> None:
    """The field names of every object, by its path; lists of objects share a path."""
    if isinstance(value, list):
        for item in value:
            _shapes(item, where, shapes)
    elif isinstance(value, dict):
        shapes.setdefault(where, set()).update(value)
        for name, item in value.items():
            _shapes(item, f"{where}/{name}", shapes)
