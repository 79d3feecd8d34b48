"""ClickHouse's HTTP protocol over the engine, with one thread for each connection and each answer in one piece."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import urlsplit

from deploy.local.clickhouse.engine import TOO_BUSY, Engine, StatementRefused, StatementResult
from deploy.local.clickhouse.messages import is_authorized, statement
from deploy.local.system import ports

MAX_BODY = 256 * 1024 * 1024
"""Bodies are read completely before use, so that a truncated one inserts nothing. Loaders send far smaller batches."""
_END_S = 30.0
_STATUS = {62: 400, 60: 404, 81: 404, 47: 404, 516: 401, 202: 503}
"""Syntax error, unknown table, database, identifier, authentication failed, too busy; everything else is 500."""
_BAD_REQUEST, _AUTHENTICATION_FAILED, _TOO_LARGE, _NOT_SUPPORTED = 36, 516, 307, 1


class EngineServer(ThreadingHTTPServer):
    """The endpoint, reachable only from this machine and only with the password."""

    daemon_threads = True  # idle connections must not keep the process alive; running statements are waited for

    def __init__(self, port: int, engine: Engine, user: str, password: str) -> None:
        super().__init__((ports.LOOPBACK, port), _Handler)
        self.engine, self.user, self.password = engine, user, password
        self._running = 0
        self._changed = threading.Condition()
        self._ending = False

    @contextmanager
    def request(self) -> Iterator[None]:
        """The time from a request's first byte to the last one of its answer.

        Raises:
            Refused: the server ends.
        """
        with self._changed:
            if self._ending:
                raise StatementRefused(TOO_BUSY, f"Code: {TOO_BUSY}. The server ends.")
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def end(self) -> None:
        """Refuse new requests, and wait up to 30 seconds until every accepted request has its answer."""
        with self._changed:
            self._ending = True
            self._changed.wait_for(lambda: self._running == 0, timeout=_END_S)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 600
    wbufsize = -1  # head and body are sent together

    def do_GET(self) -> None:
        """`/ping` needs no password; a statement in the address is run."""
        if urlsplit(self.path).path == "/ping":
            self._send(200, b"Ok.\n")
        else:
            self._take()

    def do_POST(self) -> None:
        """Run the statement in the address or the body, with its data."""
        self._take()

    def _take(self) -> None:
        server = cast("EngineServer", self.server)
        try:
            with server.request():
                self._answer(server)
        except StatementRefused as refused:  # of the request itself: what follows on this connection cannot be read
            self.close_connection = True
            self._refuse(refused)

    def _answer(self, server: EngineServer) -> None:
        body = self._body()
        try:
            answer = self._run(server, body)
        except StatementRefused as refused:
            self._refuse(refused)
        else:
            written, read = str(answer.rows_written), str(answer.rows_read)
            summary = json.dumps({"read_rows": read, "written_rows": written, "result_rows": written})
            self._send(200, answer.body, {"X-ClickHouse-Summary": summary})

    def _run(self, server: EngineServer, body: bytes) -> StatementResult:
        if not is_authorized(self.headers, server.user, server.password):
            raise StatementRefused(_AUTHENTICATION_FAILED, "Code: 516. Authentication failed.")
        if self.headers.get("Content-Encoding", "identity") != "identity":
            raise StatementRefused(_NOT_SUPPORTED, "Code: 1. Bodies are taken uncompressed here (compress=False).")
        try:
            wanted = statement(
                urlsplit(self.path).query,
                self.headers.get("Content-Type", ""),
                self.headers.get("X-ClickHouse-Format"),
                body,
            )
        except ValueError as error:
            raise StatementRefused(_BAD_REQUEST, f"Code: {_BAD_REQUEST}. {error}") from error
        if wanted is None:
            return StatementResult(b"Ok.\n")
        if wanted.data is not None:
            return server.engine.insert(wanted.sql, wanted.format, wanted.data, wanted.database)
        return server.engine.query(wanted.sql, wanted.format, wanted.parameters, wanted.database)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            size = self._number(self.headers.get("Content-Length") or "0", 10)
            _require_room(size)
            body = self.rfile.read(size)
            if len(body) < size:
                raise StatementRefused(_BAD_REQUEST, f"Code: {_BAD_REQUEST}. The body broke off.")
            return body
        whole = bytearray()
        while size := self._chunk_size():
            _require_room(len(whole) + size)
            chunk = self.rfile.read(size)
            if len(chunk) < size:
                raise StatementRefused(_BAD_REQUEST, f"Code: {_BAD_REQUEST}. The body broke off.")
            whole += chunk
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers, which end with an empty line
        return bytes(whole)

    def _chunk_size(self) -> int:
        return self._number(self.rfile.readline().split(b";")[0], 16)

    def _number(self, text: str | bytes, base: int) -> int:
        try:
            return int(text, base)
        except ValueError as error:
            raise StatementRefused(_BAD_REQUEST, f"Code: {_BAD_REQUEST}. The body broke off.") from error

    def _refuse(self, refused: StatementRefused) -> None:
        status = _STATUS.get(refused.code, 500)
        self._send(status, refused.message.encode(), {"X-ClickHouse-Exception-Code": str(refused.code)})

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, text in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            self.close_connection = True  # the client has gone

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing: addresses contain statements, and the client gets errors in the answer."""


def _require_room(size: int) -> None:
    if size > MAX_BODY:
        raise StatementRefused(_TOO_LARGE, f"Code: {_TOO_LARGE}. A body has at most {MAX_BODY} bytes.")
