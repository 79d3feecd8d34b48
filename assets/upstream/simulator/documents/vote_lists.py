"""The House's recorded votes: the list of a session, and the ballots of one vote as CSV or XML."""

import csv
import io
from collections.abc import Iterator

from assets.upstream.addresses import Language
from assets.upstream.simulator.documents import xmltext
from assets.upstream.simulator.documents.xmltext import local_stamp
from assets.upstream.simulator.story.faults import Fault
from assets.upstream.simulator.story.people import PARTIES, Person
from assets.upstream.simulator.story.views import SessionView
from assets.upstream.simulator.story.votes import NAY, PAIRED, YEA, PlannedDivision

CSV_HEADER = ("Person ID", "Member of Parliament", "Political Affiliation", "Member Voted", "Paired")
BOM = "\ufeff"
_VOTE_WORDS = {"en": {YEA: "Yea", NAY: "Nay"}, "fr": {YEA: "Pour", NAY: "Contre"}}


def votes_xml(view: SessionView, lang: Language) -> bytes:
    """`ArrayOfVote/Vote`, the newest first; the dead field `PersonId` is always 0."""
    return xmltext.document("ArrayOfVote", _votes(view, lang))


def _votes(view: SessionView, lang: Language) -> Iterator[str]:
    missing, twice = view.target(Fault.MISSING_NUMBER), view.target(Fault.DUPLICATE)
    for division in reversed(view.divisions):
        if missing is not None and missing.missing == division.number:
            continue
        yeas, nays, paired = view.announced(division)
        yield _vote(view, division, lang, (yeas, nays, paired))
        if twice is not None and twice.duplicated == division.number:
            yield _vote(view, division, lang, (yeas + 1, nays, paired))


def _vote(view: SessionView, division: PlannedDivision, lang: Language, totals: tuple[int, int, int]) -> str:
    is_french = lang == "fr"
    result, kind = view.result(division), division.document_type
    yeas, nays, paired = totals
    renamed = view.target(Fault.RENAMED_FIELD) is not None
    return xmltext.element(
        "Vote",
        (
            ("PersonId", 0),
            ("ParliamentNumber", division.session.parliament),
            ("SessionNumber", division.session.number),
            ("DecisionEventDateTime", local_stamp(division.at)),
            ("DecisionDivisionNumber", division.number),
            ("DecisionDivisionSubject", division.subject.fr if is_french else division.subject.en),
            ("DecisionResultName", result.fr if is_french else result.en),
            ("DecisionDivisionYeas" if renamed else "DecisionDivisionNumberOfYeas", yeas),
            ("DecisionDivisionNumberOfNays", nays),
            ("DecisionDivisionNumberOfPaired", paired),
            ("DecisionDivisionDocumentTypeName", kind.fr if is_french else kind.en),
            ("DecisionDivisionDocumentTypeId", kind.id),
            ("BillNumberCode", division.bill),
        ),
    )


def ballots_csv(view: SessionView, number: int) -> bytes:
    """Byte order mark, CRLF, name and riding in one field; an unknown vote is a header alone."""
    renamed = _is_renamed(view, number)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(name if name != "Member Voted" or not renamed else "Ballot" for name in CSV_HEADER)
    for seat, ballot, person in _rows(view, number):
        division = view.divisions[number - 1]
        riding, party = view.house.seats[seat].riding, PARTIES[view.party(seat, division.at)]
        voted = _VOTE_WORDS["en"].get(ballot & ~PAIRED, "")
        paired = "Paired" if ballot & PAIRED else ""
        writer.writerow((person.person_id, f"{person.name} ({riding.name_en})", party.en, voted, paired))
    return (BOM + out.getvalue()).encode()


def ballots_xml(view: SessionView, number: int, lang: Language) -> bytes:
    """`ArrayOfVoteParticipant/VoteParticipant`; an unknown vote is an empty array."""
    rows = (_participant(view, view.divisions[number - 1], lang, row) for row in _rows(view, number))
    return xmltext.document("ArrayOfVoteParticipant", rows)


def _rows(view: SessionView, number: int) -> Iterator[tuple[int, int, Person]]:
    """Seat, ballot and person of everybody who voted or was paired, by last name."""
    division = view.division(number)
    missing = view.target(Fault.MISSING_NUMBER)
    if division is None or (missing is not None and missing.missing == number):
        return
    cast = [
        (seat, ballot, view.person(seat, division.at)) for seat, ballot in enumerate(view.ballots(division)) if ballot
    ]
    rows = [(seat, ballot, person) for seat, ballot, person in cast if person is not None]
    yield from sorted(rows, key=lambda row: (row[2].last, row[2].first, row[2].person_id))


def _participant(view: SessionView, division: PlannedDivision, lang: Language, row: tuple[int, int, Person]) -> str:
    seat, ballot, person = row
    is_french = lang == "fr"
    riding, party, result = view.house.seats[seat].riding, PARTIES[view.party(seat, division.at)], view.result(division)
    woman, man = ("Mme", "M.") if is_french else ("Ms.", "Mr.")
    return xmltext.element(
        "VoteParticipant",
        (
            ("ParliamentNumber", division.session.parliament),
            ("SessionNumber", division.session.number),
            ("DecisionEventDateTime", local_stamp(division.at)),
            ("DecisionDivisionNumber", division.number),
            ("PersonShortSalutation", woman if person.is_woman else man),
            ("ConstituencyName", riding.name_fr if is_french else riding.name_en),
            ("VoteValueName", _VOTE_WORDS[lang].get(ballot & ~PAIRED)),
            ("PersonOfficialFirstName", person.first),
            ("PersonOfficialLastName", person.last),
            ("ConstituencyProvinceTerritoryName", riding.province_fr if is_french else riding.province),
            ("CaucusShortName", party.fr if is_french else party.en),
            ("IsVoteYea", bool(ballot & YEA)),
            ("IsVoteNay", bool(ballot & NAY)),
            ("IsVotePaired", bool(ballot & PAIRED)),
            ("DecisionResultName", result.fr if is_french else result.en),
            ("MemberPersonId" if _is_renamed(view, division.number) else "PersonId", person.person_id),
        ),
    )


def _is_renamed(view: SessionView, number: int) -> bool:
    renamed = view.target(Fault.RENAMED_FIELD)
    return renamed is not None and renamed.renamed == number
