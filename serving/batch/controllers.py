"""`POST /api/v1/batch`: several reads in one request."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Controller, Response, post
from litestar.di import NamedDependency

from serving.batch.schemas import BatchOut, BatchPart, BatchRequest
from serving.core.answers.answer import AnyRequest, encoder, meta
from serving.core.http import problems
from serving.core.http.errors import InvalidValue, NotAcceptable, RequestError
from serving.core.http.exchange import MEDIA_TYPES
from serving.core.http.inner_request import InnerCaller, inner_scope
from serving.core.http.messages import App, BufferedSend, joined
from serving.core.parameters.json_request import asked_in_json
from serving.core.process.platform import Platform

AT_ONCE: Final = 4
"""Reads of one batch that are answered at a time."""
MOST_BYTES: Final = 8 * 1024 * 1024
"""Bytes of all answers of a batch together."""
_PLACE: Final = re.compile(r" - at `\$\.(.+)`$")
"""Where in the body msgspec says that something is wrong."""
_SHOWN: Final = (
    "etag",
    "last-modified",
    "cache-control",
    "location",
    "retry-after",
    "deprecation",
    "sunset",
    "x-openpolicy-stale",
    "x-openpolicy-snapshot",
    "x-request-id",
)
"""The headers of an answer that a caller needs and its body does not say."""
_decoder = msgspec.json.Decoder(BatchRequest)


class BatchTooLarge(RequestError):
    """The answers of a batch are larger together than it may be; what came before this one was answered."""

    status, code = 413, "batch_too_large"
    titles = ("The batch is too large", "Le lot est trop grand")
    meaning_fr = "Les réponses d’un lot sont plus grandes ensemble que permis; celles d’avant ont été données."


class BatchController(Controller):
    """Batches."""

    path = "/api/v1/batch"
    tags = ("batch",)

    @post(
        "/",
        operation_id="readBatch",
        summary="Several reads in one request / Plusieurs lectures en une requête",
        description="Each address is answered in JSON as if it had been asked for alone, in the order of the list: "
        "with its own status, from the same caches, and counted by the same limits; the batch itself counts as one "
        "request more. Only reads: what only POST does, other formats, streams and `wait` are refused one by one. "
        "Give all addresses the same `snapshot` to see one state. / Chaque adresse reçoit sa réponse en JSON comme si "
        "elle avait été demandée seule, dans l’ordre de la liste\u00a0: avec son statut, des mêmes caches, et comptée "
        "par les mêmes limites; le lot compte pour une requête de plus. Lectures seulement\u00a0: le reste est refusé "
        "un à un. Donnez le même `snapshot` à toutes pour voir un seul état.",
        status_code=200,
    )
    async def read_batch(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Response[BatchOut]:
        """Answer every address of the list."""
        asked = asked_in_json(request, platform)
        asked.parameters.finish(())
        wanted = _checked(await request.body())
        asked.exchange.wait()  # each read takes a turn of its own
        batch = _Batch(platform.http, request.scope, asked.exchange.request_id)
        parts = await asyncio.gather(*(batch.read(number, path) for number, path in enumerate(wanted.paths, start=1)))
        body = encoder.encode(BatchOut(data=parts, meta=meta(None, asked.view)))
        return Response(body, media_type=MEDIA_TYPES["json"], headers={"cache-control": "no-store"})  # type: ignore[arg-type]


class _Batch:
    """One batch on its way: each read goes through all layers, as a request of the same caller."""

    def __init__(self, app: App, outer: Any, request_id: str) -> None:
        self._app = app
        self._outer: Mapping[str, Any] = outer
        self._request_id = request_id
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._bytes = 0

    async def read(self, number: int, path: str) -> BatchPart:
        """The answer to one address."""
        address, _, query = path.partition("?")
        request_id = f"{self._request_id}.{number}"
        try:
            _require_read(query)
            async with self._turns:
                sent = BufferedSend()
                await self._app(inner_scope(self._outer, address, query, request_id), InnerCaller(), sent)
            headers = {name.decode(): value.decode("latin-1") for name, value in joined(sent.headers).items()}
            body = _json_in(headers.get("content-type", ""), sent)
            self._bytes += len(sent.body)
            if self._bytes > MOST_BYTES:
                raise BatchTooLarge(
                    f"The answers of this batch are larger than {MOST_BYTES} bytes together. Ask for this address in "
                    "another batch, or for fewer entries.",
                    f"Les réponses de ce lot dépassent {MOST_BYTES} octets ensemble. Demandez cette adresse dans un "
                    "autre lot, ou moins d’entrées.",
                )
        except RequestError as error:
            status, problem, _ = problems.render(error, request_id, query)
            return BatchPart(path=path, status=status, headers={}, body=msgspec.Raw(problem))
        shown: dict[str, str] = {name: headers[name] for name in _SHOWN if name in headers}
        return BatchPart(path=path, status=sent.status, headers=shown, body=body)


def _checked(body: bytes) -> BatchRequest:
    """The batch in a body.

    Raises:
        InvalidValue: it is none; names the place.
    """
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        at = _PLACE.search(str(error))
        raise InvalidValue(
            f"The request body is not a valid batch: {str(error)[:300]}.",
            "Le corps de la requête n’est pas un lot valide" + (f"\u00a0: voir `{at[1]}`." if at else "."),
            param=at[1] if at else "body",
        ) from None


def _require_read(query: str) -> None:
    """Refuse what would hold up the batch.

    Raises:
        InvalidValue: the address waits for changes.
    """
    if any(name == "wait" for name, _ in parse_qsl(query, keep_blank_values=True)):
        raise InvalidValue(
            "`wait` cannot be used in a batch. Ask for this address alone.",
            "`wait` ne va pas dans un lot. Demandez cette adresse seule.",
            param="wait",
        )


def _json_in(content_type: str, sent: BufferedSend) -> Any:
    """The body of an answer as it goes into the batch; None where there is none.

    Raises:
        NotAcceptable: it is not JSON.
    """
    if not sent.body and "event-stream" not in content_type:
        return None
    if content_type.partition(";")[0] not in {"application/json", problems.MEDIA_TYPE}:
        raise NotAcceptable(
            "A batch has answers in JSON only. Ask for this address alone.",
            "Un lot n’a que des réponses en JSON. Demandez cette adresse seule.",
            param="path",
        )
    return msgspec.Raw(sent.body)
