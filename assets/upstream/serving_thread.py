"""An ASGI application served by granian in a thread: for tests, and for a source that lives in the same process."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from granian.constants import Interfaces
from granian.server.embed import Server

from warehouse.runtime.errors import PortTaken
from warehouse.runtime.ports import free_port, is_free

_START_S, _STOP_S = 60.0, 10.0


@contextmanager
def serve_in_thread(app: Callable[..., Awaitable[None]], port: int = 0) -> Iterator[str]:
    """Serve `app` on loopback while the block runs; gives the base URL.

    Raises:
        PortTaken: the port is in use.
    """
    server = _Thread(app, _port(port))
    server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()


class _Thread:
    def __init__(self, app: Callable[..., Awaitable[None]], port: int) -> None:
        self.port = port
        self._app = app
        self._listening = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._server: Server
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="upstream", daemon=True)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        # The interface without lifespan: a stand-in has nothing to open or close.
        self._server = Server(
            self._app, port=self.port, interface=Interfaces.ASGINL, websockets=False, log_enabled=False
        )
        serving = asyncio.create_task(self._server.serve())
        if await asyncio.to_thread(_listens, self.port):
            self._listening.set()
        await serving

    def start(self) -> None:
        self._thread.start()
        if not self._listening.wait(_START_S + 1):
            raise PortTaken(f"Nothing listens on port {self.port} after {_START_S:.0f} s.", fix="Choose another port.")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(_STOP_S)


def _port(wanted: int) -> int:
    """The port itself, or a free one for 0. Asked first, because granian shares a port that another process has."""
    if wanted and not is_free(wanted):
        raise PortTaken(f"Port {wanted} is in use.", fix="Stop what uses it, or choose another port.")
    return wanted or free_port()


def _listens(port: int) -> bool:
    """Wait until the port answers; False when it never does."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.02)
    return False
