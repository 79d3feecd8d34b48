"""Reads sessions out of the bill list: `45th Parliament, 1st session~May 26, 2025 to present`."""

import re
from collections.abc import Sequence

from assets.sources.legisinfo_bills.parse import BillRecord, parse_bills
from assets.sources.parsed import refusing
from assets.sources.text import ENGLISH_DATE, english_date
from warehouse.model.entities import Session
from warehouse.model.keys import SessionCode
from warehouse.runtime.errors import SourceChanged

_TEXT = re.compile(rf"^(?P<name>[^~]+)~(?P<opened>{ENGLISH_DATE}) to (?P<closed>{ENGLISH_DATE}|present)$")


@refusing()
def parse_sessions(document: bytes) -> list[Session]:
    """Every session that a bill list names: one, or none if the list is empty.

    Raises:
        SourceChanged: the list cannot be read, or its session text has a new form.
    """
    return sessions_of(parse_bills(document).records)


def sessions_of(records: Sequence[BillRecord]) -> list[Session]:
    """The sessions named by the records of a bill list, oldest first.

    Raises:
        SourceChanged: a session text has a new form.
    """
    latest = {record.session: record for record in records}
    return sorted(
        (_session(record) for record in latest.values()), key=lambda session: (session.parliament, session.number)
    )


def _session(record: BillRecord) -> Session:
    match = _TEXT.match(record.parl_session_en)
    if match is None:
        raise SourceChanged(f"`ParlSessionEn` of {record.key} has a new form: {record.parl_session_en!r}")
    code = SessionCode.parse(record.session)
    return Session(
        key=record.session,
        parliament=code.parliament,
        number=code.number,
        name_en=match["name"].strip(),
        name_fr=(record.parl_session_fr or "").partition("~")[0].strip() or None,
        opened_on=english_date(match["opened"]),
        closed_on=None if match["closed"] == "present" else english_date(match["closed"]),
        is_current=record.is_from_current_session,
    )
