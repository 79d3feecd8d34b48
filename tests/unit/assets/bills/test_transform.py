"""From list and detail to one bill: which record counts, codes, stages, royal assent."""

import datetime as dt
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from assets.bills.findings import findings_of, provisional_finding
from assets.bills.transform import build_bill
from assets.sources.legisinfo_bill_detail.parse import BillDetail, parse_detail
from assets.sources.legisinfo_bills.parse import BillRecord, parse_bills
from tests.support.upstream.documents import bill_lists, detail_document
from warehouse.model.entities import Bill

pytestmark = pytest.mark.recorded


@pytest.fixture(scope="module")
def records(recorded_data: Path) -> dict[str, BillRecord]:
    parsed = [parse_bills(path.read_bytes()) for path in bill_lists(recorded_data)]
    return {record.key: record for each in parsed for record in each.records}


@pytest.fixture(scope="module")
def details(recorded_data: Path) -> dict[str, BillDetail]:
    numbers = [path.stem for path in (recorded_data / "bills" / "detail_45-1").glob("*.json")]
    found = [parse_detail(detail_document(recorded_data, number)) for number in numbers]
    return {detail.key: detail for detail in found}


@pytest.fixture(scope="module")
def bills(records: dict[str, BillRecord], details: dict[str, BillDetail]) -> dict[str, Bill]:
    return {key: build_bill(record, details.get(key)) for key, record in records.items()}


def rules(bill: Bill, record: BillRecord | None = None, detail: BillDetail | None = None) -> list[str]:
    return [finding.rule for finding in findings_of(bill, record, detail)]


def test_every_recorded_bill_has_known_codes(bills: dict[str, Bill]) -> None:
    assert len(bills) == 4026
    assert {bill.type for bill in bills.values()} == {
        "house-government",
        "private-member",
        "senate-government",
        "senate-public",
        "senate-private",
    }
    assert not any("unknown" in (bill.type, bill.status) for bill in bills.values())
    stages = [stage for bill in bills.values() for stage in bill.stages]
    assert not any("unknown" in (stage.stage, stage.state) for stage in stages)


def test_the_chamber_is_the_prefixs(bills: dict[str, Bill]) -> None:
    assert {(key.split("/")[1][0], bill.chamber) for key, bill in bills.items()} == {("C", "commons"), ("S", "senate")}


def test_the_later_record_counts(records: dict[str, BillRecord], details: dict[str, BillDetail]) -> None:
    record, detail = records["45-1/C-11"], details["45-1/C-11"]
    bill = build_bill(record, detail)
    assert record.current_status_en != bill.status_en
    assert bill.status_en == detail.status_name_en == "At consideration in committee in the Senate"
    assert bill.latest_activity_on == dt.date(2026, 5, 28)
    assert (bill.latest_activity_en, bill.latest_activity_fr) == ("Referral to committee", "Renvoi en comité")
    assert bill.passed_house_third_on == dt.date(2026, 5, 25)
    older = msgspec.structs.replace(
        detail, latest_bill_event_date_time=dt.datetime.fromisoformat("2026-01-01T10:00:00")
    )
    assert build_bill(record, older).status_en == record.current_status_en
    assert build_bill(record, older).latest_activity_en == record.latest_activity_en
    assert build_bill(record, older).passed_house_third_on == dt.date(2026, 5, 25)


def test_on_the_same_day_the_sentence_of_the_list_stays(bills: dict[str, Bill]) -> None:
    bill = bills["45-1/C-4"]
    assert bill.latest_activity_en == "Royal assent on March 12, 2026 (Senate)"
    assert bill.latest_activity_fr == "Sanction royale le 12 mars 2026 (Sénat)"


def test_law_is_named_by_statute_and_assent(bills: dict[str, Bill]) -> None:
    bill = bills["45-1/C-4"]
    assert (bill.status, bill.royal_assent_on) == ("royal-assent-received", dt.date(2026, 3, 12))
    assert (bill.statute_year, bill.statute_chapter) == (2026, 2)
    assert [publication.type_id for publication in bill.publications] == [80701, 80702, 80703, 80704]


def test_introduced_is_the_earlier_first_reading(bills: dict[str, Bill]) -> None:
    assert bills["45-1/S-1001"].introduced_on == dt.date(2025, 6, 3)
    assert bills["45-1/C-4"].introduced_on == dt.date(2025, 6, 5)
    without = [bill for bill in bills.values() if bill.introduced_on is None]
    assert all(bill.is_reinstated for bill in without)
    # 197 + 51 + 35 have no first reading at all. Of 13 more only the other chamber's is dated, where no bill begins.
    assert len(without) == 197 + 51 + 35 + 13


def test_a_reinstated_bill_has_passed_what_the_stage_reached_says(bills: dict[str, Bill]) -> None:
    reinstated = [bill for bill in bills.values() if bill.is_reinstated]
    assert len(reinstated) == 206 + 53 + 43
    reached = Counter(bill.stage_reached for bill in reinstated if bill.session == "37-3")
    assert reached == {
        "house-first-reading": 193,
        "house-second-reading": 8,
        "senate-first-reading": 1,
        "senate-second-reading": 1,
        "royal-assent": 3,
    }
    assert bills["37-3/C-2"].stage_reached is not None
    dated = [bill for bill in bills.values() if bill.royal_assent_on is not None]
    assert {bill.stage_reached for bill in dated} == {"royal-assent"}
    assert all(bill.royal_assent_on for bill in bills.values() if bill.stage_reached == "royal-assent")


