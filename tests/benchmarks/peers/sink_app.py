"""Takes what it is sent and forgets it: where traces go while their cost is measured."""

from typing import Any


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Read the body of one request and say that it was taken."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body", False):
        pass
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/x-protobuf")]}
    )
    await send({"type": "http.response.body", "body": b""})
