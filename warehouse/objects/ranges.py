"""An object as a file that is read in ranges, with one request to the store for each range."""

import io
from typing import Any

from obstore.store import ObjectStore

from warehouse.objects.places import place_away
from warehouse.runtime.errors import StateLost


class RangeFile(io.RawIOBase):
    """A file-like object for Parquet readers. obstore's own class reads ahead, which is wasteful when reading one
    state."""

    def __init__(self, store: ObjectStore, url: str, path: str) -> None:
        """Get the size.

        Raises:
            StateLost: there is no such object.
            StoreUnavailable: the store does not work.
        """
        self._store, self._url, self._path, self._at = store, url, path, 0
        try:
            self._size = int(store.head(path)["size"])
        except Exception as error:  # obstore raises one class for each way a store can fail
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> Exception:
        if isinstance(error, FileNotFoundError):
            return lost(self._path, "is missing")
        return place_away(self._url, error)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the object."""
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        return self._at

    def tell(self) -> int:
        """The place it is at."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from the store.

        Raises:
            StateLost: the object is gone.
            StoreUnavailable: the store does not work.
        """
        length = min(len(buffer), self._size - self._at)
        if length <= 0:
            return 0
        try:
            buffer[:length] = bytes(self._store.get_range(self._path, start=self._at, length=length))
        except Exception as error:
            raise self._failed(error) from error
        self._at += length
        return length


def lost(path: str, what: str) -> StateLost:
    """The error for an object with missing or wrong content."""
    return StateLost(
        f"The archived changes {path} cannot be read: the object {what}.",
        fix="Restore it from a copy of the object store; `openpolicy verify` says when all of them are whole.",
    )
