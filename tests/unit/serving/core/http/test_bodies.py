"""Bodies of requests: whole, in time, not too long; or an error that says which."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from serving.core.http.errors import BodyIncomplete, BodyTooLarge, BodyTooSlow
from serving.core.http.messages import read_body


def read(messages: Sequence[dict[str, Any]], *, most: int = 10, seconds: float = 0.05) -> list[dict[str, Any]]:
    """What a handler receives of these messages, after which nothing comes."""

    async def run() -> list[dict[str, Any]]:
        left = list(messages)

        async def receive() -> Any:
            if left:
                return left.pop(0)
            return await asyncio.sleep(60)

        replay = await read_body(receive, most=most, seconds=seconds)
        found = [dict(await replay())]
        return [*found, *([dict(await replay())] if left else [])]

    return asyncio.run(run())


def part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}


def test_the_handler_gets_the_body_at_once_and_then_what_follows() -> None:
    assert read([part(b"ab", more=True), part(b"cd", more=False), GONE]) == [part(b"abcd", more=False), GONE]
    assert read([part(b"", more=False)]) == [part(b"", more=False)]


def test_a_body_has_a_length_and_a_time() -> None:
    assert read([part(b"0123456789", more=False)])[0]["body"] == b"0123456789"
    with pytest.raises(BodyTooLarge, match="longer than 10 bytes") as large:
        read([part(b"0123456789", more=True), part(b"a", more=True)])
    assert large.value.status == 413
    with pytest.raises(BodyTooSlow) as slow:
        read([part(b"01", more=True)])
    assert (slow.value.status, slow.value.headers) == (408, {"connection": "close"})


def test_a_body_that_breaks_off_is_the_callers_fault() -> None:
    with pytest.raises(BodyIncomplete) as broken:
        read([part(b"01", more=True), GONE])
    assert broken.value.status == 400
