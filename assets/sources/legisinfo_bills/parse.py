"""Reads LEGISinfo's bill list: the same 45 fields as a JSON array or as `Bills/Bill` elements."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from assets.sources.parsed import Doubt, Parsed, refuse_if_all_unfit, refusing, require_few, without_duplicates
from assets.sources.records import Number, cleaned, from_texts, key_of, read_each
from assets.sources.text import FIRST_YEAR, decoded, repeated_names, shifted_to_local, without_bom
from assets.sources.xml import contradictions, fields, read_xml, source_of
from warehouse.model.keys import BillNumber, SessionCode, bill_key
from warehouse.runtime.errors import SourceChanged

Stamp = dt.datetime | None


class BillRecord(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One bill as the list has it. Texts are plain, null when blank; times are Ottawa's clock, naive.

    The list's ids other than `BillId` are always 0 and its prefix and suffix always null: they are not read.
    """

    bill_id: Number
    bill_number_formatted: str
    parl_session_code: str
    parl_session_en: str
    parl_session_fr: str | None
    is_from_current_session: bool
    long_title_en: str | None
    """Null only if it is given twice with different texts."""
    long_title_fr: str | None
    short_title_en: str | None
    short_title_fr: str | None
    bill_type_en: str | None
    bill_type_fr: str | None
    current_status_en: str | None
    current_status_fr: str | None
    latest_completed_major_stage_en: str | None
    latest_completed_major_stage_chamber_id: int | None
    """1 House, 2 Senate."""
    sponsor_en: str | None
    sponsor_fr: str | None
    did_reinstate_from_previous_session: bool
    passed_house_first_reading_date_time: Stamp
    passed_house_second_reading_date_time: Stamp
    passed_house_third_reading_date_time: Stamp
    passed_senate_first_reading_date_time: Stamp
    passed_senate_second_reading_date_time: Stamp
    passed_senate_third_reading_date_time: Stamp
    received_royal_assent_date_time: Stamp
    latest_activity_date_time: Stamp = None
    latest_activity_en: str | None = None
    """With the printed date; null in the sessions 35-1 to 36-2, which have no such text."""
    latest_activity_fr: str | None = None

    @property
    def session(self) -> str:
        return self.parl_session_code

    @property
    def number(self) -> str:
        return str(BillNumber.parse(self.bill_number_formatted))

    @property
    def key(self) -> str:
        return bill_key(self.session, self.number)


@refusing()
def parse_bills(document: bytes) -> Parsed[BillRecord]:
    """Read every bill of one list, JSON or XML.

    The list's times are shifted by the UTC offset; they come back as Ottawa's wall-clock time.

    Raises:
        SourceChanged: the document is neither of the two, breaks off, or no bill has the fields we rely on.
    """
    document = without_bom(document)
    parsed = _from_xml(document) if document.lstrip()[:1] == b"<" else _from_json(document)
    parsed = _without_contradictions(_one_of_two_ids(refuse_if_all_unfit("bill", parsed)))
    return without_duplicates(parsed, lambda record: record.key)


def _one_of_two_ids(parsed: Parsed[BillRecord]) -> Parsed[BillRecord]:
    """Keep one record of a bill that LEGISinfo lists under several ids: the one that has progressed furthest, else the
    one with the newer id."""
    ids: dict[str, set[int]] = {}
    for record in parsed.records:
        ids.setdefault(record.key, set()).add(record.bill_id)
    if all(len(own) == 1 for own in ids.values()):
        return parsed
    best: dict[str, BillRecord] = {}
    for record in parsed.records:
        known = best.get(record.key)
        if known is None or _progress(record) > _progress(known):
            best[record.key] = record
    records = [record for record in parsed.records if len(ids[record.key]) == 1 or record is best[record.key]]
    doubts = [
        Doubt(
            key,
            "listed_under_two_ids",
            f"LEGISinfo lists it under the ids {', '.join(map(str, sorted(own)))}; {best[key].bill_id} is served.",
        )
        for key, own in ids.items()
        if len(own) > 1
    ]
    return msgspec.structs.replace(parsed, records=records, doubts=[*parsed.doubts, *doubts])


