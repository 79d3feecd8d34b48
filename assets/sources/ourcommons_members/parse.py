"""Reads the members of the House from today's XML (with PersonId), XML before 2024 (without) or CSV (always
without)."""

import csv
import datetime as dt
import io

import msgspec

from assets.sources.parsed import Parsed, Unfit, refuse_if_all_unfit, refusing, require_few, without_duplicates
from assets.sources.records import is_person_id, key_of, read_each
from assets.sources.text import day, decoded, one_line_text, real_time, without_bom
from assets.sources.xml import contradictions, fields, read_xml, source_of
from warehouse.runtime.errors import SourceChanged
from warehouse.runtime.printable import printable

_CSV_NAMES = {
    "Honorific Title": "PersonShortHonorific",
    "First Name": "PersonOfficialFirstName",
    "Last Name": "PersonOfficialLastName",
    "Constituency": "ConstituencyName",
    "Province / Territory": "ConstituencyProvinceTerritoryName",
    "Political Affiliation": "CaucusShortName",
    "Start Date": "FromDateTime",
    "End Date": "ToDateTime",
}
_REQUIRED = tuple(name for name in _CSV_NAMES.values() if name != "PersonShortHonorific")
_HONORIFICS = {"Rt. Hon": "Right Hon.", "Rt. Hon.": "Right Hon."}
_CSV_TIME = "%Y-%m-%d %I:%M:%S %p"


class MemberRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One seat of one member. `person_id` is null in old documents; names are in the language of the request.

    The seat is held on every day d with from_on <= d < to_on; null is open. The source gives the last day, at 23:59:59.
    """

    person_id: int | None
    honorific: str | None
    name: str
    riding: str | None
    province: str | None
    caucus: str | None
    from_on: dt.date | None
    to_on: dt.date | None


@refusing()
def parse_members(document: bytes) -> Parsed[MemberRecord]:
    """Read every seat of one members list, XML or CSV.

    Raises:
        SourceChanged: the document is neither of the two, breaks off, or no member has the fields we rely on.
    """
    document = without_bom(document)
    if not document.strip():
        raise SourceChanged("The members document is empty.")
    parsed = _from_xml(document) if document.lstrip()[:1] == b"<" else _from_csv(document)
    return without_duplicates(refuse_if_all_unfit("member", parsed), _identity)


def _identity(record: MemberRecord) -> tuple[object, ...]:
    person = record.name if record.person_id is None else record.person_id
    return (person, record.riding, record.from_on) if record.person_id is None else (person, record.from_on)


def _from_xml(document: bytes) -> Parsed[MemberRecord]:
    root = read_xml(document, ("ArrayOfMemberOfParliament",))
    return read_each(
        root.iterchildren("MemberOfParliament"),
        lambda element: member_record(fields(element)),
        lambda element: key_of(fields(element), "PersonId", "PersonOfficialLastName"),
        source_of,
        contradictions,
    )


def _from_csv(document: bytes) -> Parsed[MemberRecord]:
    text = decoded(document)
    if not text.endswith("\n"):
        raise SourceChanged("The members file breaks off: its last line has no end.")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise SourceChanged(f"The members file is not CSV: {error}") from error
    require_few(len(rows))
    missing = set(_CSV_NAMES) - set(reader.fieldnames or ())
    if missing:
        raise SourceChanged(f"The members file has no column {sorted(missing)[0]!r}.")
    good: list[MemberRecord] = []
    unfit: list[Unfit] = []
    for row in rows:
        named = {name: printable(row[column] or "").strip() or None for column, name in _CSV_NAMES.items()}
        try:
            good.append(member_record(named))
        except ValueError as error:
            unfit.append(Unfit(key_of(named, "PersonOfficialLastName"), str(error), ",".join(map(str, row.values()))))
    return Parsed(records=good, unfit=unfit)


def member_record(row: dict[str, str | None]) -> MemberRecord:
    """One seat from the fields of its element or row.

    Raises:
        ValueError: a field we rely on is missing, or the days contradict each other.
    """
    row = {name: one_line_text(text) for name, text in row.items()}
    missing = [name for name in _REQUIRED if name not in row]
    if missing:
        raise ValueError(f"`{missing[0]}` is missing")
    person_id = row.get("PersonId")
    if "PersonId" in row and not is_person_id(person_id or ""):
        raise ValueError(f"the PersonId is {(person_id or '')[:40]!r}")
    name = f"{row['PersonOfficialFirstName'] or ''} {row['PersonOfficialLastName'] or ''}".strip()
    if not name:
        raise ValueError("the member has no name")
    honorific = row.get("PersonShortHonorific")
    from_on, last_on = day_of(row["FromDateTime"]), day_of(row["ToDateTime"])
    if from_on and last_on and last_on < from_on:
        raise ValueError(f"the seat ends on {last_on}, before it begins on {from_on}")
    return MemberRecord(
        person_id=int(person_id) if person_id else None,
        honorific=_HONORIFICS.get(honorific or "", honorific),
        name=name,
        riding=row["ConstituencyName"],
        province=row["ConstituencyProvinceTerritoryName"],
        caucus=row["CaucusShortName"],
        from_on=from_on,
        to_on=None if last_on is None else last_on + dt.timedelta(days=1),
    )


def day_of(text: str | None) -> dt.date | None:
    """The day of `2019-10-21T00:00:00` or of `2019-10-21 12:00:00 AM`.

    Raises:
        ValueError: the text is no time.
    """
    if text is None:
        return None
    if text.endswith("M"):
        return day(real_time(dt.datetime.strptime(text, _CSV_TIME)))  # noqa: DTZ007  no zone; only the day is used
    return day(real_time(dt.datetime.fromisoformat(text)))
