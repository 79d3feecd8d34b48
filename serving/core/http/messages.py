"""ASGI messages gathered into one answer, and sent."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from serving.core.http.exchange import Scope

Header = tuple[bytes, bytes]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


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
