"""Reads LEGISinfo's detail record of one bill: an array with exactly one object, times naive in Ottawa's clock."""

import datetime as dt

import msgspec

from assets.sources.parsed import refusing
from assets.sources.records import Number, Small, cleaned
from assets.sources.text import decoded, real_time, require_single_names
from warehouse.model.keys import BillNumber, SessionCode, bill_key
from warehouse.runtime.errors import SourceChanged

Stamp = dt.datetime | None


class Committee(msgspec.Struct, frozen=True, rename="pascal"):
    """The committee a stage was referred to."""

    committee_name_en: str | None
    committee_name_fr: str | None


class Decision(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A decision of the chamber within a stage; `division_number` only where it was a recorded division."""

    decision_result_name_en: str | None
    decision_method_name_en: str | None = None
    division_number: Number | None = None


class EndOfStage(msgspec.Struct, frozen=True, rename="pascal"):
    """The event that ended a stage."""

    event_end_date_time: Stamp = None


class StageRecord(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One stage in one chamber; a stage that was not reached has chamber 0, and royal assent has state 0."""

    bill_stage_id: int
    bill_stage_name_en: str
    bill_stage_name_fr: str | None
    state: int
    state_name_en: str | None
    state_name_fr: str | None
    state_as_of_date: Stamp
    committee: Committee | None = None
    decisions: tuple[Decision, ...] | None = ()
    end_of_stage_event: EndOfStage | None = None


class MessageRecord(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A message between the chambers: Senate amendments and what became of them."""

    event_name_en: str
    event_name_fr: str | None
    date: Stamp
    chamber_organization_id: int


class StageRecords(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The stages by chamber."""

    house_bill_stages: tuple[StageRecord, ...]
    senate_bill_stages: tuple[StageRecord, ...]
    royal_assent: tuple[StageRecord, ...]
    inter_chamber_messages: tuple[MessageRecord, ...] | None = ()


class PublicationRecord(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A published text of the bill."""

    publication_id: Number
    publication_type_id: Number
    publication_type_name_en: str
    publication_type_name_fr: str | None


class BillDetail(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The fields that we use, of 135. `SimilarBills` is left out: its objects are half empty, with dates in the year
    1."""

    id: Number
    number_code: str
    parliament_number: Small
    session_number: Small
    long_title_en: str
    long_title_fr: str | None
    short_title_en: str | None
    short_title_fr: str | None
    short_legislative_summary_en: str | None
    short_legislative_summary_fr: str | None
    bill_document_type_name_en: str | None
    bill_document_type_name_fr: str | None
    status_name_en: str | None
    status_name_fr: str | None
    latest_completed_major_stage_name_en: str | None
    latest_completed_major_stage_chamber_organization_id: int | None
    """1 House, 2 Senate."""
    sponsor_person_id: Number | None
    sponsor_person_name: str | None
    sponsor_person_short_honorific_en: str | None
    sponsor_person_short_honorific_fr: str | None
    latest_bill_event_type_name_en: str | None
    latest_bill_event_type_name_fr: str | None
    latest_bill_event_date_time: Stamp
    did_reinstate_from_previous_session: bool
    passed_house_first_reading_date_time: Stamp
    passed_house_second_reading_date_time: Stamp
    passed_house_third_reading_date_time: Stamp
    passed_senate_first_reading_date_time: Stamp
    passed_senate_second_reading_date_time: Stamp
    passed_senate_third_reading_date_time: Stamp
    received_royal_assent_date_time: Stamp
    statute_year: Small | None
    statute_chapter: Small | None
    bill_stages: StageRecords
    publications: tuple[PublicationRecord, ...] | None

    @property
    def session(self) -> str:
        return f"{self.parliament_number}-{self.session_number}"

    @property
    def number(self) -> str:
        return str(BillNumber.parse(self.number_code))

    @property
    def key(self) -> str:
        return bill_key(self.session, self.number)


_DECODER = msgspec.json.Decoder(list[BillDetail])


@refusing()
def parse_detail(document: bytes) -> BillDetail:
    """Read the one bill of a detail document.

    Raises:
        SourceChanged: a web page, no JSON, not exactly one object, or a field we rely on is missing or of a new type.
    """
    try:
        text = decoded(document)
        require_single_names(text)
        bills = _DECODER.decode(text)
    except msgspec.ValidationError as error:
        raise SourceChanged(f"The bill record has a new shape: {error}") from error
    except msgspec.DecodeError as error:
        raise SourceChanged(f"The bill record is not JSON or breaks off: {error}") from error
    except ValueError as error:
        raise SourceChanged(f"The bill record cannot be used: {error}") from error
    if len(bills) != 1:
        raise SourceChanged(f"The bill record holds {len(bills)} bills instead of one.")
    try:
        return _checked(cleaned(bills[0], real_time))
    except ValueError as error:
        raise SourceChanged(f"The bill record cannot be used: {error}") from error


def _checked(detail: BillDetail) -> BillDetail:
    SessionCode.parse(detail.session)
    BillNumber.parse(detail.number_code)
    if not detail.long_title_en:
        raise ValueError("`LongTitleEn` is empty")
    for name in detail.__struct_fields__:
        stamp = getattr(detail, name)
        if isinstance(stamp, dt.datetime) and stamp.tzinfo is not None:
            raise ValueError(f"the time {stamp.isoformat()} has a zone")
    return detail
