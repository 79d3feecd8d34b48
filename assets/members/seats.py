"""Matches people in the members lists with people in the ballots. PersonId decides; a name alone never does."""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from assets.sessions.transform import parliament_on
from assets.sources.ourcommons_members.parse import MemberRecord
from warehouse.model.entities import EndSource, Finding, Office, Session

_DASHES = str.maketrans({"—": "-", "–": "-", "‑": "-", "’": "'"})


class MemberList(msgspec.Struct, frozen=True, kw_only=True):
    """One members list. `parliament` is the Parliament of the request; null for sitting members or all Parliaments."""

    parliament: int | None = None
    lang: Literal["en", "fr"] = "en"
    records: Sequence[MemberRecord]


class CaucusRole(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus that a roles document names for the half-open interval `[from_on, to_on)`."""

    caucus: str | None
    from_on: dt.date
    to_on: dt.date | None


class MemberRoles(msgspec.Struct, frozen=True, kw_only=True):
    """One person's terms, caucuses and offices from a roles document, in English."""

    person_id: int
    seats: Sequence[MemberRecord] = ()
    caucuses: Sequence[CaucusRole] = ()
    offices: tuple[Office, ...] = ()


class MemberSeat(msgspec.Struct, frozen=True, kw_only=True):
    """One person's seat in one Parliament from a members list or roles document, in English."""

    person_id: int
    parliament: int
    record: MemberRecord
    is_exact: bool = False
    """The seat is from a roles document, which gives the exact days of every term."""
    end_source: EndSource = "members"
    """The source of the end, if there is one."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive ballots of one person with the same name, caucus and riding: one row of `ballot_runs`."""

    session: str
    person_id: int
    first_on: dt.date
    last_on: dt.date
    first_number: int
    last_number: int
    name: str
    caucus: str | None
    riding: str | None

    @property
    def parliament(self) -> int:
        return int(self.session.partition("-")[0])


def normal(text: str | None) -> str:
    """A riding or a name in the form used for comparison: without accents and case, with one kind of dash and
    apostrophe and single spaces."""
    decomposed = unicodedata.normalize("NFKD", (text or "").translate(_DASHES).replace("--", "-"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def provinces_of(lists: Iterable[MemberList]) -> dict[str, str]:
    """The province of each riding, by its English name. A riding with two provinces in the lists is left out."""
    provinces: defaultdict[str, set[str]] = defaultdict(set)
    for listed in lists:
        for record in listed.records if listed.lang == "en" else ():
            if record.riding and record.province:
                provinces[record.riding].add(record.province)
    return {riding: found.pop() for riding, found in provinces.items() if len(found) == 1}


def with_parliaments(lists: Iterable[MemberList], sessions: Mapping[str, Session]) -> list[MemberList]:
    """Split the lists so that each has one Parliament: that of the list, else that of each seat's first day."""
    parts: list[MemberList] = []
    for listed in lists:
        of_parliament: defaultdict[int | None, list[MemberRecord]] = defaultdict(list)
        for record in listed.records:
            known = listed.parliament or (parliament_on(record.from_on, sessions) if record.from_on else None)
            of_parliament[known].append(record)
        parts += [
            MemberList(parliament=parliament, lang=listed.lang, records=records)
            for parliament, records in of_parliament.items()
        ]
    return parts


def seats_of_roles(roles: Iterable[MemberRoles], sessions: Mapping[str, Session]) -> list[MemberSeat]:
    """The seats in the roles documents, from the 35th Parliament on."""
    return [
        MemberSeat(person_id=each.person_id, parliament=parliament, record=record, is_exact=True, end_source="roles")
        for each in roles
        for record in each.seats
        if record.from_on is not None and (parliament := parliament_on(record.from_on, sessions)) is not None
    ]


def seats_of(
    lists: Iterable[MemberList], runs: Iterable[Run], exact: Iterable[MemberSeat] = ()
) -> tuple[list[MemberSeat], list[Finding]]:
    """The seats of the English lists by PersonId, together with the `exact` seats from roles documents.

    A record without PersonId is matched by name *and* riding if exactly one person of its Parliament fits. If nobody or
    several people fit, it becomes a finding.
    """
    given = [(listed, record) for listed in lists if listed.lang == "en" for record in listed.records]
    seats: list[MemberSeat] = list(exact)
    known = _known_persons(given, runs)
    parliaments = {parliament for parliament, _, _ in known}  # roles documents alone do not load a Parliament
    for seat in seats:
        known[seat.parliament, *_who(seat.record)].add(seat.person_id)
    findings: list[Finding] = []
    left_out: defaultdict[int | None, list[MemberRecord]] = defaultdict(list)
    for listed, record in given:
        parliament = listed.parliament
        persons = {record.person_id} if record.person_id else known.get((parliament, *_who(record)), set())
        if parliament is not None and len(persons) == 1:
            seats.append(MemberSeat(person_id=next(iter(persons)), parliament=parliament, record=record))
        elif parliament in parliaments:
            findings.append(_not_joined(parliament, record, persons))
        else:
            left_out[parliament].append(record)
    return seats, [*_once(findings), *(_all_left_out(*item) for item in left_out.items())]


def french_ridings(lists: Iterable[MemberList]) -> Mapping[tuple[int, int], str]:
    """The French name of a person's riding in each Parliament, from the French lists, matched by PersonId."""
    return {
        (record.person_id, listed.parliament): record.riding
        for listed in lists
        if listed.lang == "fr"
        for record in listed.records
        if record.person_id and record.riding and listed.parliament
    }


def _who(record: MemberRecord) -> tuple[str, str]:
    return normal(record.name), normal(record.riding)


def _known_persons(
    given: Iterable[tuple[MemberList, MemberRecord]], runs: Iterable[Run]
) -> defaultdict[tuple[int | None, str, str], set[int]]:
    known: defaultdict[tuple[int | None, str, str], set[int]] = defaultdict(set)
    for run in runs:
        known[run.parliament, normal(run.name), normal(run.riding)].add(run.person_id)
    for listed, record in given:
        if record.person_id:
            known[listed.parliament, *_who(record)].add(record.person_id)
    return known


def _not_joined(parliament: int | None, record: MemberRecord, persons: set[int]) -> Finding:
    key = f"{parliament}/{record.name} ({record.riding})"
    why = (
        "several persons have this name and riding" if persons else "no person with a PersonId has this name and riding"
    )
    message = f"The members list has no PersonId for {record.name} ({record.riding}), and {why} in that Parliament."
    return Finding(rule="member_without_person_id", entity="member", key=key, message=message)


def _all_left_out(parliament: int | None, records: list[MemberRecord]) -> Finding:
    message = (
        f"{len(records)} seats of the members lists have no PersonId, and there are no ballots of that Parliament."
    )
    return Finding(
        rule="members_without_person_id", entity="parliament", key=str(parliament or "unknown"), message=message
    )


def _once(findings: Iterable[Finding]) -> list[Finding]:
    return list({finding.key: finding for finding in findings}.values())
