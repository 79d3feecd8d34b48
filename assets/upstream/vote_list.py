"""Builds the House's list of divisions in today's format from a recorded table with the same values.

The table has 8 of the 12 published fields; the others, such as the document type and its number, are empty elements.
"""

import csv
import io
from xml.sax.saxutils import escape

from warehouse.model.keys import SessionCode

_OPENING = (
    '<ArrayOfVote xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)
_COLUMNS = (
    ("DecisionEventDateTime", "date"),
    ("DecisionDivisionNumber", "vote_number"),
    ("DecisionDivisionSubject", "subject"),
    ("DecisionResultName", "result"),
    ("DecisionDivisionNumberOfYeas", "yeas"),
    ("DecisionDivisionNumberOfNays", "nays"),
    ("DecisionDivisionNumberOfPaired", "paired"),
    ("DecisionDivisionDocumentTypeName", ""),
    ("DecisionDivisionDocumentTypeId", ""),
    ("BillNumberCode", "bill_number"),
)


def vote_list_xml(table: bytes, session: SessionCode) -> tuple[bytes, frozenset[int]]:
    """The `ArrayOfVote` document of one session and the division numbers in it, in the order of the table.

    Raises:
        ValueError: the table lacks a column or a division has no number.
    """
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    wanted = {column for _, column in _COLUMNS if column}
    if rows and not wanted <= rows[0].keys():
        raise ValueError(f"the table of votes lacks {', '.join(sorted(wanted - rows[0].keys()))}")
    votes = "".join(_vote(row, session) for row in rows)
    document = f"{_OPENING}{votes}</ArrayOfVote>"
    return document.encode(), frozenset(int(row["vote_number"] or "") for row in rows)


def _vote(row: dict[str, str], session: SessionCode) -> str:
    fields = [
        _element("PersonId", "0"),  # always 0 upstream
        _element("ParliamentNumber", str(session.parliament)),
        _element("SessionNumber", str(session.number)),
        *(_element(name, row[column] if column else "") for name, column in _COLUMNS),
    ]
    return f"<Vote>{''.join(fields)}</Vote>"


def _element(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name} />"
