"""Recorded documents served at the addresses they came from."""

import csv
import datetime as dt
import tarfile
import zlib
from collections.abc import Mapping
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from assets.upstream.addresses import BALLOTS, BILL_DETAIL, BILLS, MEMBERS, ROLES, VOTES, UpstreamRequest, asked
from assets.upstream.ballot_tar import BallotTar
from assets.upstream.folder import explore
from assets.upstream.server import UpstreamAnswer, etag_of, not_found
from assets.upstream.vote_list import vote_list_xml
from warehouse.model.keys import SessionCode

_TYPES = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
_NO_BALLOTS_XML = (
    b'<ArrayOfVoteParticipant xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    b'xmlns:xsd="http://www.w3.org/2001/XMLSchema" />'
)
_NO_BALLOTS_CSV = "\ufeffPerson ID,Member of Parliament,Political Affiliation,Member Voted,Paired\r\n".encode()


class ReplayUpstream:
    """Serves a folder of recorded documents in place of Parliament. Missing documents are 404, as if not published yet.

    The folder is scanned once. A file that is replaced later is served in its new form; a new file is not seen.

    Raises:
        SourceUnusable: there is no such folder, or nothing in it has an expected name.
    """

    kind: Literal["recorded"] = "recorded"

    def __init__(self, folder: Path | str) -> None:
        self._held = explore(Path(folder))
        self._sessions = self._held.sessions()
        self._tars = {session: BallotTar(path) for session, path in self._held.ballot_tars.items()}
        self._vote_lists: dict[SessionCode, tuple[int, UpstreamAnswer, frozenset[int]]] = {}

    def sessions(self) -> list[SessionCode]:
        """The sessions of which there is anything, oldest first."""
        return list(self._sessions)

    def persons_with_roles(self) -> list[int]:
        """Whose roles documents there are."""
        return sorted({person_id for person_id, _ in self._held.roles})

    def answer(self, path: str, query: Mapping[str, str]) -> UpstreamAnswer:
        """What Parliament answered; 500 if the recorded file is damaged."""
        wanted = asked(path, query)
        if wanted is None:
            return not_found("This is not a known address of Parliament.")
        answers = {
            BILLS: self._bill_list, BILL_DETAIL: self._bill_detail, VOTES: self._vote_list,
            BALLOTS: self._ballots, MEMBERS: self._members, ROLES: self._roles,
        }  # fmt: skip
        try:
            return answers[wanted.source](wanted) or not_found("The recorded documents do not hold this one.")
        except (OSError, EOFError, ValueError, csv.Error, zlib.error, tarfile.TarError) as error:
            return UpstreamAnswer(
                500, f"The recorded document is damaged: {error}".encode(), "text/plain; charset=utf-8"
            )

    def _bill_list(self, wanted: UpstreamRequest) -> UpstreamAnswer | None:
        sessions = {session for session, _ in self._held.bill_lists}
        session = wanted.session or max(sessions, default=None)
        return self._file(wanted, self._held.bill_lists.get((session, wanted.form)) if session else None)

    def _bill_detail(self, wanted: UpstreamRequest) -> UpstreamAnswer | None:
        path = self._held.bill_details.get((wanted.session, wanted.bill)) if wanted.session else None
        if path is None or not _is_recorded_form(wanted, "json"):
            return None
        return UpstreamAnswer(200, b"[" + path.read_bytes() + b"]", _TYPES["json"])  # upstream: an array of exactly one

    def _vote_list(self, wanted: UpstreamRequest) -> UpstreamAnswer | None:
        session = wanted.session or max(self._held.vote_lists, default=None)
        if session not in self._held.vote_lists or not _is_recorded_form(wanted, "xml"):
            return None
        return self._votes_of(session)[0]

    def _votes_of(self, session: SessionCode) -> tuple[UpstreamAnswer, frozenset[int]]:
        """The list and its numbers; made once, and again after its table was replaced."""
        path = self._held.vote_lists[session]
        stamp = path.stat().st_mtime_ns
        made = self._vote_lists.get(session)
        if made is None or made[0] != stamp:
            body, numbers = vote_list_xml(path.read_bytes(), session)
            made = self._vote_lists[session] = (
                stamp,
                UpstreamAnswer(200, body, _TYPES["xml"], etag=etag_of(body)),
                numbers,
            )
        return made[1], made[2]

    def _ballots(self, wanted: UpstreamRequest) -> UpstreamAnswer | None:
        if wanted.session not in self._sessions or wanted.lang != "en":
            return None
        if (path := self._held.ballot_files.get((wanted.session, wanted.division, wanted.form))) is not None:
            return self._file(wanted, path)
        tar = self._tars.get(wanted.session)
        in_tar = tar.get(wanted.division) if tar else None
        if in_tar is not None and wanted.form == "csv":
            return UpstreamAnswer(200, in_tar[0], _TYPES["csv"], etag=in_tar[1])
        if in_tar is not None or self._is_division(wanted.session, wanted.division):
            return None  # the vote exists, but was not recorded in this format
        return UpstreamAnswer(200, _NO_BALLOTS_CSV if wanted.form == "csv" else _NO_BALLOTS_XML, _TYPES[wanted.form])

    def _is_division(self, session: SessionCode, division: int) -> bool:
        if any((session, division, form) in self._held.ballot_files for form in ("csv", "xml")):
            return True
        return session in self._held.vote_lists and division in self._votes_of(session)[1]

    def _members(self, wanted: UpstreamRequest) -> UpstreamAnswer | None:
        path = self._held.members.get((wanted.parliament, wanted.lang, wanted.form))
        if path is None:
            return None
        on = self._held.recorded_on.get(path)
        headers = (
            (("last-modified", format_datetime(dt.datetime.combine(on, dt.time(12), dt.UTC), usegmt=True)),)
            if on
            else ()
        )
        return UpstreamAnswer(200, path.read_bytes(), _TYPES[wanted.form], headers)

    def _roles(self, wanted: UpstreamRequest) -> UpstreamAnswer | None:
        path = self._held.roles.get((wanted.person, wanted.lang))
        return UpstreamAnswer(200, path.read_bytes(), _TYPES["xml"]) if path else None

    def _file(self, wanted: UpstreamRequest, path: Path | None) -> UpstreamAnswer | None:
        """A file as it is. Only the English addresses were recorded."""
        return UpstreamAnswer(200, path.read_bytes(), _TYPES[wanted.form]) if path and wanted.lang == "en" else None


def _is_recorded_form(wanted: UpstreamRequest, form: str) -> bool:
    return wanted.form == form and wanted.lang == "en"
