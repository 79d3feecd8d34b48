"""Parliament's addresses: built from the base URLs of both sites, and parsed by the servers that stand in for them.

Path segments and parameter names are case-insensitive upstream (`/Members/en/Votes/XML` works too).
"""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, cast
from urllib.parse import urlsplit

import msgspec

from warehouse.model.keys import SessionCode

BILLS: Final = "legisinfo_bills"
BILL_DETAIL: Final = "legisinfo_bill_detail"
VOTES: Final = "ourcommons_votes"
BALLOTS: Final = "ourcommons_ballots"
MEMBERS: Final = "ourcommons_members"
ROLES: Final = "ourcommons_member_roles"

Source = Literal[
    "legisinfo_bills",
    "legisinfo_bill_detail",
    "ourcommons_votes",
    "ourcommons_ballots",
    "ourcommons_members",
    "ourcommons_member_roles",
]
Language = Literal["en", "fr"]
Form = Literal["json", "xml", "csv"]

HOLDINGS = "/openpolicy/upstream.json"
"""An address that only a stand-in answers: its kind, and the sessions it has."""


class Addresses(msgspec.Struct, frozen=True):
    """Where Parliament publishes; the bases are `https://www.parl.ca` and `https://www.ourcommons.ca` or a stand-in."""

    legisinfo_url: str
    ourcommons_url: str

    def hosts(self) -> frozenset[str]:
        """The hosts, with their ports if given, that a fetcher of these addresses may connect to."""
        return frozenset(urlsplit(url).netloc.lower() for url in (self.legisinfo_url, self.ourcommons_url))

    def located(self, url: str, at: "Addresses") -> str:
        """The same document's address at another site, for example at a stand-in on this machine."""
        for own, other in ((self.legisinfo_url, at.legisinfo_url), (self.ourcommons_url, at.ourcommons_url)):
            if url.startswith(own + "/"):
                return other + url.removeprefix(own)
        return url

    def bill_list(self, session: SessionCode | str, form: Form = "json") -> str:
        """Every bill of one session, in both languages at once."""
        return f"{self.legisinfo_url}/legisinfo/en/bills/{form}?parlsession={session}"

    def bill_detail(self, session: SessionCode | str, number: str) -> str:
        """One bill with its stages, publications and votes; LEGISinfo wants the number in lower case."""
        return f"{self.legisinfo_url}/legisinfo/en/bill/{session}/{number.lower()}/json"

    def vote_list(self, session: SessionCode | str | None = None, lang: Language = "en") -> str:
        """Every recorded division of one session, or of the current one."""
        parameter = f"?parlSession={session}" if session else ""
        return f"{self.ourcommons_url}/members/{lang}/votes/xml{parameter}"

    def ballots(self, session: SessionCode | str, division: int, form: Form = "csv") -> str:
        """Every member's ballot in one division; the CSV is 15 times smaller than the XML."""
        parliament, _, number = str(session).partition("-")
        return f"{self.ourcommons_url}/members/en/votes/{parliament}/{number}/{division}/{form}"

    def members(self, form: Form = "xml", lang: Language = "en", parliament: int | Literal["all"] | None = None) -> str:
        """The sitting members, those of one Parliament, or all that the search knows."""
        parameter = f"?parliament={parliament}" if parliament else ""
        return f"{self.ourcommons_url}/members/{lang}/search/{form}{parameter}"

    def member_roles(self, person_id: int, lang: Language = "en") -> str:
        """Every term, caucus and office of one person."""
        return f"{self.ourcommons_url}/members/{lang}/{person_id}/roles/xml"


class UpstreamRequest(NamedTuple):
    """A parsed address. Fields that the source does not use are empty."""

    source: Source
    form: Form
    lang: Language
    session: SessionCode | None = None
    """None if the address names no session, which means the current one."""
    division: int = 0
    bill: str = ""
    """The number as people write it: `C-11`."""
    parliament: str = ""
    """A number, `all`, or empty for the sitting members."""
    person: int = 0
    """A PersonId."""


_BILLS = re.compile(r"/legisinfo/(en|fr)/bills/(json|xml)")
_BILL = re.compile(r"/legisinfo/(en|fr)/bill/(\d+-\d+)/([cs]-\d+[a-z]?)/(json|xml)")
_VOTES = re.compile(r"/members/(en|fr)/votes/(xml|csv)")
_BALLOTS = re.compile(r"/members/(en|fr)/votes/(\d+)/(\d+)/(\d+)/(xml|csv)")
_ROLES = re.compile(r"/members/(en|fr)/(?:(\d{1,9})/roles|[^/]*\((\d{1,9})\)(?:/roles)?)/xml")
_MEMBERS = re.compile(r"/members/(en|fr)/search/(xml|csv)")


def asked(path: str, query: Mapping[str, str]) -> UpstreamRequest | None:
    """Parse an address; None if it is unknown or names an impossible session."""
    path = path.lower().rstrip("/")
    parameters = {name.lower(): value for name, value in query.items()} if query else {}
    try:
        return _asked_of_the_house(path, parameters) or _asked_of_legisinfo(path, parameters)
    except ValueError:
        return None


def _asked_of_the_house(path: str, parameters: Mapping[str, str]) -> UpstreamRequest | None:
    if match := _BALLOTS.fullmatch(path):
        session = SessionCode(int(match[2]), int(match[3]))
        return UpstreamRequest(BALLOTS, _form(match[5]), _lang(match[1]), session, int(match[4]))
    if match := _VOTES.fullmatch(path):
        return UpstreamRequest(VOTES, _form(match[2]), _lang(match[1]), _session(parameters))
    if match := _ROLES.fullmatch(path):
        return UpstreamRequest(ROLES, "xml", _lang(match[1]), person=int(match[2] or match[3]))
    if match := _MEMBERS.fullmatch(path):
        return UpstreamRequest(
            MEMBERS, _form(match[2]), _lang(match[1]), parliament=parameters.get("parliament", "").lower()
        )
    return None


def _asked_of_legisinfo(path: str, parameters: Mapping[str, str]) -> UpstreamRequest | None:
    if match := _BILL.fullmatch(path):
        session = SessionCode.parse(match[2])
        return UpstreamRequest(BILL_DETAIL, _form(match[4]), _lang(match[1]), session, bill=match[3].upper())
    if match := _BILLS.fullmatch(path):
        return UpstreamRequest(BILLS, _form(match[2]), _lang(match[1]), _session(parameters))
    return None


def _session(parameters: Mapping[str, str]) -> SessionCode | None:
    text = parameters.get("parlsession", "")
    return SessionCode.parse(text) if text else None


def _form(text: str) -> Form:
    return cast("Form", text)


def _lang(text: str) -> Language:
    return cast("Language", text)