def _without_contradictions(parsed: Parsed[BillRecord]) -> Parsed[BillRecord]:
    """Keep one record of a bill that LEGISinfo lists twice under one id with differences: the one that has progressed
    further, which is the later one. If that does not decide, fields that differ become null."""
    twins: dict[str, list[BillRecord]] = {}
    for record in parsed.records:
        twins.setdefault(record.key, []).append(record)
    merged: dict[str, BillRecord] = {}
    doubts: list[Doubt] = []
    for key, listed in twins.items():
        if all(record == listed[0] for record in listed):
            continue
        most = max(map(_stamps, listed))
        own = [record for record in listed if _stamps(record) == most]
        differing = [name for name in own[0].__struct_fields__ if len({getattr(record, name) for record in own}) > 1]
        unknown = sorted({other for name in differing for other in _said_with(name)})
        merged[key] = msgspec.structs.replace(own[0], **dict.fromkeys(unknown))
        said = f"not used: {', '.join(f'`{name}`' for name in unknown)}" if unknown else "the later one is served"
        doubts.append(Doubt(key, "field_given_twice", f"LEGISinfo lists it twice under one id, differently; {said}."))
    if not merged:
        return parsed
    records = [record for record in parsed.records if record.key not in merged]
    return msgspec.structs.replace(parsed, records=[*records, *merged.values()], doubts=[*parsed.doubts, *doubts])


_ALWAYS_SAID = (
    "bill_number_formatted",
    "parl_session_en",
    "is_from_current_session",
    "did_reinstate_from_previous_session",
)


def _said_with(name: str) -> tuple[str, ...]:
    """Fields that belong together, such as a status in two languages. Each title is judged by itself."""
    if name in _ALWAYS_SAID:
        return ()
    stem = name.removesuffix("_en").removesuffix("_fr")
    return (name,) if stem == name or stem.endswith("_title") else (f"{stem}_en", f"{stem}_fr")


def _stamps(record: BillRecord) -> tuple[dt.datetime, int]:
    return _progress(record)[:2]


def _progress(record: BillRecord) -> tuple[dt.datetime, int, int]:
    stamps = [value for name in record.__struct_fields__ if isinstance(value := getattr(record, name), dt.datetime)]
    return max(stamps, default=dt.datetime(FIRST_YEAR, 1, 1)), len(stamps), record.bill_id  # noqa: DTZ001  Ottawa's


def _from_xml(document: bytes) -> Parsed[BillRecord]:
    root = read_xml(document, ("Bills",))
    return read_each(
        root.iterchildren("Bill"),
        lambda element: _checked(from_texts(fields(element), BillRecord), contradictions(element)),
        lambda element: key_of(fields(element), "ParlSessionCode", "BillNumberFormatted"),
        source_of,
        contradictions,
    )


def _from_json(document: bytes) -> Parsed[BillRecord]:
    decoded(document)  # JSON that is not UTF-8 or holds zero bytes is refused as a whole
    try:
        items = msgspec.json.decode(document, type=list[msgspec.Raw])
    except msgspec.ValidationError as error:
        raise SourceChanged(f"The bill list is not a JSON array: {error}") from error
    except msgspec.DecodeError as error:
        raise SourceChanged(f"The bill list is not JSON or breaks off: {error}") from error
    require_few(len(items))
    return read_each(items, _from_raw, _raw_key, lambda raw: bytes(raw).decode(errors="replace"), _repeated)


_DECODER = msgspec.json.Decoder(BillRecord)


def _repeated(raw: msgspec.Raw) -> list[str]:
    return repeated_names(bytes(raw))


def _from_raw(raw: msgspec.Raw) -> BillRecord:
    twice = _repeated(raw)
    if not twice:
        return _checked(_DECODER.decode(raw))
    return _checked(msgspec.convert(msgspec.json.decode(raw) | dict.fromkeys(twice), BillRecord), twice)


def _checked(record: BillRecord, twice: Sequence[str] = ()) -> BillRecord:
    record = cleaned(record, shifted_to_local)
    SessionCode.parse(record.parl_session_code)
    BillNumber.parse(record.bill_number_formatted)
    if not record.long_title_en and "LongTitleEn" not in twice:
        raise ValueError("`LongTitleEn` is empty")
    return record


def _raw_key(raw: msgspec.Raw) -> str:
    try:
        item: Any = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return ""
    return key_of(item, "ParlSessionCode", "BillNumberFormatted") if isinstance(item, dict) else ""
