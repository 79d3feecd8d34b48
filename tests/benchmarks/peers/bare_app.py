"""The least an ASGI application can do: bytes and headers from a dictionary, read from a file when it starts.

The file is JSON: path with query → [headers, body in base64]. Below `/304` the same answers as Not Modified.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


def _read() -> dict[tuple[str, bytes], Answer]:
    answers: dict[tuple[str, bytes], Answer] = {}
    for address, (pairs, body) in json.loads(Path(os.environ["BENCH_ANSWERS"]).read_bytes()).items():
        path, _, query = address.partition("?")
        headers = [(name.encode(), value.encode()) for name, value in pairs]
        kept = [pair for pair in headers if not pair[0].startswith(b"content-")]
        answers[path, query.encode()] = (200, headers, base64.b64decode(body))
        answers["/304" + path, query.encode()] = (304, kept, b"")
    return answers


_ANSWERS = _read()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer one request; nothing is looked at but the address."""
    if scope["type"] != "http":
        return
    status, headers, body = _ANSWERS[scope["path"], scope["query_string"]]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
