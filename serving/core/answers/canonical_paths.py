"""Canonical addresses. What is typed in another form (`c-3`, `C3`, `45-1/43`, an id) is sent to the canonical one."""

from typing import NoReturn
from uuid import UUID

from serving.core.answers.links import API
from serving.core.http.errors import BILL_FORM_FR, SESSION_FORM_FR, Moved, NotFound
from serving.core.http.exchange import Exchange
from warehouse.model.keys import BillNumber, Chamber, SessionCode, bill_key, vote_key
from warehouse.model.vocabulary.codes import CHAMBERS

_CHAMBERS: dict[str, Chamber] = {"commons": "commons", "house": "commons", "hoc": "commons", "senate": "senate"}


def move(exchange: Exchange, path: str) -> NoReturn:
    """Send the caller to another path of this API, with the format suffix and the query of this request.

    Raises:
        Moved: always.
    """
    query = f"?{exchange.query}" if exchange.query else ""
    raise Moved(f"{API}{path}{exchange.suffix}{query}")


def session_of(text: str) -> SessionCode:
    """The session in a path.

    Raises:
        NotFound: no session is written like this.
    """
    try:
        return SessionCode.parse(text)
    except ValueError as error:
        raise NotFound(f"{error}.", SESSION_FORM_FR, param="session") from None


def bill_at(exchange: Exchange, session: str, number: str, rest: str = "") -> str:
    """The key of the bill in a path; `rest` is what follows it there.

    Raises:
        NotFound: no bill is written like this.
        Moved: it is written in another form than the canonical one.
    """
    of_session = str(session_of(session))
    try:
        canonical = str(BillNumber.parse(number))
    except ValueError as error:
        raise NotFound(f"{error}.", BILL_FORM_FR, param="number") from None
    if (of_session, canonical) != (session, number):
        move(exchange, f"/bills/{of_session}/{canonical}{rest}")
    return bill_key(of_session, canonical)


def bill_number_of(text: str) -> str | None:
    """The bill number that a text is, in any spelling; None when it is none."""
    try:
        return str(BillNumber.parse(text))
    except ValueError:
        return None


def vote_at(
    exchange: Exchange, session: str, chamber: str, number: str, rest: str = "", *, base: str = "/votes"
) -> str:
    """The key of the vote in a path; `base` is what comes before it there, and `rest` what follows.

    Raises:
        NotFound: no vote is written like this.
        Moved: it is written in another form than the canonical one.
    """
    of_session = str(session_of(session))
    canonical = chamber_of(chamber)
    if not (number.isascii() and number.isdigit() and len(number) <= 7 and int(number) > 0):
        raise NotFound(
            "A vote's number is a whole number from 1.",
            "Le numéro d’un vote est un nombre entier à partir de 1.",
            param="number",
        )
    if (of_session, canonical, str(int(number))) != (session, chamber, number):
        move(exchange, f"{base}/{of_session}/{canonical}/{int(number)}{rest}")
    return vote_key(of_session, canonical, int(number))


def chamber_of(text: str) -> Chamber:
    """The chamber that a word means, in either language.

    Raises:
        NotFound: none.
    """
    found = _CHAMBERS.get(text.lower())
    if found is None:
        code = CHAMBERS.code_of(text)
        found = _CHAMBERS.get(code or "")
    if found is None:
        raise NotFound(
            f"There is no chamber {text[:100]!r}.",
            f"Il n’y a pas de chambre {text[:100]!r}.",
            param="chamber",
            allowed=["commons", "senate"],
        )
    return found


def uuid_of(text: str) -> UUID | None:
    """The internal id that a text is; None when it is none."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def digits_of(text: str) -> int | None:
    """The database's integer that a text is; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
