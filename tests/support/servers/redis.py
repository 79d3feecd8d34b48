"""A Redis server that a test can take away, freeze and bring back."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from deploy.local.redis import find_program
from deploy.local.system import ports


class RedisServer:
    """One Redis server on loopback that keeps nothing."""

    def __init__(self, program: Path, folder: Path) -> None:
        port = ports.free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        self._command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 60
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    assert time.monotonic() < until
                    time.sleep(0.05)
                else:
                    return

    def stop(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """It accepts connections and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """A server until the block ends, whatever the test did to it.

    Where a machine has none the test is skipped; in CI it must run.
    """
    program = find_program()
    if program is None:
        assert not os.environ.get("CI"), "There is no redis-server on this machine."
        pytest.skip("There is no redis-server on this machine.")
    server = RedisServer(program, folder)
    try:
        yield server
    finally:
        server.thaw()
        server.stop()
