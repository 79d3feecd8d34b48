"""The contents of a folder of recorded documents, found by file names; no session is assumed to exist.

bills/legisinfo_bills_45-1.json|xml     bills/detail_45-1/C-2.json
votes/votes_metadata_45-1.csv           ballots/45-1.tar.gz, ballots/45-1/12.csv|xml, ballots/vote_45-1_12.xml
members/members_45_2026-09-30_en.xml|csv (also `.excerpt.xml`), members/members_all_parliaments_2023-01_en.csv
members/member_roles_89156_2026-09-30_en.xml
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from assets.upstream.addresses import Form, Language
from warehouse.model.keys import SessionCode
from warehouse.runtime.errors import SourceUnusable

_SESSION = r"(\d+-\d+)"
_BILLS = re.compile(rf"legisinfo_bills_{_SESSION}\.(json|xml)")
_DETAILS = re.compile(rf"detail_{_SESSION}")
_VOTES = re.compile(rf"votes_metadata_{_SESSION}\.csv")
_TAR = re.compile(rf"{_SESSION}\.(?:tar\.gz|tgz)")
_BALLOT_FOLDER = re.compile(_SESSION)
_BALLOT_XML = re.compile(rf"vote_{_SESSION}_(\d+)\.xml")
_DIVISION = re.compile(r"(\d+)\.(csv|xml)")
_ROLES = re.compile(r"member_roles_(\d{1,9})_(\d{4}(?:-\d\d){0,2})_(en|fr)\.xml")
_MEMBERS = re.compile(r"members_(\d+|all_parliaments)_(\d{4}(?:-\d\d){0,2})_(en|fr)(?:\.excerpt)?\.(xml|csv)")


class FolderHoldings(msgspec.Struct, frozen=True):
    """The files of a folder by what they answer."""

    bill_lists: dict[tuple[SessionCode, Form], Path] = {}
    bill_details: dict[tuple[SessionCode, str], Path] = {}
    vote_lists: dict[SessionCode, Path] = {}
    ballot_tars: dict[SessionCode, Path] = {}
    ballot_files: dict[tuple[SessionCode, int, Form], Path] = {}
    members: dict[tuple[str, Language, Form], Path] = {}
    """By the parameter `parliament`: a number, `all`, or empty for the newest list."""
    roles: dict[tuple[int, Language], Path] = {}
    """The newest roles document of each person."""
    recorded_on: dict[Path, dt.date] = {}
    """The day of a members list, where its name gives one."""

    def sessions(self) -> list[SessionCode]:
        """Every session with at least one document, oldest first."""
        found = {*self.vote_lists, *self.ballot_tars}
        found.update(session for session, _ in (*self.bill_lists, *self.bill_details))
        found.update(session for session, _, _ in self.ballot_files)
        return sorted(found)


def explore(folder: Path) -> FolderHoldings:
    """The holdings of a folder.

    Raises:
        SourceUnusable: there is no such folder, it cannot be read, or no file of it has an expected name.
    """
    if not folder.is_dir():
        raise SourceUnusable(f"There is no folder {str(folder)!r}.", fix="Give the path of a folder of documents.")
    holdings = FolderHoldings()
    try:
        _bills(folder / "bills", holdings)
        _votes(folder / "votes", holdings)
        _ballots(folder / "ballots", holdings)
        _members(folder / "members", holdings)
        _roles(folder / "members", holdings)
    except OSError as error:
        raise SourceUnusable(f"The folder {str(folder)!r} cannot be read: {error}.", fix="Allow reading it.") from error
    if not holdings.sessions() and not holdings.members:
        raise SourceUnusable(
            f"The folder {str(folder)!r} contains no document of Parliament under a known name.",
            fix="Expected are files such as bills/legisinfo_bills_45-1.json, votes/votes_metadata_45-1.csv, "
            "ballots/45-1.tar.gz or members/members_45_2026-09-30_en.xml.",
        )
    return holdings


def _bills(folder: Path, holdings: FolderHoldings) -> None:
    for path, match in _matching(folder, _BILLS):
        holdings.bill_lists[_session(match), "json" if match[2].lower() == "json" else "xml"] = path
    for path, match in _matching(folder, _DETAILS):
        for file in path.glob("*.json"):
            holdings.bill_details[_session(match), file.stem.upper()] = file


def _votes(folder: Path, holdings: FolderHoldings) -> None:
    for path, match in _matching(folder, _VOTES):
        holdings.vote_lists[_session(match)] = path


def _ballots(folder: Path, holdings: FolderHoldings) -> None:
    for path, match in _matching(folder, _TAR):
        holdings.ballot_tars[_session(match)] = path
    for path, match in _matching(folder, _BALLOT_XML):
        holdings.ballot_files[_session(match), int(match[2]), "xml"] = path
    for path, match in _matching(folder, _BALLOT_FOLDER):
        for file, division in _matching(path, _DIVISION):
            form: Form = "csv" if division[2].lower() == "csv" else "xml"
            holdings.ballot_files[_session(match), int(division[1]), form] = file


def _members(folder: Path, holdings: FolderHoldings) -> None:
    """Of several lists for one address the newest wins; the newest of all answers the address without a parliament."""
    found = sorted(_matching(folder, _MEMBERS), key=lambda item: item[1][2])
    for path, match in found:
        if len(match[2]) == len("2026-09-30"):
            with suppress(ValueError):
                holdings.recorded_on[path] = dt.date.fromisoformat(match[2])
        lang: Language = "en" if match[3].lower() == "en" else "fr"
        form: Form = "xml" if match[4].lower() == "xml" else "csv"
        if match[1].isdecimal():
            holdings.members[str(int(match[1])), lang, form] = path
            holdings.members["", lang, form] = path
        else:
            holdings.members["all", lang, form] = path


def _roles(folder: Path, holdings: FolderHoldings) -> None:
    for path, match in sorted(_matching(folder, _ROLES), key=lambda item: item[1][2]):
        holdings.roles[int(match[1]), "en" if match[3].lower() == "en" else "fr"] = path


def _matching(folder: Path, pattern: re.Pattern[str]) -> Iterator[tuple[Path, re.Match[str]]]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if match := re.fullmatch(pattern.pattern, path.name, re.IGNORECASE):
                yield path, match


def _session(match: re.Match[str]) -> SessionCode:
    parliament, _, number = match[1].partition("-")
    return SessionCode(int(parliament), int(number))
