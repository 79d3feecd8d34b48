"""The engines that the search suite is run with, and the places that objects are kept in."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.search.elasticsearch import client


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def search_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An index of its own for one test; a server that has just started on a busy machine may take its time."""
    if request.param == "elasticsearch":
        monkeypatch.setattr(client, "READ_TIMEOUT_S", 30.0)
        return str(request.getfixturevalue("elasticsearch_url"))
    return f"tantivy:{tmp_path / 'search'}"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3 server of its own on a free port, with one bucket."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait(endpoint)
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/openpolicy-test", method="PUT"), timeout=10).close()
        yield endpoint
    finally:
        server.terminate()
        server.wait(10)


def _wait(endpoint: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(endpoint, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the S3 server did not start")


@pytest.fixture(params=["folder", "bucket"])
def objects_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty place; of the bucket, the variables that give access to it are set."""
    if request.param == "folder":
        return (tmp_path / "arch ive").as_uri()
    for name, value in {
        "AWS_ENDPOINT_URL": request.getfixturevalue("s3_endpoint"),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "ca-central-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return f"s3://openpolicy-test/{os.getpid()}-{tmp_path.name}"
