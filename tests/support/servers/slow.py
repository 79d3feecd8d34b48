"""A slow server: a relay of bytes in front of a real one, which holds back what that answers."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

_PIECE = 1 << 16


class Slow:
    """In front of the server of a URL; `delay_s` may change at any time, and holds for each piece of an answer."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._behind = (parts.hostname or "", parts.port or 0)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.delay_s = 0.0
        """Seconds by which answers come later."""
        self.delayed = 0
        """Pieces of answers that were held back."""
        user = parts.netloc.rpartition("@")
        self.url = urlunsplit(parts._replace(netloc=f"{user[0]}{user[1]}127.0.0.1:{self._door.getsockname()[1]}"))
        threading.Thread(target=self._welcome, daemon=True).start()

    def close(self) -> None:
        """Take no more connections; those there are end with their clients."""
        self._door.close()

    def _welcome(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._behind)
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._relay, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._relay, args=(server, client, True), daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, holds_back: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                if holds_back and self.delay_s:
                    self.delayed += 1
                    time.sleep(self.delay_s)
                target.sendall(piece)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextlib.contextmanager
def slow(url: str) -> Iterator[Slow]:
    """A relay in front of a server, for as long as the block runs."""
    relay = Slow(url)
    try:
        yield relay
    finally:
        relay.close()
