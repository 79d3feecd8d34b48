"""The API does what its OpenAPI document says: 10,000 requests, good and bad, with all checks of schemathesis."""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from deploy.local.system.ports import free_port
from tests.conftest import ROOT
from tests.support import examples
from tests.support.openapi_hooks import VOTES

pytestmark = [pytest.mark.schemathesis, pytest.mark.slow, pytest.mark.postgres]

CASES = 10_000
_SECONDS = 150
"""For each run at most."""
_MOST_SECONDS = 600
"""For all runs, where the machine is so busy that two of them do not make as many cases."""
_EXAMPLES = 50
"""For each address and each kind of request. One run of many costs half of what several of few do: each reads the
document anew."""
_ENDLESS = "streamChanges"
_SETTINGS = """\
# 308 leads to the address that refuses. 410 is an answer as 404 is: what was asked is not kept, or not as of then.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 410, 429, "5xx"]
[checks.negative_data_rejection]
expected-statuses = [308, 400, 401, 403, 404, 405, 406, 409, 410, 415, 422, 428, 429, "5xx"]
"""
_COUNT = re.compile(r"(\d+) generated")


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The whole installation with an invented session, statistics and search too; the address of its API."""
    with tempfile.TemporaryDirectory(prefix="openpolicy-openapi-") as folder:
        Path(folder).chmod(0o711)  # root's server runs as another account, which must get here
        port = free_port()
        options = (*examples.DEMO, "--no-dagster", "--detach", "--port", str(port))
        try:
            started = openpolicy(folder, "run", *options)
            assert started.returncode == 0, started.stderr
            examples.prepare(folder, environment())
            yield f"http://127.0.0.1:{port}"
        finally:
            openpolicy(folder, "stop")


def environment() -> dict[str, str]:
    """The variables of a process that is to use this code and no installation of the machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENPOLICY_")}
    return kept | {"PYTHONPATH": str(ROOT)}


def openpolicy(folder: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def votes_of(api: str) -> list[str]:
    """The votes of which there are ballots that nobody disputes."""
    with urllib.request.urlopen(f"{api}/api/v1/votes?limit=500&disputed=false", timeout=30) as answer:
        return [vote["key"] for vote in json.load(answer)["data"] if vote["counted"]]


def explore(api: str, phases: str, seed: int, most: int) -> tuple[int, str, int]:
    """Run schemathesis; its exit code, what it said, and how many requests it made."""
    command = [
        Path(sys.executable).with_name("st"), "run", f"{api}/api/v1/openapi.json", "--checks", "all", "--mode", "all",
        "--phases", phases, "--seed", str(seed), "--max-examples", str(most), "--max-time", str(_SECONDS),
        "--exclude-operation-id", _ENDLESS, "--request-timeout", "20", "--continue-on-failure", "--no-shrink",
        "--generation-database", "none", "--workers", "1", "--no-color", "--warnings", "off",
    ]  # fmt: skip
    variables = {"SCHEMATHESIS_HOOKS": "tests.support.openapi_hooks", VOTES: ",".join(votes_of(api))}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "schemathesis.toml").write_text(_SETTINGS, encoding="utf-8")
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS + 220,
        )
    made = _COUNT.search(done.stdout)
    return done.returncode, done.stdout + done.stderr, int(made[1]) if made else 0


def seeds() -> Iterator[int]:
    """The same seeds each time, so that what fails is the change and not the dice; `RANDOM_SEEDS` in the environment
    throws them."""
    return iter(lambda: random.randrange(2**32), -1) if os.environ.get("RANDOM_SEEDS") else count(2)


def test_the_examples_of_the_document_are_answers_of_the_demo(api: str) -> None:
    """Each request is asked, and its answer is built as the one that the document shows. First of all: what comes after
    it uses up what one caller may leave here."""
    asked = examples.read()
    assert len(asked) > 40
    for operation, example in asked.items():
        status, _, answer = examples.ask(api, example)
        assert status in {200, 201}, operation
        if isinstance(answer, str):
            assert answer[:5] == example["answer"][:5], operation
        else:
            assert examples.differences(example["answer"], answer) == [], operation


@pytest.mark.timeout(900)
def test_what_the_document_says_is_so(api: str) -> None:
    """First every case that the document itself suggests, then random ones by seed until there are enough."""
    began = time.monotonic()
    code, said, cases = explore(api, "coverage,fuzzing", 1, _EXAMPLES)
    assert code == 0, said[-20_000:]
    for seed in seeds():
        print(f"schemathesis: seed {seed}")
        code, said, more = explore(api, "fuzzing", seed, _EXAMPLES)
        assert code == 0, said[-20_000:]
        cases += more
        if is_late := time.monotonic() - began > _MOST_SECONDS:
            break
        if cases >= CASES:
            break
    print(f"schemathesis: {cases} cases in {time.monotonic() - began:.0f} s, 0 findings")
    assert cases >= (CASES // 4 if is_late else CASES)  # a machine that is busy makes fewer, and fails nothing


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/bills?offset=1&cursor=x",
        "/api/v1/bills/91-1/C-2?revision=1&known_at=2025-01-01",
        "/api/v1/search?q=a&offset=9999&limit=50",
        "/api/v1/votes?sort=date,-date",
        "/api/v1/votes?columns=key",
        "/api/v1/quality/findings?rule=nothing",
        "/api/v1/members?parliament=2147483646",
        "/api/v1/sessions?parliament=1000",
    ],
)
def test_what_no_schema_can_say_is_refused(api: str, address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{api}{address}", timeout=30)
    assert refused.value.code == 400


def test_what_an_address_may_be_asked_is_what_it_is_routed_for(api: str) -> None:
    for address, methods in (("scorecards", "OPTIONS, POST"), ("votes", "GET, HEAD, OPTIONS")):
        request = urllib.request.Request(f"{api}/api/v1/{address}", method="OPTIONS")
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.headers["Allow"] == answer.headers["Access-Control-Allow-Methods"] == methods
