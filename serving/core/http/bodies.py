"""The body of a request, read before anything is computed: bounded in size and in time, so that a slow caller holds
nothing but their own connection."""

import asyncio
from typing import Final

from serving.core.http.errors import BodyIncomplete, BodyTooLarge, BodyTooSlow
from serving.core.http.messages import Message, Receive

MOST_BYTES: Final = 65_536
SECONDS: Final = 10.0


async def read_body(receive: Receive, *, most: int = MOST_BYTES, seconds: float = SECONDS) -> Receive:
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
