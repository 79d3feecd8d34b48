"""The layer of a process that will end soon: it answers, and each answer is the last of its connection."""

from serving.core.http.exchange import Scope
from serving.core.http.messages import App, Message, Receive, Send


class ClosingLayer:
    """Tells callers to close their connections, so that none sends a request into one that ends."""

    def __init__(self, inner: App) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [pair for pair in message["headers"] if pair[0] != b"connection"]
                message = {**message, "headers": [*headers, (b"connection", b"close")]}
            await send(message)

        await self._inner(scope, receive, send_last)
