"""Reads the ballots of one division, from CSV (17 kB) or XML (250 kB); both have the same ballots."""

import csv
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from assets.sources.parsed import Doubt, Parsed, Unfit, refuse_if_all_unfit, refusing, require_few
from assets.sources.records import is_person_id
from assets.sources.text import decoded, one_line_text, without_bom
from assets.sources.xml import contradictions, fields, read_xml, source_of
from warehouse.model.entities import Ballot, Position
from warehouse.runtime.errors import SourceChanged

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
_DIVISION = ("ParliamentNumber", "SessionNumber", "DecisionDivisionNumber")
_ODD = f"boolean(*/*/* | {' | '.join(f'*/{tag}[preceding-sibling::{tag}]' for tag in _TAGS)})"
"""Whether a row has markup inside a field, or a field twice: then columns are not rows."""
_DESCRIBING = ("CaucusShortName", "ConstituencyName", "ConstituencyProvinceTerritoryName")
_FLAGS = {"true": True, "false": False}
Division = tuple[int, int, int]
"""Parliament, session and number of a division."""
_REMEMBERED = 1 << 16
"""Rows in the cache. The 825,767 rows of nine sessions have only 2,901 distinct contents, so most rows cost one
look-up."""


@refusing()
def parse_ballots(document: bytes, division: Division | None = None) -> Parsed[Ballot]:
    """Read every ballot of one division. Absent members have no row. The province is null in CSV, which does not have
    it.

    A member can be Yea or Nay *and* paired, and counts in both official totals; the position is `paired` only if there
    is no vote. A member on both lists, in one row or two, has the position `both`: XML has both sides, while CSV prints
    only one. Parliament answers an unknown division with an empty array, which is read as no ballots.

    `division` is the requested one. XML names the division in every row, CSV does not.

    Raises:
        SourceChanged: the document is neither CSV nor XML of ballots, breaks off, is of another division, or no row can
            be read.
    """
    document = without_bom(document)
    if not document.strip():
        raise SourceChanged("The ballot document is empty.")
    parsed = _from_xml(document, division) if document.lstrip()[:1] == b"<" else _from_csv(document)
    return _one_a_member(refuse_if_all_unfit("ballot", parsed))


def _one_a_member(parsed: Parsed[Ballot]) -> Parsed[Ballot]:
    """Merge all rows of a member into one ballot. Fields that differ are null."""
    counts = Counter(ballot.person_id for ballot in parsed.records)
    if len(counts) == len(parsed.records):
        return parsed
    rows: dict[int, list[Ballot]] = {person: [] for person in counts}
    for ballot in parsed.records:
        rows[ballot.person_id].append(ballot)
    records = [twins[0] if len(twins) == 1 else _merged(twins) for twins in rows.values()]
    doubts = [_listed_twice(twins) for twins in rows.values() if any(twin != twins[0] for twin in twins)]
    repeated = [str(twins[0].person_id) for twins in rows.values() if len(twins) > 1 and twins[0] in twins[1:]]
    return msgspec.structs.replace(parsed, records=records, repeated=repeated, doubts=[*parsed.doubts, *doubts])


def _merged(twins: Sequence[Ballot]) -> Ballot:
    first, positions = twins[0], {twin.position for twin in twins}
    agreed = {
        name: getattr(first, name) if all(getattr(twin, name) == getattr(first, name) for twin in twins) else None
        for name in ("caucus", "riding", "province")
    }
    return msgspec.structs.replace(
        first,
        position=_position(yea=bool(positions & {"yea", "both"}), nay=bool(positions & {"nay", "both"})),
        paired=any(twin.paired for twin in twins),
        **agreed,
    )


def _listed_twice(twins: Sequence[Ballot]) -> Doubt:
    first = twins[0]
    differ = [
        name
        for name in ("position", "paired", "name", "caucus", "riding", "province")
        if any(getattr(twin, name) != getattr(first, name) for twin in twins)
    ]
    message = f"{first.name} ({first.person_id}) appears in {len(twins)} rows with a different {', '.join(differ)}"
    return Doubt(str(first.person_id), "ballot_listed_twice", message)


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


def _from_xml(document: bytes, division: Division | None) -> Parsed[Ballot]:
    """Read column by column, which is seven times as fast as field by field; row by row only if something is wrong."""
    root = read_xml(document, ("ArrayOfVoteParticipant",))
    if division is not None:
        _refuse_another(root, division)
    rows = len(root)
    columns = [[element.text for element in root.iter(tag)] for tag in _TAGS]
    if all(len(column) == rows for column in columns) and not root.xpath(_ODD):
        try:
            return Parsed(records=[_of_columns(row) for row in zip(*columns, strict=True)])
        except ValueError:
            pass  # read again below, row by row, to find the one at fault
    return _row_by_row(root)


def _refuse_another(root: Any, division: Division) -> None:
    """Refuse ballots of another division than the requested one."""
    for tag, wanted in zip(_DIVISION, division, strict=True):
        others = {(element.text or "").strip() for element in root.iter(tag)} - {str(wanted)}
        if others:
            said = ", ".join(sorted(others))
            raise SourceChanged(f"The ballots are of another division: their `{tag}` is {said} instead of {wanted}.")


def _row_by_row(root: Any) -> Parsed[Ballot]:
    records: list[Ballot] = []
    unfit: list[Unfit] = []
    doubts: list[Doubt] = []
    for element in root:
        row = fields(element)
        missing = [tag for tag in _TAGS if tag not in row]
        twice = contradictions(element)
        try:
            if missing:
                raise ValueError(f"`{missing[0]}` is missing")
            if decisive := [tag for tag in twice if tag in _TAGS and tag not in _DESCRIBING]:
                raise ValueError(f"`{decisive[0]}` appears twice in the row, with different values")
            records.append(_of_columns(tuple(row[tag] for tag in _TAGS)))
            doubts += [_given_twice(records[-1], tag) for tag in twice if tag in _DESCRIBING]
        except ValueError as error:
            unfit.append(Unfit(row.get("PersonId") or "", str(error), source_of(element)))
    return Parsed(records=records, unfit=unfit, doubts=doubts)


def _given_twice(ballot: Ballot, tag: str) -> Doubt:
    """Note the doubt about a ballot whose vote is known although its riding or caucus is not."""
    said = f"{ballot.name} ({ballot.person_id}) has `{tag}` twice in one row, with different values"
    return Doubt(str(ballot.person_id), "field_given_twice", said)


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
    if not is_person_id(person_id.strip()):
        raise ValueError(f"the PersonId is {person_id[:40]!r}")
    if not (yea or nay or paired):
        raise ValueError("the member neither voted nor was paired")
    if not (said := one_line_text(name)):
        raise ValueError("the member has no name")
    return Ballot(
        person_id=int(person_id),
        position=_position(yea=yea, nay=nay),
        paired=paired,
        name=said,
        caucus=one_line_text(caucus),
        riding=one_line_text(riding),
        province=one_line_text(province),
    )


def _position(*, yea: bool, nay: bool) -> Position:
    if yea and nay:
        return "both"
    if yea:
        return "yea"
    return "nay" if nay else "paired"
