"""Source documents byte for byte, each under its SHA-256, in a folder or an S3 bucket."""

import hashlib
from functools import cached_property

from obstore.store import ObjectStore

from warehouse.objects.places import open_place
from warehouse.runtime import telemetry
from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.settings import mask_url


class DocumentLost(OpenPolicyError):
    """The archive lacks the bytes of a document that the catalog knows, or has other bytes."""

    code, exit_code = "document_lost", 9


class ArchiveUnavailable(OpenPolicyError):
    """The folder or bucket cannot be written or read; safe to try again."""

    status, code, exit_code, retryable = 503, "archive_unavailable", 10, True


class Archive:
    """The archive at `url`: `file:…` for a folder, made when missing, or `s3://bucket/prefix`, whose credentials and
    endpoint come from the usual `AWS_…` variables. Safe for use by several threads."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def _store(self) -> ObjectStore:
        return open_place(self.url)

    def put(self, body: bytes) -> str:
        """Store the bytes and return their SHA-256 in hexadecimal. Bytes that exist already are written again, which
        repairs a damaged copy.

        Raises:
            ArchiveUnavailable: they could not be written.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        began = telemetry.began()
        try:
            # Uploaded in one piece: documents fit in memory, and a bucket gets them completely or not at all.
            self._store.put(_path(sha256), body, use_multipart=False)
        except Exception as error:  # obstore has a class for each kind of failure
            raise self._unavailable(error) from error
        telemetry.record("archive document", [sha256], began, {"openpolicy.document.size": len(body)})
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes with this hash, verified.

        Raises:
            DocumentLost: the archive has no such bytes, or they were altered.
            ArchiveUnavailable: the archive cannot be read.
        """
        began = telemetry.began()
        try:
            body = bytes(self._store.get(_path(sha256)).bytes())
        except FileNotFoundError as error:
            raise self._lost(sha256, "is missing") from error
        except Exception as error:
            raise self._unavailable(error) from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise self._lost(sha256, "was altered")
        telemetry.record("read archived document", [sha256], began)
        return body

    def exists(self, sha256: str) -> bool:
        """Whether the archive has an object for this hash.

        Raises:
            ArchiveUnavailable: the archive cannot be read.
        """
        try:
            self._store.head(_path(sha256))
        except FileNotFoundError:
            return False
        except Exception as error:
            raise self._unavailable(error) from error
        return True

    def _lost(self, sha256: str, what: str) -> DocumentLost:
        return DocumentLost(
            f"The document {sha256} {what} in the archive {mask_url(self.url)}.",
            fix="Restore the archive, or ingest again: a document that is not loaded yet is then fetched anew.",
        )

    def _unavailable(self, error: Exception) -> ArchiveUnavailable:
        cause = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return ArchiveUnavailable(
            f"The archive {mask_url(self.url)} does not work: {cause}.", fix="Check OPENPOLICY_OBJECTS_URL."
        )


def _path(sha256: str) -> str:
    """Two letters of the hash make 256 folders, so that none grows too long."""
    return f"{sha256[:2]}/{sha256}"
