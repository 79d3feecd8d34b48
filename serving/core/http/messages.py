"""ASGI messages: an answer gathered and sent, and the body of a request read before anything is computed.

A body is bounded in size and in time, so that a slow caller holds nothing but their own connection.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, Final

from serving.core.http.errors import BodyIncomplete, BodyTooLarge, BodyTooSlow
from serving.core.http.exchange import Header as Header  # noqa: PLC0414 (for those who take it from here)
from serving.core.http.exchange import Scope

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
MOST_BODY_BYTES: Final = 65_536
BODY_SECONDS: Final = 10.0


class BufferedSend:
    """A `send` that keeps what it is given: the answers that are not kept are small."""

    __slots__ = ("body", "headers", "status")

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[Header] = []
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Take one message."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def set(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Make this the whole answer, whatever was gathered before."""
        self.status, self.body = status, body
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        if body:
            self.headers.append((b"content-length", b"%d" % len(body)))


async def send_whole(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    """Send an answer in one piece."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def joined(pairs: Iterable[Header]) -> dict[bytes, bytes]:
    """The headers by name; those sent in several lines as one list, which RFC 9110 says is the same."""
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        found[name] = found[name] + b", " + value if name in found else value
    return found


async def departure(receive: Receive) -> None:
    """Wait until the caller has gone. What else arrives is dropped: this is for requests without a body."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def read_body(receive: Receive, *, most: int = MOST_BODY_BYTES, seconds: float = BODY_SECONDS) -> Receive:
    """The whole body, as a `receive` that gives it at once and has nothing after it but the caller's going.

    Raises:
        BodyTooLarge: it is longer than `most` bytes; no more of it was read.
        BodyTooSlow: it was not there in time.
        BodyIncomplete: the caller broke off, or sent what is no body by the rules of HTTP.
    """
    try:
        async with asyncio.timeout(seconds):
            body = await _whole(receive, most)
    except TimeoutError:
        raise BodyTooSlow(
            f"The request body did not arrive within {seconds:.0f} s.",
            f"Le corps de la requête n’est pas arrivé en {seconds:.0f} s.",
            param="body",
            headers={"connection": "close"},
        ) from None
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _whole(receive: Receive, most: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BodyIncomplete(
                "The request body ended early, or its chunks are malformed.",
                "Le corps de la requête est incomplet, ou ses segments sont mal formés.",
                param="body",
                headers={"connection": "close"},
            )
        body += message.get("body", b"")
        if len(body) > most:
            raise BodyTooLarge(
                f"The request body is longer than {most} bytes.",
                f"Le corps de la requête dépasse {most} octets.",
                param="body",
                headers={"connection": "close"},
            )
        if not message.get("more_body", False):
            return bytes(body)
