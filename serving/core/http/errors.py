"""What a caller can have done wrong, each with its status, stable code, and a title in both languages."""

import difflib
from collections.abc import Iterable
from typing import ClassVar, Final

from warehouse.model.kinds import KINDS
from warehouse.runtime.errors import OpenPolicyError


def nearest(text: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that looks most like the given one; None when none does."""
    found = difflib.get_close_matches(text.lower(), list(allowed), n=1, cutoff=0.5)
    return found[0] if found else None


class Moved(Exception):
    """What is asked for has another, canonical address."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class RequestError(OpenPolicyError):
    """The request cannot be answered as it is."""

    status, code = 400, "invalid_request"
    titles: ClassVar[tuple[str, str]] = ("Bad request", "Requête invalide")

    def __init__(
        self,
        en: str,
        fr: str,
        *,
        param: str | None = None,
        allowed: Iterable[str] = (),
        nearest: str | None = None,
        links: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        position: int | None = None,
    ) -> None:
        super().__init__(en)
        self.fr = fr
        self.position = position
        self.param = param
        self.allowed = list(allowed)
        self.nearest = nearest
        self.links = links
        self.headers = headers or {}


SESSION_FORM_FR: Final = "Une session s’écrit législature-session, par exemple 45-1."
BILL_FORM_FR: Final = "Un projet de loi s’écrit C-11 ou S-201."
ENTITIES_FR: Final = {name: kind.name_fr for name, kind in KINDS.items()}


class UnknownParameter(RequestError):
    """A query parameter that this address does not have."""

    code = "unknown_parameter"
    titles = ("Unknown parameter", "Paramètre inconnu")


class InvalidValue(RequestError):
    """A parameter has a value it may not have."""

    code = "invalid_value"
    titles = ("Invalid value", "Valeur invalide")


class QueryRefused(RequestError):
    """What is searched for cannot be understood; `position` is the character, counted from 0, where it goes wrong."""

    code = "query_invalid"
    titles = ("The query cannot be understood", "La requête est incompréhensible")


class CursorMismatch(RequestError):
    """A cursor was made for other filters, another order or another list."""

    code = "cursor_mismatch"
    titles = ("The cursor belongs to another query", "Le curseur appartient à une autre requête")


NO_SENATE_VOTES: Final = (
    "There are no votes of the Senate: Parliament publishes them as web pages only. Ask for `chamber=commons`.",
    "Aucun vote du Sénat n’est conservé\u00a0: le Parlement ne les publie qu’en pages Web. Demandez `chamber=commons`.",
)


class NotFound(RequestError):
    """Nothing has this address."""

    status, code = 404, "not_found"
    titles = ("Not found", "Introuvable")


class MethodNotAllowed(RequestError):
    """Parliamentary data is read here, not written."""

    status, code = 405, "method_not_allowed"
    titles = ("Method not allowed", "Méthode non autorisée")


class NotAcceptable(RequestError):
    """None of the accepted formats is offered here."""

    status, code = 406, "not_acceptable"
    titles = ("Format not offered", "Format non offert")


class CursorExpired(RequestError):
    """The moment that a cursor walks through is no longer kept."""

    status, code = 410, "cursor_expired"
    titles = ("The cursor has expired", "Le curseur a expiré")


class Gone(RequestError):
    """What had this address was withdrawn, or was at the instant asked for. Its history and past revisions stay, as the
    links of the problem say; it may come back."""

    status, code = 410, "gone"
    titles = ("Withdrawn", "Retiré")


class BodyIncomplete(RequestError):
    """The body of the request broke off, or is none by the rules of HTTP."""

    code = "body_incomplete"
    titles = ("Incomplete request body", "Corps de requête incomplet")


class BodyTooSlow(RequestError):
    """The body of the request did not arrive in time."""

    status, code = 408, "body_timeout"
    titles = ("The request body took too long", "Le corps de la requête a tardé")


class BodyTooLarge(RequestError):
    """The body of the request is longer than it may be."""

    status, code = 413, "body_too_large"
    titles = ("The request body is too large", "Le corps de la requête est trop grand")


class QuotaExceeded(RequestError):
    """This caller has brought as much as one may for now."""

    status, code = 429, "quota_exceeded"
    titles = ("Quota exceeded", "Quota dépassé")


class RateLimited(RequestError):
    """This caller has made as many requests as one may for now."""

    status, code = 429, "rate_limited"
    titles = ("Too many requests", "Trop de requêtes")


class NotKept(RequestError):
    """What was known at an instant is not kept in the form that is asked for, so it is not answered: never guessed."""

    status, code = 410, "not_kept"
    titles = ("Not known for that instant", "Inconnu pour cet instant")


class Overloaded(RequestError):
    """This process has as many such callers as it can hold."""

    status, code = 503, "overloaded"
    titles = ("Too many callers", "Trop d’appels")


STORE_TITLES = ("The data is temporarily unavailable", "Les données sont temporairement inaccessibles")
INTERNAL_TITLES = ("Internal error", "Erreur interne")
DOCUMENTED: tuple[type[RequestError], ...] = (
    UnknownParameter,
    InvalidValue,
    QueryRefused,
    CursorMismatch,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    CursorExpired,
    Gone,
    NotKept,
    BodyIncomplete,
    BodyTooSlow,
    BodyTooLarge,
    QuotaExceeded,
    RateLimited,
    Overloaded,
)
"""Every error a caller can meet and mend; `/problems` lists them."""
