"""LEGISinfo's detail record, on the 108 recorded ones."""

import datetime as dt
import json
from pathlib import Path

import pytest

from assets.sources.legisinfo_bill_detail.parse import BillDetail, parse_detail
from assets.sources.text import day
from tests.support.upstream.documents import detail_document
from warehouse.runtime.errors import SourceChanged

pytestmark = pytest.mark.recorded


@pytest.fixture(scope="module")
def details(recorded_data: Path) -> dict[str, BillDetail]:
    numbers = [path.stem for path in (recorded_data / "bills" / "detail_45-1").glob("*.json")]
    return {number: parse_detail(detail_document(recorded_data, number)) for number in numbers}


def test_every_record_is_read_and_knows_its_bill(details: dict[str, BillDetail]) -> None:
    assert len(details) == 108
    assert all(detail.key == f"45-1/{number}" for number, detail in details.items())
    assert all(len(detail.bill_stages.house_bill_stages) == 5 for detail in details.values())


def test_times_are_ottawas_already(details: dict[str, BillDetail]) -> None:
    assert day(details["S-1"].passed_senate_first_reading_date_time) == dt.date(2025, 5, 27)
    assert details["C-1"].latest_bill_event_date_time is not None


def test_few_bills_have_a_summary_and_it_is_plain_text_in_both_languages(details: dict[str, BillDetail]) -> None:
    english = {number: text for number, bill in details.items() if (text := bill.short_legislative_summary_en)}
    french = {number: text for number, bill in details.items() if (text := bill.short_legislative_summary_fr)}
    assert len(english) == len(french) == 18
    assert english.keys() == french.keys()
    assert not any("<" in text or "\n\n\n" in text for text in (*english.values(), *french.values()))
    first, second, third = french["S-2"].split("\n\n")
    assert first.endswith("le sommaire suivant.")
    assert second.startswith("Le 29 mai 2025, Sénateur Marc Gold a déposé le projet de loi S-2")
    assert third.endswith("ministère des Services aux Autochtones.")


def test_honorifics_and_names_are_kept_as_published(details: dict[str, BillDetail]) -> None:
    french = {detail.sponsor_person_short_honorific_fr for detail in details.values()}
    assert {"L’hon.", None} <= french
    assert all(detail.sponsor_person_id for detail in details.values())


def test_a_sponsor_of_one_blank_and_dates_of_year_1_are_null(recorded_data: Path) -> None:
    record = json.loads((recorded_data / "bills" / "detail_45-1" / "C-4.json").read_bytes())
    record |= {"SponsorPersonName": " ", "SponsorPersonId": 0, "LatestBillEventDateTime": "0001-01-01T00:00:00"}
    detail = parse_detail(json.dumps([record]).encode())
    assert (detail.sponsor_person_name, detail.latest_bill_event_date_time) == (None, None)


def test_similar_bills_may_say_anything(recorded_data: Path) -> None:
    record = json.loads((recorded_data / "bills" / "detail_45-1" / "C-4.json").read_bytes())
    expected = parse_detail(json.dumps([record]).encode())
    for junk in (None, [], [{"NumberCode": 7, "LongTitleEn": None}], "none"):
        assert parse_detail(json.dumps([record | {"SimilarBills": junk}]).encode()) == expected


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"StatusNameEn": 7}, "StatusNameEn"), ({"LongTitleEn": ""}, "LongTitleEn"), ({"NumberCode": "X"}, "bill number")],
)
def test_a_field_of_a_new_shape_is_named(recorded_data: Path, change: dict[str, object], reason: str) -> None:
    record = json.loads((recorded_data / "bills" / "detail_45-1" / "C-4.json").read_bytes())
    with pytest.raises(SourceChanged, match=reason):
        parse_detail(json.dumps([record | change]).encode())


def test_a_missing_field_is_named(recorded_data: Path) -> None:
    document = detail_document(recorded_data, "C-4").replace(b'"BillStages"', b'"Stages"')
    with pytest.raises(SourceChanged, match="BillStages"):
        parse_detail(document)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"[]", "holds 0 bills"),
        (b"", "breaks off"),
        (b"<html></html>", "HTML page"),
        (b'[{"Id": 1', "breaks off"),
        (b"{}", "new shape"),
    ],
)
def test_unusable_records_are_refused(document: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        parse_detail(document)
