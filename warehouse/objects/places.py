"""Opens the place that `OPENPOLICY_OBJECTS_URL` names."""

import datetime as dt
from typing import Final

from obstore.store import LocalStore, ObjectStore, S3Store

from warehouse.runtime.errors import SettingInvalid, StoreUnavailable
from warehouse.runtime.settings import file_url_path, mask_url

_RETRIES: Final = 3
_RETRY_FOR: Final = dt.timedelta(seconds=20)
"""Readers must not wait for minutes; writers retry the whole operation."""


def open_place(url: str) -> ObjectStore:
    """The folder of a `file:` URL, made when missing, or the bucket of an `s3:` one.

    Raises:
        SettingInvalid: it names neither.
    """
    try:
        if url.startswith("file:"):
            return LocalStore(file_url_path(url), mkdir=True)
        return S3Store.from_url(url, retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_FOR})
    except (OSError, ValueError) as error:
        raise SettingInvalid(
            f"OPENPOLICY_OBJECTS_URL is {mask_url(url)!r}: {error}.",
            fix="It must name a writable folder (file:…) or a bucket (s3://…).",
        ) from error


def place_away(url: str, error: Exception) -> StoreUnavailable:
    """The error for an object store that does not work at the moment."""
    cause = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return StoreUnavailable(
        f"The object store {mask_url(url)} does not work: {cause}.", fix="Check OPENPOLICY_OBJECTS_URL."
    )
