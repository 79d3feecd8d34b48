"""The archive gives back exactly what was put in, or says that it cannot."""

import hashlib
from pathlib import Path

import pytest

from warehouse.objects.archive import Archive, ArchiveUnavailable, DocumentLost
from warehouse.runtime.errors import SettingInvalid


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "archive"


@pytest.fixture
def archive(folder: Path) -> Archive:
    return Archive(folder.as_uri())


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbfPerson ID\r\n", bytes(range(256)) * 9000])
def test_bytes_come_back_as_they_were(archive: Archive, folder: Path, body: bytes) -> None:
    sha256 = archive.put(body)
    assert sha256 == hashlib.sha256(body).hexdigest()
    assert archive.get(sha256) == body
    assert (folder / sha256[:2] / sha256).read_bytes() == body
    assert archive.put(body) == sha256


def test_what_was_never_put_is_missing(archive: Archive) -> None:
    assert not archive.exists("ab" * 32)
    with pytest.raises(DocumentLost, match="is missing"):
        archive.get("ab" * 32)


def test_altered_bytes_are_not_given_out_and_heal_by_another_put(archive: Archive, folder: Path) -> None:
    sha256 = archive.put(b"true")
    (folder / sha256[:2] / sha256).write_bytes(b"false")
    with pytest.raises(DocumentLost, match="was altered"):
        archive.get(sha256)
    archive.put(b"true")
    assert archive.get(sha256) == b"true"


def test_a_place_that_cannot_be_a_folder_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((SettingInvalid, ArchiveUnavailable), match="OPENPOLICY_OBJECTS_URL"):
        Archive((tmp_path / "file" / "archive").as_uri()).put(b"x")
