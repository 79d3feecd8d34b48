"""Errors as RFC 9457 problems: one body for every error, in the language asked for, with a link that explains it."""

from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from serving.core.answers.texts import Lang
from serving.core.http.errors import (
    INTERNAL_TITLES,
    STORE_TITLES,
    MethodNotAllowed,
    Moved,
    NotFound,
    RequestError,
)
from serving.core.http.exchange import exchange_of
from warehouse.runtime.errors import OpenPolicyError, StoreUnavailable
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
_MOVED = {"cache-control": "public, max-age=3600"}


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, for a program (`code`, `param`) and for a person (`title`, `detail`)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    param: str | None = None
    position: int | None = None
    allowed: list[str] = []
    nearest: str | None = None
    links: dict[str, str] | None = None
    request_id: str
    doc: str


_encoder = msgspec.json.Encoder()


def problem_of(error: Exception, request_id: str, lang: Lang = "both") -> tuple[Problem, dict[str, str]]:
    """The problem that an error is, and its headers. A fault of the server reveals nothing of its inside.

    `lang` chooses the language of `title` and `detail`; with `both`, English comes first.
    """
    if isinstance(error, RequestError):
        problem = _problem(error, error.titles, (error.message, error.fr), request_id, lang)
        return problem, error.headers
    if isinstance(error, StoreUnavailable):
        details = (
            "A database does not answer at the moment; the resource may exist. Try again shortly.",
            "Une base de données ne répond pas; la ressource existe peut-être. Réessayez bientôt.",
        )
        return _problem(error, STORE_TITLES, details, request_id, lang), {"retry-after": str(RETRY_AFTER_S)}
    if isinstance(error, HTTPException):
        return problem_of(_of_framework(error), request_id, lang)
    details = (
        f"This is a fault of the server. It is logged under the request id {request_id}.",
        f"C’est une erreur du serveur; elle est consignée sous le numéro de requête {request_id}.",
    )
    return _problem(OpenPolicyError("internal"), INTERNAL_TITLES, details, request_id, lang), {}


def _of_framework(error: HTTPException) -> Exception:
    """The same fault as an `OpenPolicyError`."""
    if error.status_code == 404:
        return NotFound(
            "There is nothing at this address. The list of addresses is at /api/v1/openapi.json.",
            "Il n’y a rien à cette adresse. La liste des adresses est à /api/v1/openapi.json.",
        )
    if error.status_code == 405:
        return MethodNotAllowed(
            "This address does not have this method. The header `Allow` lists those it has.",
            "Cette adresse n’a pas cette méthode. L’en-tête `Allow` nomme celles qu’elle a.",
        )
    if error.status_code < 500:
        return RequestError(error.detail, RequestError.titles[1] + ".")
    return OpenPolicyError(error.detail)


def _problem(
    error: OpenPolicyError, titles: tuple[str, str], details: tuple[str, str], request_id: str, lang: Lang
) -> Problem:
    doc = f"/problems/{error.code}"
    extra: dict[str, Any] = {}
    if isinstance(error, RequestError):
        names = ("param", "position", "allowed", "nearest", "links")
        extra = {name: getattr(error, name) for name in names}
    return Problem(
        type=doc,
        title=_in(lang, titles),
        status=error.status,
        detail=_in(lang, details),
        code=error.code,
        request_id=request_id,
        doc=doc,
        **extra,
    )


def _in(lang: Lang, texts: tuple[str, str]) -> str:
    return " / ".join(texts) if lang == "both" else texts[lang == "fr"]


def _lang_of(query: str) -> Lang:
    """The language that a query asks for; both if it asks for none, for several, or for one that is not offered."""
    values = parse_qs(query).get("lang", [])
    return "en" if values == ["en"] else "fr" if values == ["fr"] else "both"


def render(error: Exception, request_id: str, query: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers, in the language that the query of the request asks for.

    Faults of the server are logged here, with their cause.
    """
    problem, headers = problem_of(error, request_id, _lang_of(query))
    if problem.status >= 500 and not isinstance(error, RequestError):
        log.error("request failed", request_id=request_id, cause=str(error), exc_info=_unexpected(error))
    headers = {"content-type": MEDIA_TYPE, "cache-control": "no-store", **headers}
    return problem.status, _encoder.encode(problem), headers


def _unexpected(error: Exception) -> Exception | None:
    return None if isinstance(error, OpenPolicyError) else error


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's exception handler for everything."""
    if isinstance(error, Moved):
        return Response(b"", status_code=308, media_type="text/plain", headers={"location": error.location} | _MOVED)
    exchange = exchange_of(request.scope)
    if isinstance(error, RequestError) and error.holds_until_change:
        exchange.refusal = error
    status, body, headers = render(error, exchange.request_id, exchange.query)
    return Response(body, status_code=status, media_type=headers.pop("content-type"), headers=headers)
