"""The counts of all worker processes of one server: each writes its own to a file every second, and reads the others'.

A scrape reaches one worker, and which one is chance. What a worker counted stays when it ends, so that no counter ever
falls; what it held, as entries in its cache, ends with it.
"""

import asyncio
import os
import secrets
import time
from pathlib import Path
from typing import Final

import msgspec

from serving.core.http.telemetry.metrics import Metrics, Snapshot

_WRITE_EVERY_S: Final = 1.0
_ALIVE_S: Final = 10.0
"""A file that was not written for so long is of a process that has ended."""
_SUFFIX: Final = ".counts"


class WorkerMetrics:
    """The file of this process in the folder of all."""

    def __init__(self, folder: Path, metrics: Metrics) -> None:
        self._folder, self._metrics = folder, metrics
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
        metrics.others = self._others

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            self.write()
            await asyncio.sleep(_WRITE_EVERY_S)

    def write(self) -> None:
        """Write what has been counted; a reader sees the file whole or as it was."""
        unfinished = self._path.with_suffix(".new")
        unfinished.write_bytes(msgspec.msgpack.encode(self._metrics.snapshot()))
        unfinished.replace(self._path)

    def close(self) -> None:
        """Write the last time. Nothing is held by then."""
        self.write()
        long_ago = time.time() - 2 * _ALIVE_S
        os.utime(self._path, (long_ago, long_ago))

    def _others(self) -> list[Snapshot]:
        """What the other processes have counted; of those that ended only what never falls."""
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            if path == self._path:
                continue
            snapshot = msgspec.msgpack.decode(path.read_bytes(), type=Snapshot)
            if time.time() - path.stat().st_mtime > _ALIVE_S:
                snapshot.samples = [sample for sample in snapshot.samples if sample[0].endswith("_total")]
            found.append(snapshot)
        return found
