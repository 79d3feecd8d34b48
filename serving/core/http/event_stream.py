"""Answers that are sent piece by piece for as long as the caller is there, and never kept."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any, Final

from litestar import Response

from serving.core.http.exchange import Chunks, Scope, Stream, exchange_of
from serving.core.http.messages import Header, Receive, Send, departure

STREAM_HEADERS: Final[tuple[Header, ...]] = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


class Streamed(Response[Any]):
    """An answer in pieces. The caching layer sends it, past its caches."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def to_asgi_response(self, *_: Any, request: Any = None, **__: Any) -> Any:
        """Leave the stream where the caching layer looks for it, and send nothing."""
        exchange_of(request.scope).stream = self.stream
        return _silent


class EventStream(Streamed):
    """Server-sent events: an answer without an end."""

    def __init__(self, chunks: Chunks) -> None:
        super().__init__(Stream(chunks, STREAM_HEADERS))


async def _silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """The caching layer sends."""


async def send_chunks(chunks: AsyncGenerator[bytes], receive: Receive, send: Send) -> int:
    """Send until the stream ends or the caller is gone; returns how many bytes were sent.

    One piece is held at a time, and the next is made only when this one has been taken: a slow caller costs no memory.
    """
    gone = asyncio.create_task(departure(receive))
    sent = 0
    try:
        while True:
            following = asyncio.ensure_future(anext(chunks, None))
            try:
                await asyncio.wait({following, gone}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not following.done():
                    following.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await following
            chunk = None if gone.done() else following.result()
            if chunk is None:
                break
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            sent += len(chunk)
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        await chunks.aclose()
    return sent