def test_sponsors_keep_the_published_name_and_the_details_id(bills: dict[str, Bill]) -> None:
    senator, minister, old = bills["45-1/S-202"], bills["45-1/C-4"], bills["42-1/C-14"]
    assert (senator.sponsor_name_en, senator.sponsor_name_fr) == ("Sen. Patrick Brazeau", "Sén. Patrick Brazeau")
    assert senator.sponsor_person_id == 10440
    assert (minister.sponsor_name_fr, minister.sponsor_person_id) == ("L’hon. François-Philippe Champagne", 88633)
    assert old.sponsor_person_id is None


def test_a_new_sponsor_in_the_later_record_counts(
    records: dict[str, BillRecord], details: dict[str, BillDetail]
) -> None:
    detail = msgspec.structs.replace(details["45-1/C-4"], sponsor_person_name="Ann Lee", sponsor_person_id=7)
    bill = build_bill(records["45-1/C-4"], detail)
    assert (bill.sponsor_name_en, bill.sponsor_name_fr, bill.sponsor_person_id) == ("Hon. Ann Lee", "L’hon. Ann Lee", 7)


def test_stages_follow_the_bills_way(bills: dict[str, Bill]) -> None:
    five = ["first-reading", "second-reading", "committee", "report", "third-reading"]
    law = bills["45-1/C-4"].stages
    assert [stage.stage for stage in law] == [
        *five,
        "first-reading",
        "second-reading",
        "committee",
        "third-reading",
        *["messages"] * 4,
        "royal-assent",
    ]
    assert [stage.ordinal for stage in law] == list(range(1, 15))
    assert {stage.state for stage in law} == {"completed"}
    assert (law[1].division_number, law[1].decision, law[1].committee_en) == (
        8,
        "agreed",
        "Standing Committee on Finance",
    )
    assert (law[-1].chamber, law[-1].state_on) == (None, dt.date(2026, 3, 12))
    begun_in_senate = bills["45-1/S-202"].stages
    assert [stage.chamber for stage in begun_in_senate] == ["senate"] * 4 + ["commons"] * 5
    assert [stage.state for stage in begun_in_senate] == ["completed"] * 3 + ["in-progress"] + ["not-reached"] * 5


def test_a_pre_study_is_read_by_its_names_not_its_ids(bills: dict[str, Bill]) -> None:
    senate = [stage.stage for stage in bills["45-1/C-20"].stages if stage.chamber == "senate"]
    assert senate == ["pre-study", "first-reading", "committee", "third-reading"]


def test_of_two_divisions_at_one_stage_the_last_is_named(bills: dict[str, Bill]) -> None:
    assert [stage.division_number for stage in bills["45-1/C-5"].stages if stage.division_number][-1] == 34


def test_a_detail_alone_makes_a_bill(records: dict[str, BillRecord], details: dict[str, BillDetail]) -> None:
    bill = build_bill(None, details["45-1/S-1001"])
    assert (bill.key, bill.chamber, bill.type) == ("45-1/S-1001", "senate", "senate-private")
    assert bill.sponsor_name_en == "Hon. Tony Loffreda"
    assert build_bill(records["35-1/S-2"], None).stages == ()


def test_records_of_two_bills_are_no_bill(records: dict[str, BillRecord], details: dict[str, BillDetail]) -> None:
    with pytest.raises(ValueError, match="two bills"):
        build_bill(records["45-1/C-4"], details["45-1/C-5"])
    with pytest.raises(ValueError, match="needs"):
        build_bill(None, None)


def test_findings_of_all_recorded_bills(
    records: dict[str, BillRecord], details: dict[str, BillDetail], bills: dict[str, Bill]
) -> None:
    found = [(rule, key) for key, bill in bills.items() for rule in rules(bill, records[key], details.get(key))]
    assert found == [
        *(("royal_assent_not_in_status", f"36-1/{number}") for number in ("C-410", "C-411", "C-445", "C-464", "C-465")),
        ("reading_only_in_list", "45-1/C-11"),
    ]


@pytest.mark.parametrize(
    "change", [{"current_status_en": "Royal assent received"}, {"latest_completed_major_stage_en": "Royal assent"}]
)
def test_assent_without_a_date_is_null_and_a_finding(records: dict[str, BillRecord], change: dict[str, str]) -> None:
    record = msgspec.structs.replace(records["45-1/C-203"], **change)
    bill = build_bill(record, None)
    assert bill.royal_assent_on is None
    assert "royal_assent_without_date" in rules(bill, record)


def test_new_wordings_are_kept_as_unknown_with_a_finding(records: dict[str, BillRecord]) -> None:
    record = msgspec.structs.replace(records["45-1/C-202"], current_status_en="At rest", bill_type_en="Royal Bill")
    bill = build_bill(record, None)
    assert (bill.status, bill.status_en, bill.type, bill.type_en) == ("unknown", "At rest", "unknown", "Royal Bill")
    assert {"unknown_bill_status", "unknown_bill_type"} <= set(rules(bill, record))


def test_a_bill_cited_before_it_is_listed_is_a_finding() -> None:
    finding = provisional_finding("45-1/C-33")
    assert (finding.entity, finding.key) == ("bill", "45-1/C-33")
    assert "C-33 is named by a vote of 45-1" in finding.message
