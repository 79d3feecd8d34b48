"""A site on loopback that answers with exactly the bytes a test wrote, however wrong, and remembers who asked."""

import contextlib
import socketserver
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

Raw = bytes | Callable[[], bytes]


class Seen(NamedTuple):
    """One request: its path, its headers with names in lower case, and when it came (seconds, monotonic)."""

    path: str
    headers: dict[str, str]
    at: float


class ScriptedSite:
    """Answers of a path are given in turn; the last one is given for ever. A path without answers is 404."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[Seen] = []
        self._answers: defaultdict[str, list[Raw]] = defaultdict(list)
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def on(self, path: str, *answers: Raw) -> str:
        """Answer so at this path; gives its address."""
        self._answers[path] = list(answers)
        return self.url + path

    def take(self, head: bytes) -> bytes:
        lines = head.decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        with self._lock:
            self.seen.append(Seen(path, headers, time.monotonic()))
            answers = self._answers[path]
            answer = (answers.pop(0) if len(answers) > 1 else answers[0]) if answers else reply(404)
        return answer() if callable(answer) else answer


def reply(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer. Headers are written with `_` for `-`; a `content_length` given here replaces the true one."""
    fields = {"content_length": str(len(body)), "connection": "close"} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode() + body


@contextmanager
def dripping_site(
    begin: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", piece: bytes = b"x"
) -> Iterator[str]:
    """A site that begins an answer, by default one with a long body, and goes on with a piece now and then for ever;
    gives its base URL."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            with contextlib.suppress(OSError):  # the caller gives up
                self.request.sendall(begin)
                while True:
                    time.sleep(0.05)
                    self.request.sendall(piece)

    with _serving(Handler) as url:
        yield url


@contextmanager
def scripted_site() -> Iterator[ScriptedSite]:
    """A site for as long as the block runs."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
                head += line
            if head:
                self.wfile.write(site.take(head))

    with _serving(Handler) as url:
        site = ScriptedSite(url)
        yield site


@contextmanager
def keeping_open(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A site that answers one request after another on the same connection, as `answer` says for a path."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while line := self.rfile.readline():
                while self.rfile.readline() not in {b"\r\n", b""}:
                    pass
                self.wfile.write(answer(line.split(b" ")[1]))

    with _serving(Handler) as url:
        yield url


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that hung up is what some tests are about."""


@contextmanager
def _serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[str]:
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
