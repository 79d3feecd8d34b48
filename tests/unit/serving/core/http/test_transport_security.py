"""HSTS is said only to callers who came by TLS, to this server or to a configured proxy."""

import asyncio
from typing import Any, get_args

import pytest

from serving.core.http.exchange import Call, Scope, call_of
from serving.core.http.limits.callers import Callers
from serving.core.http.messages import Receive, Send
from serving.core.http.request_ids import HSTS, RequestIdLayer
from serving.core.http.telemetry.metrics import Outcome

PROTO = b"x-forwarded-proto"


def test_timings_know_every_place_that_answers_come_from() -> None:
    for outcome in get_args(Outcome):
        headers = dict(Call("GET", {}, b"id").own_headers(outcome))
        assert headers[b"server-timing"].startswith(f'cache;desc="{outcome}"'.encode())


@pytest.mark.parametrize(
    ("scheme", "client", "headers", "is_said"),
    [
        ("https", "192.0.2.9", [], True),
        ("http", "192.0.2.9", [], False),
        ("http", "10.0.0.7", [(PROTO, b"https")], True),
        ("http", "10.0.0.7", [(PROTO, b"HTTPS")], True),
        ("http", "10.0.0.7", [(PROTO, b"http")], False),
        ("http", "10.0.0.7", [(PROTO, b"https, http")], False),
        ("http", "10.0.0.7", [(PROTO, b"http"), (PROTO, b"https")], False),
        ("http", "192.0.2.9", [(PROTO, b"https")], False),
        ("http", None, [(PROTO, b"https")], False),
    ],
)
def test_only_tls_is_told_to_stay(scheme: str, client: str | None, headers: list[Any], is_said: bool) -> None:
    found: list[Any] = []

    async def inner(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.extend(call_of(scope).own_headers("none"))

    scope = {"type": "http", "method": "GET", "scheme": scheme, "headers": headers, "client": client and (client, 1)}
    layer = RequestIdLayer(inner, Callers(["10.0.0.0/8"]))

    async def nothing(*_: Any) -> Any:
        return {}

    asyncio.run(layer(scope, nothing, nothing))
    assert (HSTS[0] in found) == is_said
