"""Reads the ballots of one division: CSV (17 kB) or XML (250 kB), the same ballots either way."""

import csv
from functools import lru_cache
from typing import Any

from assets.sources.parsed import Parsed, Unfit, refuse_if_all_unfit, refusing, require_few, without_duplicates
from assets.sources.records import is_person_id
from assets.sources.text import decoded, without_bom
from assets.sources.xml import fields, read_xml, source_of
from warehouse.model.entities import Ballot, Position
from warehouse.runtime.errors import SourceChanged
from warehouse.runtime.printable import printable

_HEADER = "Person ID,Member of Parliament,Political Affiliation,Member Voted,Paired"
_TAGS = (
    "PersonId",
    "PersonOfficialFirstName",
    "PersonOfficialLastName",
    "CaucusShortName",
    "ConstituencyName",
    "ConstituencyProvinceTerritoryName",
    "IsVoteYea",
    "IsVoteNay",
    "IsVotePaired",
)
_FLAGS = {"true": True, "false": False}
_REMEMBERED = 1 << 16
"""Distinct rows kept: the 825,767 rows of nine sessions are only 2,901 different ones, so a row costs one look-up."""


@refusing()
def parse_ballots(document: bytes) -> Parsed[Ballot]:
    """Read every ballot of one division; absent members have no row. The province is null in CSV, which has none.

    A member can be Yea or Nay *and* paired, and counts in both official totals; only an empty vote makes the position
    `paired`. An unknown division is answered with an empty array, which reads as no ballots.

    Raises:
        SourceChanged: the document is neither CSV nor XML of ballots, breaks off, or no row can be read.
    """
    document = without_bom(document)
    if not document.strip():
        raise SourceChanged("The ballot document is empty.")
    parsed = _from_xml(document) if document.lstrip()[:1] == b"<" else _from_csv(document)
    return without_duplicates(refuse_if_all_unfit("ballot", parsed), lambda ballot: ballot.person_id)


def _from_csv(document: bytes) -> Parsed[Ballot]:
    header, _, body = decoded(document).partition("\n")
    if header.rstrip("\r") != _HEADER:
        raise SourceChanged(f"The ballot file's first line is {header.strip()[:100]!r} instead of {_HEADER!r}.")
    if body and not body.endswith("\n"):
        raise SourceChanged("The ballot file breaks off: its last line has no end.")
    records: list[Ballot] = []
    unfit: list[Unfit] = []
    lines = body.split("\n")[:-1]
    require_few(len(lines))
    for line in lines:
        try:
            records.append(_of_line(line))
        except (ValueError, csv.Error) as error:
            if line.strip():
                unfit.append(Unfit(line.partition(",")[0], str(error), line.rstrip("\r")))
    return Parsed(records=records, unfit=unfit)


@lru_cache(maxsize=_REMEMBERED)
def _of_line(line: str) -> Ballot:
    row = next(csv.reader([line]), [])
    if len(row) != 5:
        raise ValueError(f"the row has {len(row)} fields instead of 5")
    person_id, member, caucus, voted, paired = row
    name, separator, riding = member.removesuffix(")").rpartition(" (")
    if not separator or not member.endswith(")"):
        raise ValueError(f"{member!r} is not of the form Name (Riding)")
    if voted not in ("Yea", "Nay", "") or paired not in ("Paired", ""):
        raise ValueError(f"the vote is {voted!r} and the pair {paired!r}, which is new")
    return _ballot(
        person_id, name, caucus, riding, "", yea=voted == "Yea", nay=voted == "Nay", paired=paired == "Paired"
    )


def _from_xml(document: bytes) -> Parsed[Ballot]:
    """One pass a column, seven times as fast as one look-up a field; row by row only where something is wrong."""
    root = read_xml(document, ("ArrayOfVoteParticipant",))
    rows = len(root)
    columns = [[element.text for element in root.iter(tag)] for tag in _TAGS]
    if all(len(column) == rows for column in columns):
        try:
            return Parsed(records=[_of_columns(row) for row in zip(*columns, strict=True)])
        except ValueError:
            pass  # read again below, where the row at fault is told from the others
    return _row_by_row(root)


def _row_by_row(root: Any) -> Parsed[Ballot]:
    records: list[Ballot] = []
    unfit: list[Unfit] = []
    for element in root:
        row = fields(element)
        missing = [tag for tag in _TAGS if tag not in row]
        try:
            if missing:
                raise ValueError(f"`{missing[0]}` is missing")
            records.append(_of_columns(tuple(row[tag] for tag in _TAGS)))
        except ValueError as error:
            unfit.append(Unfit(row.get("PersonId") or "", str(error), source_of(element)))
    return Parsed(records=records, unfit=unfit)


@lru_cache(maxsize=_REMEMBERED)
def _of_columns(row: tuple[str | None, ...]) -> Ballot:
    person_id, first_name, last_name, caucus, riding, province = (text or "" for text in row[:6])
    try:
        yea, nay, paired = (_FLAGS[(flag or "").strip()] for flag in row[6:])
    except KeyError as error:
        raise ValueError(f"a vote flag is {error} instead of true or false") from error
    return _ballot(person_id, f"{first_name} {last_name}", caucus, riding, province, yea=yea, nay=nay, paired=paired)


def _ballot(
    person_id: str, name: str, caucus: str, riding: str, province: str, *, yea: bool, nay: bool, paired: bool
) -> Ballot:
    name, caucus, riding, province = (printable(text).strip() for text in (name, caucus, riding, province))
    if not is_person_id(person_id.strip()):
        raise ValueError(f"the PersonId is {person_id[:40]!r}")
    if not name:
        raise ValueError("the member has no name")
    if yea and nay:
        raise ValueError("the member is both Yea and Nay")
    if not (yea or nay or paired):
        raise ValueError("the member neither voted nor was paired")
    return Ballot(
        person_id=int(person_id),
        position=_position(yea=yea, nay=nay),
        paired=paired,
        name=name,
        caucus=caucus or None,
        riding=riding or None,
        province=province or None,
    )


def _position(*, yea: bool, nay: bool) -> Position:
    if yea:
        return "yea"
    return "nay" if nay else "paired"
