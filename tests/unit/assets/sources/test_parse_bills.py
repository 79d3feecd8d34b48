"""LEGISinfo's bill list, JSON and XML, on the thirteen recorded lists."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from assets.sources.legisinfo_bills.parse import BillRecord, parse_bills
from assets.sources.sessions.parse import parse_sessions
from assets.sources.text import day, english_date
from tests.support.upstream.documents import bill_lists
from tests.support.upstream.records import bill as bill_record
from tests.support.upstream.records import bills_json, bills_xml
from warehouse.runtime.errors import SourceChanged

pytestmark = pytest.mark.recorded
COUNTS = {
    "35-1": 300, "36-1": 438, "37-1": 387, "37-3": 319, "38-1": 395, "39-1": 361, "40-1": 77, "40-2": 412,
    "41-1": 447, "42-1": 441, "43-1": 86, "43-2": 201, "45-1": 162,
}  # fmt: skip


@pytest.fixture(scope="module")
def lists(recorded_data: Path) -> dict[str, list[BillRecord]]:
    parsed = {
        path.stem.removeprefix("legisinfo_bills_"): parse_bills(path.read_bytes()) for path in bill_lists(recorded_data)
    }
    assert not any(each.unfit or each.repeated for each in parsed.values())
    return {session: each.records for session, each in parsed.items()}


@pytest.fixture(scope="module")
def bills(lists: dict[str, list[BillRecord]]) -> dict[str, BillRecord]:
    return {record.key: record for records in lists.values() for record in records}


@pytest.fixture
def listed(recorded_data: Path) -> list[dict[str, Any]]:
    """The JSON list, to be broken by tests."""
    found: list[dict[str, Any]] = json.loads((recorded_data / "bills" / "legisinfo_bills_45-1.json").read_bytes())
    return found


def test_every_bill_of_every_list_is_read(lists: dict[str, list[BillRecord]], bills: dict[str, BillRecord]) -> None:
    assert {session: len(records) for session, records in lists.items()} == COUNTS
    assert len(bills) == 4026
    assert len({record.bill_id for record in bills.values()}) == 4026


def test_corrected_times_fall_on_the_printed_dates(lists: dict[str, list[BillRecord]]) -> None:
    printed = 0
    for record in (record for records in lists.values() for record in records):
        match = re.search(r" on ([A-Z][a-z]+ \d+, \d{4})", record.latest_activity_en or "")
        if match:
            printed += 1
            assert record.latest_activity_date_time is not None
            assert record.latest_activity_date_time.date() == english_date(match[1]), record.key
    assert printed == 4026 - COUNTS["35-1"] - COUNTS["36-1"]


def test_sessions_before_37_1_have_no_latest_activity(lists: dict[str, list[BillRecord]]) -> None:
    for session in ("35-1", "36-1"):
        assert {(record.latest_activity_en, record.latest_activity_fr) for record in lists[session]} == {(None, None)}


def test_a_bare_date_does_not_land_on_the_evening_before(bills: dict[str, BillRecord]) -> None:
    assert day(bills["45-1/S-1"].passed_senate_first_reading_date_time) == dt.date(2025, 5, 27)
    assert day(bills["35-1/S-2"].received_royal_assent_date_time) == dt.date(1994, 6, 15)


def test_royal_assent_is_counted_by_its_date(lists: dict[str, list[BillRecord]]) -> None:
    dated = {
        session: sum(record.received_royal_assent_date_time is not None for record in records)
        for session, records in lists.items()
    }
    assert dated == {
        "35-1": 101,
        "36-1": 86,
        "37-1": 67,
        "37-3": 25,
        "38-1": 60,
        "39-1": 45,
        "40-1": 0,
        "40-2": 34,
        "41-1": 83,
        "42-1": 111,
        "43-1": 12,
        "43-2": 28,
        "45-1": 15,
    }


def test_markup_in_titles_becomes_plain_text(bills: dict[str, BillRecord]) -> None:
    assert bills["38-1/C-73"].long_title_fr == "Loi modifiant la Loi sur les télécommunications (no 2)"
    assert bills["42-1/C-44"].short_title_fr == "Loi no\xa01 d’exécution du budget de 2017"
    assert bills["36-1/S-18"].long_title_en == "An Act respecting the Alliance of Manufacturers & Exporters Canada"
    for record in bills.values():
        texts = (record.long_title_en, record.long_title_fr, record.short_title_en, record.short_title_fr)
        assert not any("<" in (text or "") for text in texts), record.key


def test_blank_elements_are_null(bills: dict[str, BillRecord]) -> None:
    assert bills["35-1/S-2"].short_title_en is None
    assert bills["45-1/S-1"].short_title_fr is None
    assert all(record.sponsor_en != "" for record in bills.values())


def test_split_bills_keep_their_letter(bills: dict[str, BillRecord]) -> None:
    assert {key for key in bills if not key[-1].isdigit()} == {"37-1/C-15A", "37-1/C-15B", "38-1/C-333A"}


def test_the_curly_apostrophe_is_kept(bills: dict[str, BillRecord]) -> None:
    assert bills["45-1/C-202"].bill_type_en == "Private Member’s Bill"


def test_senators_keep_the_honorific_of_the_list(bills: dict[str, BillRecord]) -> None:
    assert (bills["45-1/S-1"].sponsor_en, bills["45-1/S-1"].sponsor_fr) == (
        "Sen. Judith Seidman",
        "Sén. Judith Seidman",
    )


def test_xml_and_json_of_the_same_bill_read_the_same(listed: list[dict[str, Any]]) -> None:
    root = etree.Element("Bills")
    for item in listed[:30]:
        element = etree.SubElement(root, "Bill")
        for name, value in item.items():
            text = str(value).lower() if isinstance(value, bool) else value
            etree.SubElement(element, name).text = None if text is None else str(text)
    of_json = parse_bills(json.dumps(listed[:30]).encode())
    assert parse_bills(b"\xef\xbb\xbf" + etree.tostring(root)) == of_json
    assert len(of_json.records) == 30


def test_one_bad_record_is_parked_with_its_reason_and_the_others_pass(listed: list[dict[str, Any]]) -> None:
    del listed[5]["LongTitleEn"]
    listed[7]["LongTitleEn"] = " "
    listed[9]["BillNumberFormatted"] = "Bill nine"
    listed[11]["PassedHouseFirstReadingDateTime"] = "2025-05-27T00:00:00"
    parsed = parse_bills(json.dumps(listed).encode())
    assert len(parsed.records) == 158
    bad = [f"45-1/{listed[index]['BillNumberFormatted']}" for index in (5, 7, 9, 11)]
    assert [item.record_key for item in parsed.unfit] == bad
    reasons = [item.reason for item in parsed.unfit]
    for reason, part in zip(reasons, ("LongTitleEn", "LongTitleEn", "not a bill number", "no zone"), strict=True):
        assert part in reason
    assert json.loads(parsed.unfit[0].record) == listed[5]


def test_a_field_renamed_everywhere_stops_the_document_and_is_named(recorded_data: Path) -> None:
    for path in (
        recorded_data / "bills" / "legisinfo_bills_45-1.json",
        recorded_data / "bills" / "legisinfo_bills_43-2.xml",
    ):
        renamed = path.read_bytes().replace(b"CurrentStatusEn", b"StatusEn")
        with pytest.raises(SourceChanged, match="CurrentStatusEn"):
            parse_bills(renamed)


def test_a_bill_that_stands_twice(listed: list[dict[str, Any]]) -> None:
    changed = listed[3] | {"LongTitleEn": "Another title"}
    parsed = parse_bills(json.dumps([*listed, listed[4], changed]).encode())
    assert parsed.repeated == [f"45-1/{listed[4]['BillNumberFormatted']}"]
    assert (len(parsed.records), parsed.unfit) == (162, [])


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_bill_listed_twice_under_one_id_is_read_without_what_differs(form: str) -> None:
    other = {"LongTitleEn": "Another title", "CurrentStatusEn": "Royal assent received"}
    twins = bill_record(), bill_record(**other)
    parsed = parse_bills((bills_json(*twins) if form == "json" else bills_xml(*twins)).encode())
    (bill,) = parsed.records
    assert (bill.long_title_en, bill.long_title_fr) == (None, "Loi concernant le C-2")
    assert (bill.current_status_en, bill.current_status_fr) == (None, None)
    assert [(doubt.record_key, doubt.rule) for doubt in parsed.doubts] == [("45-1/C-2", "field_given_twice")]
    later = bill_record(PassedHouseThirdReadingDateTime="2025-06-17T06:15:00-04:00", **other)
    (bill,) = parse_bills(bills_json(later, bill_record()).encode()).records
    assert (bill.long_title_en, bill.current_status_en) == ("Another title", "Royal assent received")


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("title", [None, "Another title"])
def test_a_bill_under_two_ids_is_read_once_and_told(form: str, title: str | None) -> None:
    first, second = bill_record("S-201", identifier=7), bill_record("S-201", identifier=9)
    if title is not None:
        second |= {"LongTitleEn": title, "PassedHouseThirdReadingDateTime": "2025-06-17T06:15:00-04:00"}
    document = bills_json(second, first) if form == "json" else bills_xml(second, first)
    parsed = parse_bills(document.encode())
    assert [(bill.number, bill.bill_id) for bill in parsed.records] == [("S-201", 9)]
    assert parsed.records[0].long_title_en == (title or first["LongTitleEn"])
    assert [(doubt.record_key, doubt.rule) for doubt in parsed.doubts] == [("45-1/S-201", "listed_under_two_ids")]
    assert "7, 9; 9 is served" in parsed.doubts[0].message
    assert parsed.unfit == []


@pytest.mark.parametrize(
    ("inner", "read"),
    [
        ("An Act to amend the <i>Criminal Code</i> (sentencing)", "An Act to amend the Criminal Code (sentencing)"),
        ("An Act <i>to <b>amend</b> the</i> Code", "An Act to amend the Code"),
        ("<i>Criminal Code</i>", "Criminal Code"),
        ("<![CDATA[An Act to amend the <i>Criminal Code</i>]]>", "An Act to amend the Criminal Code"),
        (
            "Loi modifiant la <em>Loi</em> sur l&#8217;acc&egrave;s &amp; plus",
            "Loi modifiant la Loi sur l’accès & plus",
        ),
        ("An Act&nbsp;to amend &lt;i&gt;the Code&lt;/i&gt;", "An Act\xa0to amend the Code"),
        ("First<br/>second", "First second"),
        ("An <!-- no --> Act", "An  Act"),
    ],
)
def test_all_text_of_an_element_is_read(inner: str, read: str) -> None:
    (bill,) = parse_bills(bills_xml(bill_record() | {"LongTitleEn": inner}).encode()).records
    assert bill.long_title_en == read


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_field_given_twice_is_null_and_told(form: str) -> None:
    if form == "xml":
        document = bills_xml(bill_record()).replace("<LongTitleEn>", "<LongTitleEn>Another</LongTitleEn><LongTitleEn>")
        document = document.replace("<SponsorEn>", "<SponsorEn>Hon. Jane Example</SponsorEn><SponsorEn>")
    else:
        document = bills_json(bill_record()).replace('"LongTitleEn":', '"LongTitleEn": "Another", "LongTitleEn":')
        document = document.replace('"SponsorEn":', '"SponsorEn": "Hon. Jane Example", "SponsorEn":')
    parsed = parse_bills(document.encode())
    assert [(bill.long_title_en, bill.sponsor_en) for bill in parsed.records] == [(None, "Hon. Jane Example")]
    assert [(doubt.rule, doubt.message) for doubt in parsed.doubts] == [
        ("field_given_twice", "`LongTitleEn` appears twice in the record, with different values; it is not used.")
    ]


def test_a_key_given_twice_parks_the_record() -> None:
    document = bills_xml(bill_record(), bill_record("C-3", identifier=3)).replace(
        "<BillNumberFormatted>C-3", "<BillNumberFormatted>C-4</BillNumberFormatted><BillNumberFormatted>C-3"
    )
    parsed = parse_bills(document.encode())
    assert [bill.number for bill in parsed.records] == ["C-2"]
    assert "`BillNumberFormatted` appears twice" in parsed.unfit[0].reason


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "not JSON"),
        (b'{"error": "try later"}', "not a JSON array"),
        (b"<!DOCTYPE html><html></html>", "HTML page"),
        (b'[{"SearchScore":1.0,"BillId":135', "breaks off"),
        (b"<List />", "root is 'List'"),
    ],
)
def test_unusable_lists_are_refused(document: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        parse_bills(document)


def test_the_old_legisinfo_xml_is_another_format(recorded_data: Path) -> None:
    with pytest.raises(SourceChanged, match="BillId"):
        parse_bills((recorded_data / "bills" / "legacy_legisinfo_42-1_2018-08.xml").read_bytes())


def test_an_empty_list_holds_no_bill() -> None:
    assert parse_bills(b"[]").records == []
    assert parse_bills(b"<Bills />").records == []


def test_sessions_are_read_from_the_session_text(recorded_data: Path) -> None:
    sessions = [session for path in bill_lists(recorded_data) for session in parse_sessions(path.read_bytes())]
    assert [session.key for session in sessions] == list(COUNTS)
    current = sessions[-1]
    assert (current.name_en, current.name_fr) == ("45th Parliament, 1st session", "45e législature, 1re session")
    assert (current.opened_on, current.closed_on, current.is_current) == (dt.date(2025, 5, 26), None, True)
    first = sessions[0]
    assert (first.opened_on, first.closed_on, first.is_current) == (dt.date(1994, 1, 17), dt.date(1996, 2, 2), False)


def test_a_new_form_of_session_text_stops_the_sessions(listed: list[dict[str, Any]]) -> None:
    for item in listed:
        item["ParlSessionEn"] = "45th Parliament, 1st session (2025-05-26 to present)"
    with pytest.raises(SourceChanged, match="ParlSessionEn"):
        parse_sessions(json.dumps(listed).encode())
