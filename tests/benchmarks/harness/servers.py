"""The servers that are compared, all at once on the first core: ours, a bare one, and a commonly written one."""

import base64
import json
import os
import re
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from deploy.local.redis import find_program
from deploy.local.system.ports import free_port
from tests.benchmarks.harness.installation import Installation, child
from tests.benchmarks.harness.processes import cpu_of_family, cpu_of_group

_CONNECTIONS = "24"
"""Of each of our servers: together they and the others stay below the 100 of PostgreSQL."""


class Servers:
    """The servers under measurement: their addresses, and the CPU each has used."""

    def __init__(self, installed: Installation, urls: Mapping[str, str], groups: Mapping[str, int], redis: int) -> None:
        self.urls = urls
        self._installed, self._groups, self._redis = installed, groups, redis

    def cpu(self, name: str) -> tuple[float, float, float]:
        """CPU seconds until now of a server, of PostgreSQL and of Redis."""
        return cpu_of_group(self._groups[name]), self._installed.cpu(), cpu_of_family(self._redis)


@contextmanager
def servers(installed: Installation, addresses: Sequence[str]) -> Iterator[Servers]:
    """All servers on the first core: the bare one answers what ours answered, `small` is ours with next to no cache and
    no object store; `four` is ours with four workers. Ours log as they do by default."""
    redis_port = free_port()
    redis_url = f"redis://127.0.0.1:{redis_port}/0"
    answers = installed.folder / "answers.json"
    shared = installed.environment | {"OPENPOLICY_REDIS_URL": redis_url}
    small = installed.environment | {"OPENPOLICY_CACHE_MB": "1", "OPENPOLICY_OBJECTS_URL": ""}
    own = {"ours": (shared, 1), "small": (small, 1), "four": (shared, 4)}
    with ExitStack() as stack:
        stack.enter_context(installed.pinned(0))
        command = [*pinned(0), str(find_program()), "--port", str(redis_port), "--bind", "127.0.0.1", "--save", ""]
        redis = stack.enter_context(child("redis", command, installed.folder, {}, redis_port))
        urls: dict[str, str] = {}
        groups: dict[str, int] = {}

        def start(name: str, command: Callable[[int], list[str]], variables: Mapping[str, str]) -> None:
            port = free_port()
            groups[name] = stack.enter_context(
                child(name, [*pinned(0), *command(port)], installed.folder, variables, port)
            )
            urls[name] = f"http://127.0.0.1:{port}"

        for name, (variables, workers) in own.items():
            as_usual = {key: value for key, value in variables.items() if key != "OPENPOLICY_LOG_LEVEL"}
            as_usual["OPENPOLICY_API_CONNECTIONS"] = _CONNECTIONS
            start(name, serve_command(workers), as_usual)
            until_ready(urls[name])
        dataset = json.loads(get(urls["ours"] + addresses[0])[0])["meta"]["dataset"]
        answers.write_text(json.dumps({path: record_answer(urls["ours"] + path) for path in addresses}))
        start("bare", granian_command("tests.benchmarks.peers.bare_app:app"), {"BENCH_ANSWERS": str(answers)})
        start("naive", granian_command("tests.benchmarks.peers.naive_app:app"), shared | {"BENCH_DATASET": dataset})
        yield Servers(installed, urls, groups, redis)


def serve_command(workers: int) -> Callable[[int], list[str]]:
    """How ours is started on a port."""
    return lambda port: [*(sys.executable, "-m", "deploy.cli", "serve", "--port", str(port), "--workers", str(workers))]


def granian_command(application: str) -> Callable[[int], list[str]]:
    """The same server with the same options as `openpolicy serve` has."""
    return lambda port: [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--log-level",
        "warning",
        application,
    ]


def pinned(core: int) -> list[str]:
    """What begins a command that shall run on one core."""
    return ["taskset", "-c", str(core)] if core in os.sched_getaffinity(0) else []


def until_ready(url: str) -> None:
    """Wait until a server of ours answers."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            get(url + "/ready")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} does not become ready")


def get(url: str) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of one answer."""
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read(), {name.lower(): value for name, value in response.headers.items()}


def record_answer(url: str) -> tuple[list[tuple[str, str]], str]:
    """Headers and body of an answer, as the bare application takes them."""
    body, headers = get(url)
    kept = [(name, value) for name, value in headers.items() if name not in {"server", "date", "connection"}]
    return kept, base64.b64encode(body).decode()


def errors(url: str) -> list[str]:
    """What a server of ours has answered with a status of 400 or more, route by route; who hung up had no answer."""
    lines = get(url + "/metrics")[0].decode().splitlines()
    wanted = re.compile(r'openpolicy_http_requests_total\{.*status="(?!499)[45]\d\d"')
    return [line for line in lines if wanted.match(line)]


def hits(url: str) -> float:
    """How many requests a server of ours has answered out of memory."""
    lines = get(url + "/metrics")[0].decode().splitlines()
    begins = 'openpolicy_http_requests_total{cache="memory",route="/api/'
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(begins))
