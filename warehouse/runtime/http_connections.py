"""Connections of urllib3 that end with the deadline of the request for which a thread waits on them.

Its time-outs hold for one wait at a time: a server that sends a byte now and then would keep a thread for ever.
"""

import contextlib
import socket
from typing import TYPE_CHECKING, Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from warehouse.runtime import deadlines

if TYPE_CHECKING:
    _Base = HTTPConnection
else:
    _Base = object


class _Bounded(_Base):
    """What both kinds of connection have in common."""

    _deadline: deadlines.Deadline | None = None
    _line: socket.socket | None = None
    """The socket, also when only the response still has it."""

    def connect(self) -> None:
        """Connect in no more than the time that is left."""
        deadline = deadlines.current()
        if deadline is not None:
            left_s = max(0.01, deadline.remaining_s)
            self.timeout = left_s if self.timeout is None else min(left_s, self.timeout)
        super().connect()
        self._line = self.sock

    def request(self, *arguments: Any, **keywords: Any) -> None:
        """Send a request; from now on the connection is the current deadline's."""
        self._deadline = deadline = deadlines.current()
        if deadline is not None:
            deadline.on_cut(lambda: self._cut(deadline))
        super().request(*arguments, **keywords)

    def _cut(self, deadline: deadlines.Deadline) -> None:
        """Shut the socket down, unless the connection serves another request by now."""
        if self._deadline is deadline and self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


class BoundedHttpConnection(_Bounded, HTTPConnection):
    """Without TLS."""


class BoundedHttpsConnection(_Bounded, HTTPSConnection):
    """With TLS."""


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = BoundedHttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = BoundedHttpsConnection


def bound(manager: PoolManager) -> PoolManager:
    """Let the pools of a manager make such connections."""
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return manager
