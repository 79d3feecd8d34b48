"""Reads the states of archived changes that `LogArchive` has written."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, TypeVar

import cachebox
from obstore.store import ObjectStore

from warehouse.model.past import ADDRESS_MARK, Address
from warehouse.objects.log_archive import path_of
from warehouse.objects.places import open_place
from warehouse.objects.ranges import RangeFile, lost
from warehouse.runtime.errors import OpenPolicyError, StoreUnavailable

if TYPE_CHECKING:
    from types import ModuleType

_FOOTERS: Final = 64
_STATES_BYTES: Final = 32 * 1024 * 1024
T = TypeVar("T")


class _Footer:
    """Which rows each row group of an object has."""

    def __init__(self, known: Any) -> None:
        self.known = known
        sizes = [known.row_group(number).num_rows for number in range(known.num_row_groups)]
        self.starts = [0, *accumulate(sizes)]

    def group_of(self, row: int) -> int:
        """The row group of a row."""
        return bisect_right(self.starts, row) - 1


class ParquetStates:
    """`PastStates` in a folder or a bucket. Caches footers and the last row groups. Safe for use by several threads."""

    def __init__(self, url: str) -> None:
        """Opens nothing yet. Without a URL nothing was archived, and `read` raises an error that names the setting."""
        self.url = url
        self._footers: cachebox.LRUCache[str, _Footer] = cachebox.LRUCache(_FOOTERS)
        self._groups: cachebox.LRUCache[tuple[str, int, bool], list[str]] = cachebox.LRUCache(
            _STATES_BYTES, getsizeof=lambda _key, states: sum(map(len, states))
        )

    @cached_property
    def _store(self) -> ObjectStore:
        if not self.url:
            raise StoreUnavailable(
                "The state of an archived change is wanted, and OPENPOLICY_OBJECTS_URL is not set.",
                fix="Set it to the object store that `openpolicy log archive` writes to.",
            )
        return open_place(self.url)

    def read(self, addresses: Iterable[Address], *, whole: bool) -> dict[Address, str]:
        """As `PastStates.read`."""
        found: dict[Address, str] = {}
        for name, rows in _by_name(addresses).items():
            footer = self._footer(name)
            for row in rows:
                group = footer.group_of(row)
                states = self._states(name, footer, group, whole=whole)
                found[f"{name}{ADDRESS_MARK}{row}"] = states[row - footer.starts[group]]
        return found

    def _footer(self, name: str) -> _Footer:
        footer = self._footers.get(name)
        if footer is None:
            footer = self._footers[name] = _Footer(self._decoded(name, lambda files, file: files.footer(file)))
        return footer

    def _states(self, name: str, footer: _Footer, group: int, *, whole: bool) -> list[str]:
        if group + 1 >= len(footer.starts):
            raise lost(path_of(name), "has fewer rows than were archived in it")
        states = self._groups.get((name, group, whole))
        if states is None:
            states = self._decoded(
                name, lambda files, file: list[str](files.states(file, footer.known, group, whole=whole))
            )
            self._groups[name, group, whole] = states
        return states

    def _decoded(self, name: str, read: Callable[["ModuleType", RangeFile], T]) -> T:
        from warehouse.objects import log_files  # noqa: PLC0415 (pyarrow: a third of a second, only for what is old)

        path = path_of(name)
        try:
            return read(log_files, RangeFile(self._store, self.url, path))
        except OpenPolicyError:
            raise
        except Exception as error:  # pyarrow raises OSError, ValueError and others for damaged files
            raise lost(path, f"was altered ({error})") from error


def _by_name(addresses: Iterable[Address]) -> dict[str, list[int]]:
    """The requested rows of each object, in order, so that each row group is read only once."""
    wanted: dict[str, set[int]] = {}
    for name, row in _split(addresses):
        wanted.setdefault(name, set()).add(row)
    return {name: sorted(rows) for name, rows in wanted.items()}


def _split(addresses: Iterable[Address]) -> Iterator[tuple[str, int]]:
    for address in addresses:
        name, _, row = address.rpartition(ADDRESS_MARK)
        yield name, int(row)
