"""What the simulator publishes, as path and query: Parliament's addresses without a host, in both languages."""

from assets.upstream.addresses import Addresses, Form
from warehouse.model.keys import SessionCode

_HERE = Addresses("", "")


def bill_lists(session: SessionCode) -> tuple[str, ...]:
    """The bill list in both forms and languages."""
    forms: tuple[Form, ...] = ("json", "xml")
    return tuple(path for form in forms for path in _both(_HERE.bill_list(session, form)))


def bill_details(session: SessionCode, code: str) -> tuple[str, ...]:
    """A bill's detail in both languages."""
    return _both(_HERE.bill_detail(session, code))


def vote_lists(session: SessionCode) -> tuple[str, ...]:
    """The vote list in both languages."""
    return _both(_HERE.vote_list(session))


def ballots(session: SessionCode, number: int) -> tuple[str, ...]:
    """The ballots of one vote: CSV in English, XML in both languages."""
    return _HERE.ballots(session, number, "csv"), *_both(_HERE.ballots(session, number, "xml"))


def members(parliament: str = "") -> tuple[str, ...]:
    """Member lists, CSV in English and XML in both: of one Parliament, of `all`, or without a parameter of now."""
    query = f"?parliament={parliament}" if parliament else ""
    return _HERE.members("csv") + query, *(path + query for path in _both(_HERE.members("xml")))


def member_roles(person_id: int) -> tuple[str, ...]:
    """The roles document of a person in both languages."""
    return _both(_HERE.member_roles(person_id))


def _both(path: str) -> tuple[str, str]:
    return path, path.replace("/en/", "/fr/", 1)
