"""One suite, both places the archive can be: a folder, and an S3 bucket served by a real HTTP endpoint."""

import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.objects.archive import Archive
from warehouse.runtime.errors import OpenPolicyError

BODY = b"\xef\xbb\xbfPerson ID,Member of Parliament\r\n"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """An S3 server of its own on a free port, with one bucket."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
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
def archive(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    if request.param == "folder":
        return Archive((tmp_path / "arch ive").as_uri())
    for name, value in {
        "AWS_ENDPOINT_URL": request.getfixturevalue("s3_endpoint"),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "ca-central-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return Archive(f"s3://openpolicy-test/{os.getpid()}-{tmp_path.name}")


def test_bytes_come_back_as_they_were(archive: Archive) -> None:
    digest = archive.put(BODY)
    assert digest == hashlib.sha256(BODY).hexdigest()
    assert archive.get(digest) == BODY
    assert archive.exists(digest)


def test_the_same_bytes_are_kept_once_and_may_come_again(archive: Archive) -> None:
    assert archive.put(BODY) == archive.put(BODY)


def test_large_bytes_come_back_as_they_were(archive: Archive) -> None:
    body = os.urandom(6 * 1024 * 1024)
    assert archive.get(archive.put(body)) == body


def test_what_was_never_kept_is_named(archive: Archive) -> None:
    digest = "00" * 32
    assert not archive.exists(digest)
    with pytest.raises(OpenPolicyError, match=digest):
        archive.get(digest)
