"""Builds a bill from LEGISinfo's two records of it: the one in the bill list and the bill's own detail record."""

import datetime as dt

import msgspec

from assets.bills.stages import stages_of
from assets.derived import introduced
from assets.sources.legisinfo_bill_detail.parse import BillDetail
from assets.sources.legisinfo_bills.parse import BillRecord
from assets.sources.text import day
from warehouse.model.entities import Bill, Publication
from warehouse.model.keys import BillNumber
from warehouse.model.vocabulary.codes import BILL_STATUSES, BILL_TYPES

_SPONSOR_NAMES = ("sponsor_name_en", "sponsor_name_fr")
_LATEST_ACTIVITY = ("latest_activity_on", "latest_activity_en", "latest_activity_fr")
_TOGETHER = (
    ("title_en", "title_fr"),
    ("short_title_en", "short_title_fr"),
    ("summary_en", "summary_fr"),
    ("type", "type_en", "type_fr"),
    ("status", "status_en", "status_fr"),
    _SPONSOR_NAMES,
    _LATEST_ACTIVITY,
)
_ALONE = tuple(name for name in Bill.__struct_fields__ if not any(name in group for group in _TOGETHER))


def build_bill(record: BillRecord | None, detail: BillDetail | None) -> Bill:
    """Build a bill from its list record and its detail record; at least one must be given.

    **Which record counts.** They are fetched at different times, so a field that both have is taken from the record
    with the later day of latest activity, or from the detail record if the days are equal or one is unknown. If that
    record has no value, the other record's value is used. The English and French of one text always come from the same
    record.

    Two texts come from the list unless they are outdated, because the detail record says less: the latest activity (`…
    on May 27, 2025 (Senate)`), unless the detail's day is later, and the sponsor's name with the list's honorific
    (`Sen.`, where the detail has `Hon.` or nothing), unless the detail names another person. Stages, publications,
    statute, summary and the sponsor's PersonId exist only in the detail record.

    Raises:
        ValueError: neither record is given, or they are of two bills.
    """
    if record is None or detail is None:
        merged = _of_list(record) if record else _of_detail(detail) if detail else None
        if merged is None:
            raise ValueError("a bill needs a list record or a detail record")
    else:
        if record.key != detail.key:
            raise ValueError(f"the records are of two bills: {record.key} and {detail.key}")
        merged = _merged(record, detail)
    return introduced(merged)


_MAJOR_STAGES = {"First reading": "first", "Second reading": "second", "Third reading": "third"}
_CHAMBERS = {1: "house", 2: "senate"}


def _stage_said(stage: str | None, chamber: int | None) -> str | None:
    """The reading that LEGISinfo calls the latest completed stage. Royal assent counts by its date alone: the two
    fields disagree."""
    reading, where = _MAJOR_STAGES.get(stage or ""), _CHAMBERS.get(chamber or 0)
    return f"{where}-{reading}-reading" if reading and where else None


def _merged(record: BillRecord, detail: BillDetail) -> Bill:
    of_list, of_detail = _of_list(record), _of_detail(detail)
    list_day, detail_day = of_list.latest_activity_on, of_detail.latest_activity_on
    list_counts = list_day is not None and detail_day is not None and list_day > detail_day
    first, second = (of_list, of_detail) if list_counts else (of_detail, of_list)
    values = {name: _first(getattr(first, name), getattr(second, name)) for name in _ALONE}
    for group in _TOGETHER:
        chosen = first if any(getattr(first, name) is not None for name in group) else second
        values |= {name: getattr(chosen, name) for name in group}
    if list_day is not None and (detail_day is None or list_day >= detail_day):
        values |= {name: getattr(of_list, name) for name in _LATEST_ACTIVITY}
    if _is_same_person(record.sponsor_en, detail.sponsor_person_name):
        values |= {name: getattr(of_list, name) for name in _SPONSOR_NAMES}
    return msgspec.convert(values, Bill)


def _first(value: object, other: object) -> object:
    return other if value is None or value == () else value


def _is_same_person(of_list: str | None, of_detail: str | None) -> bool:
    return of_list is not None and (of_detail is None or of_list.endswith(of_detail))


