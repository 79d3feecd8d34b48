"""Addresses of Parliament's own pages, `{lang}` standing for `en` or `fr`; and the base of OpenPolicy's."""

from typing import Final

from warehouse.model.kinds import KINDS, EntityType

API: Final = "/api/v1"
_PARL: Final = "https://www.parl.ca"
_COMMONS: Final = "https://www.ourcommons.ca"


def address_of(entity: EntityType, key: str) -> str:
    """Where an entity is here."""
    return f"{API}/{KINDS[entity].plural}/{key}"


def session_page(session: str) -> str:
    """LEGISinfo's list of a session's bills."""
    return f"{_PARL}/legisinfo/{{lang}}/bills?parlsession={session}"


def bill_page(session: str, number: str) -> str:
    """LEGISinfo's page of a bill."""
    return f"{_PARL}/legisinfo/{{lang}}/bill/{session}/{number.lower()}"


def publication_page(publication_id: int) -> str:
    """The text of a bill as it was at one stage."""
    return f"{_PARL}/DocumentViewer/{{lang}}/{publication_id}"


def vote_page(session: str, number: int) -> str:
    """The House's page of a recorded vote."""
    return f"{_COMMONS}/members/{{lang}}/votes/{session.replace('-', '/')}/{number}"


def member_page(person_id: int) -> str:
    """The House's page of a member."""
    return f"{_COMMONS}/members/{{lang}}/{person_id}"
