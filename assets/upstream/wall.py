"""The limits around one document: the seconds and bytes that it may take in total, whichever part upstream stretches.

http.client applies its time-out to each piece, so a byte every few seconds in a status line, a header, an interim
answer or a trailer would keep it waiting forever. Here every piece is read against the same clock, in slices, so that
an interrupt ends the wait.
"""

import contextvars
import http.client
import io
import socket
import threading
import time
from typing import Any

import urllib3
import urllib3.connection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

_SLICE_S = 0.25
_BESIDE_BODY = 1024 * 1024
"""The most bytes of headers, chunk sizes, trailers and redirects, besides the body."""
_MOST_INTERIM = 10


class DocumentRefused(Exception):
    """The answer breaks our rules; a retry would give the same."""


class FetchFailed(Exception):
    """No complete answer arrived; a retry may help."""


class Unreachable(FetchFailed):
    """No connection could be made."""


class TimeIsUp(FetchFailed):
    """The document exceeded the time limit; it is not requested again in this run."""


class Wall:
    """The seconds and bytes that one document may still take."""

    def __init__(self, document_s: float, max_bytes: int, stopped: threading.Event) -> None:
        self._document_s = document_s
        self._deadline = time.monotonic() + document_s
        self._bytes_left = max_bytes + _BESIDE_BODY
        self._stopped = stopped

    def left_s(self, at_most: float) -> float:
        """Seconds to wait for the next piece, at most `at_most_s`.

        Raises:
            TimeIsUp: there are none left.
            Failed: the run was ended meanwhile.
        """
        if self._stopped.is_set():
            raise FetchFailed("interrupted")
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeIsUp(f"the document did not end within {self._document_s:g} s")
        return min(left, at_most)

    def took(self, size: int) -> None:
        """Count bytes.

        Raises:
            Refused: the document has exceeded its limit.
        """
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise DocumentRefused("the answer is longer than its document may be")


wall: contextvars.ContextVar[Wall] = contextvars.ContextVar("wall")
"""The wall of the document that this thread is fetching. urllib3 cannot pass it to a connection that is reused."""


class _Reader(io.RawIOBase):
    """A socket's bytes, read against the wall."""

    def __init__(self, sock: socket.socket, owner: io.BufferedIOBase) -> None:
        self._sock, self._owner = sock, owner
        self._wall = wall.get()
        self._idle_s = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the bytes that have arrived.

        Raises:
            TimeoutError: nothing arrived for as long as the connection may be silent.
            TimeIsUp, Refused, Failed: as of the wall.
        """
        silent_since = time.monotonic()
        while True:
            self._sock.settimeout(self._wall.left_s(_SLICE_S))
            try:
                size = self._sock.recv_into(buffer)
            except TimeoutError:
                if self._idle_s is not None and time.monotonic() - silent_since >= self._idle_s:
                    raise
                continue
            self._wall.took(size)
            return size

    def close(self) -> None:
        if not self.closed:
            self._owner.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """Reads through the wall and skips interim answers. http.client skips only `100 Continue`: another interim answer
    would be taken for the answer itself, and the real one for that of the next document."""

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp = io.BufferedReader(_Reader(sock, self.fp))

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise DocumentRefused(f"more than {_MOST_INTERIM} interim answers")


class _Connecting:
    """Connects within the wall's time, however many addresses a name has."""

    response_class: Any = _Response

    def _new_conn(self: Any) -> socket.socket:
        try:
            places = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]
        failure: OSError = OSError("the name has no address")
        for family, kind, protocol, _, address in places:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(wall.get().left_s(self.timeout))
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            except FetchFailed:
                sock.close()
                raise
            else:
                return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, "no connection in time") from failure
        raise NewConnectionError(self, str(failure)) from failure


class _Http(_Connecting, urllib3.connection.HTTPConnection):
    pass


class _Https(_Connecting, urllib3.connection.HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


class WalledPools(urllib3.PoolManager):
    """Pools whose connections read against the wall of the document that is being fetched."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
