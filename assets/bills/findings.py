"""Findings about bills that are published in spite of a doubt."""

from collections.abc import Iterator

from assets.sources.legisinfo_bill_detail.parse import BillDetail
from assets.sources.legisinfo_bills.parse import BillRecord
from assets.sources.text import day
from warehouse.model.entities import Bill, Finding
from warehouse.model.vocabulary.codes import UNKNOWN

_ASSENT = "Royal assent"
_READINGS = tuple(
    f"passed_{chamber}_{reading}" for chamber in ("house", "senate") for reading in ("first", "second", "third")
)


def findings_of(bill: Bill, record: BillRecord | None = None, detail: BillDetail | None = None) -> list[Finding]:
    """Every doubt about the bill and the two records it was built from."""
    doubts = [*_unknown_codes(bill), *_royal_assent(bill, record, detail), *_disagreements(record, detail)]
    return [Finding(rule=rule, entity="bill", key=bill.key, message=message) for rule, message in doubts]


def provisional_finding(key: str) -> Finding:
    """The finding for a bill such as `45-1/C-33` that only a vote names."""
    session, _, number = key.partition("/")
    message = f"{number} is named by a vote of {session}, but LEGISinfo's list does not have it yet."
    return Finding(rule="bill_not_listed", entity="bill", key=key, message=message)


def shared_id_finding(bill: Bill) -> Finding:
    """The finding for a bill that shares its LEGISinfo id with another bill of the list."""
    message = f"LEGISinfo gives the id {bill.legisinfo_id} to several bills; it is not served."
    return Finding(rule="legisinfo_id_shared", entity="bill", key=bill.key, message=message)


def _unknown_codes(bill: Bill) -> Iterator[tuple[str, str]]:
    if bill.type == UNKNOWN:
        yield "unknown_bill_type", f"The type {bill.type_en!r} is new; it is served with the code `unknown`."
    if bill.status == UNKNOWN:
        yield "unknown_bill_status", f"The status {bill.status_en!r} is new; it is served with the code `unknown`."
    for stage in bill.stages:
        if stage.stage == UNKNOWN:
            yield "unknown_bill_stage", f"The stage {stage.stage_en!r} is new; it is served with the code `unknown`."
        if stage.state == UNKNOWN:
            yield "unknown_stage_state", f"The state {stage.state_en!r} of {stage.stage_en!r} is new."


def _royal_assent(bill: Bill, record: BillRecord | None, detail: BillDetail | None) -> Iterator[tuple[str, str]]:
    """Three fields tell of royal assent: its date (which decides), the status, and the latest completed major stage."""
    by_status = bill.status == "royal-assent-received"
    stages = (
        record and record.latest_completed_major_stage_en,
        detail and detail.latest_completed_major_stage_name_en,
    )
    if bill.royal_assent_on is None and (by_status or _ASSENT in stages):
        where = "status" if by_status else "latest completed stage"
        yield "royal_assent_without_date", f"The {where} says royal assent, but there is no date of it."
    if bill.royal_assent_on is not None and not by_status:
        yield "royal_assent_not_in_status", f"Assent was given on {bill.royal_assent_on}; the status: {bill.status_en}."


def _disagreements(record: BillRecord | None, detail: BillDetail | None) -> Iterator[tuple[str, str]]:
    if record is None or detail is None:
        return
    if record.bill_id != detail.id:
        yield (
            "legisinfo_ids_differ",
            f"LEGISinfo's list has the id {record.bill_id}, the bill's own record {detail.id}.",
        )
    for reading in _READINGS:
        of_list = day(getattr(record, f"{reading}_reading_date_time"))
        of_detail = day(getattr(detail, f"{reading}_reading_date_time"))
        if of_list is not None and of_detail is None:
            name = reading.replace("_", " ")
            yield (
                "reading_only_in_list",
                f"Only LEGISinfo's list says {name} reading on {of_list}; its own record does not.",
            )
