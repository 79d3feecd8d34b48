"""Load from `wrk`: 64 connections, each asking again as soon as it has its answer."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from deploy.local.redis import find_program

CONNECTIONS = 64
_SCRIPT = """
local requests, count, turn = {}, 0, 0
function init(args)
    wrk.headers["Accept"] = "application/json"
    wrk.headers["Accept-Encoding"] = args[2]
    for line in io.lines(args[1]) do
        local path, etag = line:match("^(%S+)%s*(.*)$")
        wrk.headers["If-None-Match"] = etag ~= "" and etag or nil
        count = count + 1
        requests[count] = wrk.format("GET", path)
    end
end
function request()
    turn = turn % count + 1
    return requests[turn]
end
"""
_MOST_FAILED = 0.01
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Pressed(msgspec.Struct, frozen=True):
    """What came of some seconds of requests."""

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int = 0
    """Answers with a status of 400 or more."""


def missing_programs() -> list[str]:
    """The packages of the programs that measuring needs and that this machine does not have."""
    wanted = {"wrk": "wrk", "taskset": "util-linux"}
    missing = [package for program, package in wanted.items() if shutil.which(program) is None]
    return missing + ([] if find_program() else ["redis-server"])


def press(
    url: str,
    targets: Sequence[tuple[str, str]],
    *,
    seconds: int,
    core: int | None,
    folder: Path,
    encoding: str = "identity",
) -> Pressed:
    """Ask for each path in turn, with its ETag where it has one, in an encoding.

    Raises:
        RuntimeError: a connection failed, or one answer in a hundred was an error: such a figure would mean nothing.
    """
    script, lines = folder / "requests.lua", folder / "requests.txt"
    script.write_text(_SCRIPT)
    lines.write_text("".join(f"{path} {etag}\n" for path, etag in targets))
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    wrk = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "--latency",
        "-s",
        str(script),
        url,
        "--",
        str(lines),
        encoding,
    ]
    text = subprocess.run([*pinned, *wrk], capture_output=True, text=True, check=True).stdout
    requests = int(_found(r"(\d+) requests in", text))
    failed = int(_found(r"Non-2xx or 3xx responses: (\d+)", text)) if "Non-2xx" in text else 0
    if "Socket errors" in text or failed > requests * _MOST_FAILED:
        raise RuntimeError(f"{url}{targets[0][0]}: {text}")
    latency = {
        share: float(value) * _UNITS[unit] for share, value, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", text)
    }
    return Pressed(
        requests,
        float(_found(r"Requests/sec:\s+([\d.]+)", text)),
        latency["50"],
        latency["99"],
        failed,
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(text)
    return match[1]