def _of_list(record: BillRecord) -> Bill:
    bill = Bill(
        key=record.key,
        session=record.session,
        number=record.number,
        chamber=BillNumber.parse(record.number).chamber,
        type=BILL_TYPES.code_of(record.bill_type_en),
        type_en=record.bill_type_en,
        type_fr=record.bill_type_fr,
        title_en=record.long_title_en,
        title_fr=record.long_title_fr,
        short_title_en=record.short_title_en,
        short_title_fr=record.short_title_fr,
        status=BILL_STATUSES.code_of(record.current_status_en),
        status_en=record.current_status_en,
        status_fr=record.current_status_fr,
        sponsor_name_en=record.sponsor_en,
        sponsor_name_fr=record.sponsor_fr,
        latest_activity_on=day(record.latest_activity_date_time),
        latest_activity_en=record.latest_activity_en,
        latest_activity_fr=record.latest_activity_fr,
        legisinfo_id=record.bill_id,
        is_reinstated=record.did_reinstate_from_previous_session,
        stage_reached=_stage_said(
            record.latest_completed_major_stage_en, record.latest_completed_major_stage_chamber_id
        ),
    )
    return msgspec.structs.replace(bill, **_days(record))


def _of_detail(detail: BillDetail) -> Bill:
    bill = Bill(
        key=detail.key,
        session=detail.session,
        number=detail.number,
        chamber=BillNumber.parse(detail.number).chamber,
        type=BILL_TYPES.code_of(detail.bill_document_type_name_en),
        type_en=detail.bill_document_type_name_en,
        type_fr=detail.bill_document_type_name_fr,
        title_en=detail.long_title_en,
        title_fr=detail.long_title_fr,
        short_title_en=detail.short_title_en,
        short_title_fr=detail.short_title_fr,
        summary_en=detail.short_legislative_summary_en,
        summary_fr=detail.short_legislative_summary_fr,
        status=BILL_STATUSES.code_of(detail.status_name_en),
        status_en=detail.status_name_en,
        status_fr=detail.status_name_fr,
        sponsor_person_id=detail.sponsor_person_id or None,
        sponsor_name_en=_with_honorific(detail.sponsor_person_short_honorific_en, detail.sponsor_person_name),
        sponsor_name_fr=_with_honorific(detail.sponsor_person_short_honorific_fr, detail.sponsor_person_name),
        latest_activity_on=day(detail.latest_bill_event_date_time),
        latest_activity_en=detail.latest_bill_event_type_name_en,
        latest_activity_fr=detail.latest_bill_event_type_name_fr,
        statute_year=detail.statute_year or None,
        statute_chapter=detail.statute_chapter or None,
        legisinfo_id=detail.id,
        is_reinstated=detail.did_reinstate_from_previous_session,
        stage_reached=_stage_said(
            detail.latest_completed_major_stage_name_en, detail.latest_completed_major_stage_chamber_organization_id
        ),
        publications=tuple(
            Publication(
                publication_id=publication.publication_id,
                type_id=publication.publication_type_id,
                title_en=publication.publication_type_name_en,
                title_fr=publication.publication_type_name_fr,
            )
            for publication in detail.publications or ()
        ),
        stages=stages_of(detail),
    )
    return msgspec.structs.replace(bill, **_days(detail))


def _with_honorific(honorific: str | None, name: str | None) -> str | None:
    return name and f"{honorific or ''} {name}".strip()


def _days(source: BillRecord | BillDetail) -> dict[str, dt.date | None]:
    """The days of the six readings and of royal assent; both records call them the same."""
    return {
        "passed_house_first_on": day(source.passed_house_first_reading_date_time),
        "passed_house_second_on": day(source.passed_house_second_reading_date_time),
        "passed_house_third_on": day(source.passed_house_third_reading_date_time),
        "passed_senate_first_on": day(source.passed_senate_first_reading_date_time),
        "passed_senate_second_on": day(source.passed_senate_second_reading_date_time),
        "passed_senate_third_on": day(source.passed_senate_third_reading_date_time),
        "royal_assent_on": day(source.received_royal_assent_date_time),
    }
