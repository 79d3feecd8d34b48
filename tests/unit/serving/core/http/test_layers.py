"""The HTTP shell: layers in their order, and only HTTP through them."""

import asyncio
from typing import Any

from serving.core.http.exchange import Scope
from serving.core.http.layers import HttpShell, Layer
from serving.core.http.messages import App, Receive, Send


def _layer(name: str, seen: list[str]) -> Layer:
    def wrap(inner: App) -> App:
        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(name)
            await inner(scope, receive, send)

        return layer

    return wrap


def _pass(kind: str) -> list[str]:
    seen: list[str] = []

    async def router(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(f"router {scope['type']}")

    async def nothing(*_: Any) -> Any:
        return {}

    shell = HttpShell(router, [_layer("outer", seen), _layer("inner", seen)])
    asyncio.run(shell({"type": kind}, nothing, nothing))
    return seen


def test_a_request_passes_the_layers_outermost_first() -> None:
    assert _pass("http") == ["outer", "inner", "router http"]


def test_start_and_stop_of_the_server_go_to_the_router() -> None:
    assert _pass("lifespan") == ["router lifespan"]
