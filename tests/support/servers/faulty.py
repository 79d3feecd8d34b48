"""A faulty line: a relay of bytes in front of a real server, which does to what that answers what networks do."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Final, Literal
from urllib.parse import urlsplit, urlunsplit

Fault = Literal["refused", "black hole", "slow", "cut", "trickle", "reset"]
FAULTS: Final[tuple[Fault, ...]] = ("refused", "black hole", "slow", "cut", "trickle", "reset")
SLOW_S: Final = 2.0
_PIECE: Final = 1 << 16
_TRICKLE: Final = 512
"""Bytes of one step: 10 KB a second with the pause after each."""
_TRICKLE_S: Final = _TRICKLE / 10_000
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""`SO_LINGER` that makes closing a reset."""


class FaultyLine:
    """In front of the server of a URL; `fault` and `delay_s` may change at any time, and connections meet what they are
    then."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._behind = (parts.hostname or "", parts.port or 0)
        self._door: socket.socket | None = socket.create_server(("127.0.0.1", 0))
        self._port = self._door.getsockname()[1]
        self._lines: set[socket.socket] = set()
        self._fault: Fault | None = None
        self.delay_s = 0.0
        """Seconds by which each piece of an answer comes later."""
        self.delayed = 0
        """Pieces of answers that were held back."""
        user = parts.netloc.rpartition("@")
        self.url = urlunsplit(parts._replace(netloc=f"{user[0]}{user[1]}127.0.0.1:{self._port}"))
        self._welcome_all(self._door)

    def begin(self, fault: Fault) -> None:
        """From now on the line is faulty; connections that are open are too."""
        self._fault = fault
        if fault == "slow":
            self.delay_s = SLOW_S
        if fault == "refused":
            self._shut_door()
            self._end_lines()

    def heal(self) -> None:
        """The line is as good as new. What was swallowed does not come back: its connections end."""
        fault, self._fault, self.delay_s = self._fault, None, 0.0
        if fault == "black hole":
            self._end_lines()
        if self._door is None:
            self._door = socket.create_server(("127.0.0.1", self._port))
            self._welcome_all(self._door)

    def close(self) -> None:
        """Take no more connections; those there are end with their clients."""
        self._shut_door()

    def _shut_door(self) -> None:
        door, self._door = self._door, None
        if door is not None:
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)  # wakes who accepts, so that the port is free at once
            door.close()

    def _end_lines(self) -> None:
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _welcome_all(self, door: socket.socket) -> None:
        threading.Thread(target=self._welcome, args=(door,), daemon=True).start()

    def _welcome(self, door: socket.socket) -> None:
        while True:
            try:
                client, _ = door.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._behind)
            except OSError:
                client.close()
                continue
            self._lines |= {client, server}
            threading.Thread(target=self._relay, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._relay, args=(server, client, True), daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                if not self._pass(piece, source, target, is_answer):
                    break
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self._lines.discard(end)

    def _pass(self, piece: bytes, source: socket.socket, target: socket.socket, is_answer: bool) -> bool:
        """Send a piece on as the line is now; False ends the connection."""
        match self._fault:
            case "black hole":
                return True
            case "reset":
                client = target if is_answer else source
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                client.close()
                return False
            case "cut" if is_answer:
                target.sendall(piece[: len(piece) // 2])
                return False
            case "trickle" if is_answer:
                for start in range(0, len(piece), _TRICKLE):
                    target.sendall(piece[start : start + _TRICKLE])
                    if self._fault == "trickle":
                        time.sleep(_TRICKLE_S)
                return True
        if is_answer and self.delay_s:
            self.delayed += 1
            time.sleep(self.delay_s)
        target.sendall(piece)
        return True


@contextlib.contextmanager
def faulty(url: str) -> Iterator[FaultyLine]:
    """A line in front of a server, for as long as the block runs."""
    line = FaultyLine(url)
    try:
        yield line
    finally:
        line.close()
