"""From structs to answers: encoded, stamped with what they depend on, left in the exchange for the caching layer."""

import datetime as dt
from collections.abc import Sequence
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response

from serving.core.answers.envelope import Meta, One
from serving.core.answers.fields import opened, sparse
from serving.core.answers.texts import View
from serving.core.http.errors import NotAcceptable
from serving.core.http.exchange import (
    CURRENT,
    IMMUTABLE,
    MEDIA_TYPES,
    Answered,
    Exchange,
    Format,
    Scope,
    exchange_of,
)
from serving.core.http.messages import Receive, Send
from warehouse.model.past import Past
from warehouse.model.stored import Stored
from warehouse.runtime.versions import Stamp

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
AnyRequest = Request[Any, Any, Any]

encoder = msgspec.json.Encoder()


class Answer(Response[T]):
    """What handlers return. Litestar reads the type for OpenAPI; the bytes go through the exchange."""

    def __init__(self, answered: Answered) -> None:
        """Nothing of Litestar's own response is used, so nothing of it is prepared."""
        self.answered = answered

    def to_asgi_response(self, *_: Any, request: Any = None, **__: Any) -> Any:
        """Leave the answer where the caching layer looks for it, and send nothing."""
        exchange_of(request.scope).answer = self.answered
        return _silent


async def _silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """The caching layer sends."""


def require_format(exchange: Exchange, offered: Sequence[Format]) -> Format:
    """The best format that the caller takes and the address offers.

    Raises:
        NotAcceptable: there is none.
    """
    for format_ in exchange.formats:
        if format_ in offered:
            return format_
    names = [MEDIA_TYPES[format_].partition(";")[0] for format_ in offered]
    listed = ", ".join(names)
    raise NotAcceptable(
        f"This address offers {listed}.", f"Cette adresse offre {listed}.", param="Accept", allowed=names
    )


def answer_one(
    stamp: Stamp,
    stored: Stored[Any],
    data: S,
    view: View,
    past: Past | None = None,
    *,
    included: dict[str, Any] | None = None,
) -> Answer[One[S]]:
    """The answer about one entity, as it is or as it was, with what comes with it."""
    entry = sparse([data], type(data), view.fields)[0]
    entry = entry if included is None else opened(entry, included)
    answered = Answered(
        encoder.encode(One(data=entry, meta=meta_of(stored, view, past))),
        stamp=stamp,
        media_type=MEDIA_TYPES["json"],
        etag_prefix=f"r{stored.revision}",
        last_modified=http_date(stored.recorded_at),
        headers=dataset_header(view),
        cache_control=cache_control(past),
    )
    return Answer(answered)


def json_answer(
    body: T,
    stamp: Stamp,
    view: View,
    *,
    prefix: str,
    last_modified: dt.datetime | None = None,
    headers: Sequence[tuple[str, str]] = (),
    cache_control: str = CURRENT,
) -> Answer[T]:
    """A whole answer in JSON. `prefix` begins its ETag, and says what kind of answer it is."""
    answered = Answered(
        encoder.encode(body),
        stamp=stamp,
        media_type=MEDIA_TYPES["json"],
        etag_prefix=prefix,
        last_modified=None if last_modified is None else http_date(last_modified),
        headers=[*headers, *dataset_header(view)],
        cache_control=cache_control,
    )
    return Answer(answered)


def meta_of(stored: Stored[Any], view: View, past: Past | None) -> Meta:
    """What one revision of an entity is. Of the past also `as_of`, when Parliament's document was fetched, and
    `known_at`,
    the instant asked for, or of a revision when it was recorded."""
    if past is None:
        return meta(stored.recorded_at, view)
    return Meta(
        watermark=stored.recorded_at,
        as_of=None if past.is_newest else stored.provenance.fetched_at,
        known_at=None if past.version is not None else past.known_at or stored.recorded_at,
        snapshot=view.snapshot,
        lang=view.lang,
        dataset=view.dataset,
    )


def cache_control(past: Past | None) -> str:
    """What caches may do: a revision never changes, nor does a snapshot; all else can."""
    return CURRENT if past is None or past.known_at is not None or past.is_newest else IMMUTABLE


def meta(watermark: dt.datetime | None, view: View, known_at: dt.datetime | None = None) -> Meta:
    """What the data is, as a whole; `known_at` is the instant for which it is what was known."""
    return Meta(watermark=watermark, known_at=known_at, snapshot=view.snapshot, lang=view.lang, dataset=view.dataset)


def dataset_header(view: View) -> list[tuple[str, str]]:
    """Says also of formats without `meta` that nothing in them is real, and of which snapshot they are."""
    found = [("x-openpolicy-dataset", "simulated")] if view.dataset == "simulated" else []
    return found if view.snapshot is None else [*found, ("x-openpolicy-snapshot", view.snapshot)]


@lru_cache(maxsize=1024)
def http_date(instant: dt.datetime) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(instant.astimezone(dt.UTC), usegmt=True)
