"""A small Parliament for the API's tests: enough of everything to page, filter and sort."""

import datetime as dt

import msgspec

from assets.derived import count_by_caucus
from warehouse.model.entities import (
    Ballot,
    Bill,
    Identifier,
    Member,
    Membership,
    Provenance,
    Publication,
    Session,
    Stage,
    Vote,
)
from warehouse.model.keys import bill_key, vote_key

FETCHED_AT = dt.datetime(2026, 5, 29, 14, 30, tzinfo=dt.UTC)
_TYPES = ("house-government", "private-member", "senate-public")
_CAUCUSES = ("Liberal", "Conservative", "Bloc Québécois", "NDP", "Green Party")
_RIDINGS = ("Vancouver East", "Québec Centre", "Okanagan Lake West—South Kelowna", "Edmonton Manning", "Yukon")
_PROVINCES = ("British Columbia", "Quebec", "British Columbia", "Alberta", "Yukon")


def provenance(name: str) -> Provenance:
    """Where a sample pretends to come from."""
    return Provenance(source=name, url=f"https://www.parl.ca/{name}", document_sha256="ab" * 32, fetched_at=FETCHED_AT)


def bill(session: str, number: str, position: int = 1, **changes: object) -> Bill:
    """A bill; `position` varies its type, dates and status."""
    day = dt.date(2025, 5, 27) + dt.timedelta(days=position)
    fields: dict[str, object] = {
        "key": bill_key(session, number),
        "session": session,
        "number": number,
        "chamber": "commons" if number.startswith("C") else "senate",
        "type": _TYPES[position % 3],
        "type_en": "House Government Bill",
        "type_fr": "Projet de loi émanant du gouvernement (Cdc)",
        "title_en": f"An Act respecting sample no. {position}, the café’s licence",
        "title_fr": f"Loi concernant l’échantillon no {position}",
        "short_title_en": "Sample Act" if position % 4 == 0 else None,
        "summary_en": "It is a sample.\n\nNothing more." if position % 4 == 0 else None,
        "summary_fr": "C’est un échantillon." if position % 4 == 0 else None,
        "status": "royal-assent-received" if position % 5 == 0 else "house-second-reading",
        "status_en": "Royal assent received" if position % 5 == 0 else "At second reading in the House of Commons",
        "status_fr": "Sanction royale reçue" if position % 5 == 0 else "À la deuxième lecture",
        "sponsor_person_id": 89156 if position % 2 else None,
        "sponsor_name_en": "Hon. Zoé Ünal" if position % 2 else None,
        "sponsor_name_fr": "L’hon. Zoé Ünal" if position % 2 else None,
        "introduced_on": day,
        "passed_house_first_on": day,
        "latest_activity_on": day + dt.timedelta(days=30) if position % 7 else None,
        "latest_activity_en": "Second reading",
        "latest_activity_fr": "Deuxième lecture",
        "royal_assent_on": day if position % 5 == 0 else None,
        "statute_year": 2025 if position % 5 == 0 else None,
        "statute_chapter": position if position % 5 == 0 else None,
        "legisinfo_id": 13_000_000 + position,
        "is_reinstated": False,
        "publications": (Publication(publication_id=500 + position, type_id=80701, title_en="First Reading"),),
        "stages": (
            Stage(ordinal=1, chamber="commons", stage="first-reading", stage_en="First reading",
                  stage_fr="Première lecture", state="completed", state_en="Completed", state_on=day),
            Stage(ordinal=2, chamber="commons", stage="second-reading", stage_en="Second reading",
                  state="in-progress", state_en="In progress", division_number=position),
        ),
    }  # fmt: skip
    return Bill(**(fields | changes))  # type: ignore[arg-type]


def ballot(nth: int, **changes: object) -> Ballot:
    """The ballot of the n-th member."""
    kind = nth % 5
    fields: dict[str, object] = {
        "person_id": 89_000 + nth,
        "position": "nay" if nth % 3 == 0 else "yea",
        "paired": nth % 10 == 0,
        "name": f"Member {nth:03d}" if nth != 7 else "Renée Élan",
        "caucus": _CAUCUSES[kind],
        "riding": _RIDINGS[kind],
        "province": _PROVINCES[kind],
    }
    return Ballot(**(fields | changes))  # type: ignore[arg-type]


def vote(session: str, number: int, **changes: object) -> Vote:
    """A vote with twelve ballots."""
    held_at = dt.datetime(2025, 6, 1, 19, 5, tzinfo=dt.UTC) + dt.timedelta(days=number)
    fields: dict[str, object] = {
        "key": vote_key(session, "commons", number),
        "session": session,
        "chamber": "commons",
        "number": number,
        "held_at": held_at,
        "held_at_local": "2025-06-01T15:05:00",
        "held_on": held_at.date(),
        "subject_en": f"Second reading of sample no. {number}",
        "result": "negatived" if number % 4 == 0 else "agreed",
        "result_en": "Negatived" if number % 4 == 0 else "Agreed To",
        "bill": bill_key(session, "C-3") if number % 3 == 0 else None,
        "yeas": 8,
        "nays": 4,
        "paired": 1,
        "counted_yeas": 8,
        "counted_nays": 4,
        "counted_paired": 1,
        "disputed": number % 11 == 0,
        "ballots": tuple(ballot(nth) for nth in range(1, 13)),
    }
    found = Vote(**(fields | changes))  # type: ignore[arg-type]
    counted = count_by_caucus(found.ballots, found.chamber, found.held_on)
    return msgspec.structs.replace(found, caucuses=counted)


def member(position: int, **changes: object) -> Member:
    """The n-th member, with two ridings one after the other."""
    kind = position % 5
    person_id = 89_000 + position
    seats = [
        Membership(
            parliament=44,
            caucus=_CAUCUSES[kind],
            riding="Old Riding",
            province=_PROVINCES[kind],
            from_on=dt.date(2021, 9, 20),
            to_on=dt.date(2025, 4, 28),
            source="ballots",
        ),
        Membership(
            parliament=45,
            caucus=_CAUCUSES[kind],
            riding=_RIDINGS[kind],
            province=_PROVINCES[kind],
            from_on=dt.date(2025, 4, 28),
            to_on=None,
            source="both",
        ),
    ]
    fields: dict[str, object] = {
        "key": str(person_id),
        "person_id": person_id,
        "name": f"Member {position:03d}" if position != 7 else "Renée Élan",
        "honorific": "Hon." if position % 6 == 0 else None,
        "caucus": _CAUCUSES[kind],
        "riding": _RIDINGS[kind],
        "riding_fr": "Vancouver-Est" if kind == 0 else None,
        "province": _PROVINCES[kind],
        "is_sitting": position % 8 != 0,
        "other_names": ("Former Name",) if position == 3 else (),
        "identifiers": (Identifier(scheme="ourcommons:PersonId", value=str(person_id)),),
        "memberships": tuple(seats[position % 2 :]),
    }
    return Member(**(fields | changes))  # type: ignore[arg-type]


def session(parliament: int, number: int, **changes: object) -> Session:
    """A session."""
    fields: dict[str, object] = {
        "key": f"{parliament}-{number}",
        "parliament": parliament,
        "number": number,
        "name_en": f"{parliament}th Parliament, session {number}",
        "name_fr": f"{parliament}e législature, session {number}",
        "opened_on": dt.date(2025 - (45 - parliament) * 4, 5, 26),
        "is_current": parliament == 45,
    }
    return Session(**(fields | changes))  # type: ignore[arg-type]
