"""A stand-in that answers with a few written documents, and the documents in Parliament's own form."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from assets.upstream.addresses import BALLOTS, BILL_DETAIL, BILLS, VOTES, UpstreamRequest, asked
from assets.upstream.server import UpstreamAnswer, not_found
from warehouse.model.keys import SessionCode


class Records:
    """The documents by their names, as `../shared/cases` has them: `40-3/votes_en.xml`, `40-3/ballots/1.csv`."""

    kind: Literal["recorded"] = "recorded"

    def __init__(self, documents: Mapping[str, bytes | str]) -> None:
        self.documents = {name: _bytes(text) for name, text in documents.items()}

    @classmethod
    def of_folder(cls, folder: Path) -> "Records":
        """All documents below a folder."""
        return cls({str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()})

    def put(self, name: str, text: bytes | str) -> None:
        """Publish a document."""
        self.documents[name] = _bytes(text)

    def sessions(self) -> list[SessionCode]:
        named = {match[0] for name in self.documents if (match := re.match(r"\d+-\d+(?=/)", name))}
        return sorted(SessionCode.parse(name) for name in named)

    def persons_with_roles(self) -> list[int]:
        return []

    def answer(self, path: str, query: Mapping[str, str]) -> UpstreamAnswer:
        wanted = asked(path, query)
        name = _name(wanted) if wanted else ""
        return UpstreamAnswer(200, self.documents[name]) if name in self.documents else not_found("not found")


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _name(wanted: UpstreamRequest) -> str:
    match wanted.source:
        case s if s == BILLS:
            return f"{wanted.session}/bills.{wanted.form}"
        case s if s == BILL_DETAIL:
            return f"{wanted.session}/detail/{wanted.bill.lower()}.json"
        case s if s == VOTES:
            return f"{wanted.session}/votes_{wanted.lang}.xml"
        case s if s == BALLOTS:
            return f"{wanted.session}/ballots/{wanted.division}.{wanted.form}"
    parliament = f"_{wanted.parliament}" if wanted.parliament else ""
    return f"members{parliament}_{wanted.lang}.{wanted.form}"


def vote(
    number: int,
    *,
    session: str = "45-1",
    at: str = "2025-06-02T18:30:00",
    yeas: int | str = 2,
    nays: int | str = 0,
    result: str = "Agreed To",
    subject: str = "Motion",
    bill: str = "",
    paired: int = 0,
    more: str = "",
) -> str:
    """One division of a list."""
    parliament, _, sitting = session.partition("-")
    return (
        f"<Vote><PersonId>0</PersonId><ParliamentNumber>{parliament}</ParliamentNumber>"
        f"<SessionNumber>{sitting}</SessionNumber><DecisionEventDateTime>{at}</DecisionEventDateTime>"
        f"<DecisionDivisionNumber>{number}</DecisionDivisionNumber>"
        f"<DecisionDivisionSubject>{subject}</DecisionDivisionSubject>"
        f"<DecisionResultName>{result}</DecisionResultName>"
        f"<DecisionDivisionNumberOfYeas>{yeas}</DecisionDivisionNumberOfYeas>"
        f"<DecisionDivisionNumberOfNays>{nays}</DecisionDivisionNumberOfNays>"
        f"<DecisionDivisionNumberOfPaired>{paired}</DecisionDivisionNumberOfPaired>"
        f"<BillNumberCode>{bill}</BillNumberCode>{more}</Vote>"
    )


def votes(*listed: str) -> str:
    """A list of divisions."""
    return f"<ArrayOfVote>{''.join(listed)}</ArrayOfVote>"


def ballots_csv(*rows: tuple[int, str, str, str]) -> str:
    """The ballots of a division: person, caucus, vote, `Paired` or nothing."""
    lines = [
        f"{person},First{person} Last{person} (Riding {person}),{caucus},{voted},{paired}\r\n"
        for person, caucus, voted, paired in rows
    ]
    return f"\ufeffPerson ID,Member of Parliament,Political Affiliation,Member Voted,Paired\r\n{''.join(lines)}"


def ballots_xml(*rows: tuple[int, str, str, str], division: str = "") -> str:
    """The same as XML, where `Both` sets both flags; `division` is `45/1/7`."""
    names = ("ParliamentNumber", "SessionNumber", "DecisionDivisionNumber")
    own = "".join(f"<{n}>{v}</{n}>" for n, v in zip(names, division.split("/"), strict=True)) if division else ""
    found = []
    for person, caucus, voted, paired in rows:
        flags = {
            "IsVoteYea": voted in {"Yea", "Both"},
            "IsVoteNay": voted in {"Nay", "Both"},
            "IsVotePaired": bool(paired),
        }
        said = "".join(f"<{name}>{str(flag).lower()}</{name}>" for name, flag in flags.items())
        found.append(
            f"<VoteParticipant>{own}<PersonId>{person}</PersonId>"
            f"<PersonOfficialFirstName>First{person}</PersonOfficialFirstName>"
            f"<PersonOfficialLastName>Last{person}</PersonOfficialLastName>"
            f"<ConstituencyName>Riding {person}</ConstituencyName>"
            "<ConstituencyProvinceTerritoryName>Quebec</ConstituencyProvinceTerritoryName>"
            f"<CaucusShortName>{caucus}</CaucusShortName>{said}</VoteParticipant>"
        )
    return f"<ArrayOfVoteParticipant>{''.join(found)}</ArrayOfVoteParticipant>"


def bill(number: str = "C-2", *, session: str = "45-1", identifier: int = 1002, **changed: Any) -> dict[str, Any]:
    """One bill of LEGISinfo's list, introduced and read a second time in the House, with the changed fields."""
    parliament, _, sitting = session.partition("-")
    chamber = 1 if number.startswith("C") else 2
    return {
        "BillId": identifier,
        "BillNumberFormatted": number,
        "LongTitleEn": f"An Act respecting {number}",
        "LongTitleFr": f"Loi concernant le {number}",
        "ShortTitleEn": "",
        "ShortTitleFr": "",
        "LatestCompletedMajorStageEn": "Second reading",
        "LatestCompletedMajorStageFr": "Deuxième lecture",
        "LatestCompletedMajorStageChamberId": 1,
        "DidReinstateFromPreviousSession": False,
        "PassedHouseFirstReadingDateTime": "2025-06-02T06:15:00-04:00",
        "PassedHouseSecondReadingDateTime": "2025-06-16T06:15:00-04:00",
        "PassedHouseThirdReadingDateTime": None,
        "PassedSenateFirstReadingDateTime": None,
        "PassedSenateSecondReadingDateTime": None,
        "PassedSenateThirdReadingDateTime": None,
        "ReceivedRoyalAssentDateTime": None,
        "ParlSessionCode": session,
        "ParlSessionEn": SPANS.get(session, f"{parliament}th Parliament, {sitting}th session~May 26, 2025 to present"),
        "ParlSessionFr": f"{parliament}e législature",
        "ParliamentNumber": int(parliament),
        "SessionNumber": int(sitting),
        "OriginatingChamberId": chamber,
        "BillTypeEn": "House Government Bill",
        "BillTypeFr": "Projet de loi émanant du gouvernement (Cdc)",
        "CurrentStatusEn": "At consideration in committee in the House of Commons",
        "CurrentStatusFr": "À l'examen en comité à la Chambre des communes",
        "SponsorEn": "Hon. Jane Example",
        "SponsorFr": "L’hon. Jane Example",
        "IsFromCurrentSession": session == "45-1",
        "LatestActivityEn": None,
        "LatestActivityFr": None,
        "LatestActivityDateTime": "2025-06-16T06:20:00-04:00",
    } | changed


SPANS = {
    "37-3": "37th Parliament, 3rd session~February 2, 2004 to May 23, 2004",
    "39-2": "39th Parliament, 2nd session~October 16, 2007 to September 7, 2008",
    "40-2": "40th Parliament, 2nd session~January 26, 2009 to December 30, 2009",
}
"""The session texts of sessions that are over."""


def bills_json(*listed: Mapping[str, Any]) -> str:
    """A bill list as JSON."""
    return json.dumps(list(listed), ensure_ascii=False)


def bills_xml(*listed: Mapping[str, Any] | str) -> str:
    """A bill list as XML; text is a ready element, whose markup stays."""

    def element(record: Mapping[str, Any] | str) -> str:
        if isinstance(record, str):
            return record
        inner = "".join(f"<{name}>{_said(value)}</{name}>" for name, value in record.items())
        return f"<Bill>{inner}</Bill>"

    return f"<Bills>{''.join(map(element, listed))}</Bills>"


def _said(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def people(
    count: int, caucus: str = "Liberal", voted: str = "Yea", *, first: int = 1
) -> Iterable[tuple[int, str, str, str]]:
    """Ballots of as many members."""
    return [(first + number, caucus, voted, "") for number in range(count)]
