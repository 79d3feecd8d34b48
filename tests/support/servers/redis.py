"""A Redis server that a test can take away, freeze and bring back."""

import signal
import subprocess
import time
from pathlib import Path

import redis

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
        until = time.monotonic() + 20
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
