"""One suite, both places the archive can be: a folder, and an S3 bucket served by a real HTTP endpoint."""

import hashlib
import os

import pytest

from warehouse.objects.archive import Archive
from warehouse.runtime.errors import OpenPolicyError

BODY = b"\xef\xbb\xbfPerson ID,Member of Parliament\r\n"


@pytest.fixture
def archive(objects_url: str) -> Archive:
    return Archive(objects_url)


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
