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
    """The requested resource has another, canonical address."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class RequestError(OpenPolicyError):
    """The request cannot be answered as it is."""

    status, code = 400, "invalid_request"
    titles: ClassVar[tuple[str, str]] = ("Bad request", "Requête invalide")
    meaning_fr: ClassVar[str] = "La requête ne peut pas recevoir de réponse telle quelle."
    """The class's docstring in French, for the page of problems."""

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
        self.holds_until_change = False
        """Whether the same request will be refused until any data changes, so that the refusal may be kept."""


SESSION_FORM_FR: Final = "Une session s’écrit législature-session, par exemple 45-1."
BILL_FORM_FR: Final = "Un projet de loi s’écrit C-11 ou S-201."
ENTITIES_FR: Final = {name: kind.name_fr for name, kind in KINDS.items()}


class UnknownParameter(RequestError):
    """A query parameter that this address does not have."""

    code = "unknown_parameter"
    titles = ("Unknown parameter", "Paramètre inconnu")
    meaning_fr = "Un paramètre que cette adresse n’a pas."


class InvalidValue(RequestError):
    """A parameter has a value it may not have."""

    code = "invalid_value"
    titles = ("Invalid value", "Valeur invalide")
    meaning_fr = "Un paramètre a une valeur qu’il ne peut pas avoir."


class CursorMismatch(RequestError):
    """A cursor was made for other filters, another order or another list."""

    code = "cursor_mismatch"
    titles = ("The cursor belongs to another query", "Le curseur appartient à une autre requête")
    meaning_fr = "Un curseur a été fait pour d’autres filtres, un autre ordre ou une autre liste."


NO_SENATE_VOTES: Final = (
    "There are no votes of the Senate: Parliament publishes them as web pages only. Ask for `chamber=commons`.",
    "Aucun vote du Sénat n’est conservé\u00a0: le Parlement ne les publie qu’en pages Web. Demandez `chamber=commons`.",
)


class NotFound(RequestError):
    """Nothing has this address."""

    status, code = 404, "not_found"
    titles = ("Not found", "Introuvable")
    meaning_fr = "Rien n’a cette adresse."


class MethodNotAllowed(RequestError):
    """The address does not have this method; `Allow` lists those that it has."""

    status, code = 405, "method_not_allowed"
    titles = ("Method not allowed", "Méthode non autorisée")
    meaning_fr = "L’adresse n’a pas cette méthode; `Allow` énumère celles qu’elle a."


class NotAcceptable(RequestError):
    """None of the accepted formats is offered here."""

    status, code = 406, "not_acceptable"
    titles = ("Format not offered", "Format non offert")
    meaning_fr = "Aucun des formats acceptés n’est offert ici."


class CursorExpired(RequestError):
    """The version of the list that a cursor belongs to is no longer kept."""

    status, code = 410, "cursor_expired"
    titles = ("The cursor has expired", "Le curseur a expiré")
    meaning_fr = "La version de la liste à laquelle appartient un curseur n’est plus conservée."


class SnapshotExpired(RequestError):
    """The state that a snapshot names can no longer be read."""

    status, code = 410, "snapshot_expired"
    titles = ("The snapshot has expired", "L’instantané a expiré")
    meaning_fr = "L’état que nomme un instantané ne peut plus être lu."


class Gone(RequestError):
    """What had this address was withdrawn, or was at the instant asked for. Its history and past revisions stay, as the
    links of the problem say; it may come back."""

    status, code = 410, "gone"
    titles = ("Withdrawn", "Retiré")
    meaning_fr = (
        "Ce qui avait cette adresse a été retiré, ou l’était à l’instant demandé. Son historique et ses "
        "révisions restent, aux liens du problème; cela peut revenir."
    )


class BodyIncomplete(RequestError):
    """The body of the request broke off, or breaks the rules of HTTP."""

    code = "body_incomplete"
    titles = ("Incomplete request body", "Corps de requête incomplet")
    meaning_fr = "Le corps de la requête s’est interrompu, ou enfreint les règles de HTTP."


class BodyTooSlow(RequestError):
    """The body of the request did not arrive in time."""

    status, code = 408, "body_timeout"
    titles = ("The request body took too long", "Le corps de la requête a tardé")
    meaning_fr = "Le corps de la requête n’est pas arrivé à temps."


class BodyTooLarge(RequestError):
    """The body of the request is longer than it may be."""

    status, code = 413, "body_too_large"
    titles = ("The request body is too large", "Le corps de la requête est trop grand")
    meaning_fr = "Le corps de la requête est plus long que permis."


class RateLimited(RequestError):
    """This caller has sent too many requests for now."""

    status, code = 429, "rate_limited"
    titles = ("Too many requests", "Trop de requêtes")
    meaning_fr = "Cet appelant a envoyé trop de requêtes pour le moment."


class NotKept(RequestError):
    """What was known at an instant is not stored in the requested form, and OpenPolicy does not guess."""

    status, code = 410, "not_kept"
    titles = ("Not known for that instant", "Inconnu pour cet instant")
    meaning_fr = (
        "Ce qu’on savait à un instant n’est pas conservé sous la forme demandée, et OpenPolicy ne fait pas de "
        "supposition."
    )


class Overloaded(RequestError):
    """This process cannot serve more callers of this kind for now."""

    status, code = 503, "overloaded"
    titles = ("Too many callers", "Trop d’appels")
    meaning_fr = "Ce processus ne peut pas servir plus d’appels de ce genre pour le moment."


class DeadlineExceeded(RequestError):
    """The answer was not ready in the time that a request may take."""

    status, code = 504, "deadline_exceeded"
    titles = ("The answer took too long", "La réponse a trop tardé")
    meaning_fr = "La réponse n’était pas prête dans le temps qu’une requête peut prendre."


STORE_TITLES = ("The data is temporarily unavailable", "Les données sont temporairement inaccessibles")
INTERNAL_TITLES = ("Internal error", "Erreur interne")
DOCUMENTED: tuple[type[RequestError], ...] = (
    UnknownParameter,
    InvalidValue,
    CursorMismatch,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    CursorExpired,
    SnapshotExpired,
    Gone,
    NotKept,
    BodyIncomplete,
    BodyTooSlow,
    BodyTooLarge,
    RateLimited,
    Overloaded,
    DeadlineExceeded,
)
"""Every error a caller can meet at any service and mend; `/problems` lists them and those of the services."""
