"""A read model that lives in a folder: a real store, without a service, for tests of what follows the logs."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.runtime.errors import BadEvent, RowRefused, StoreUnavailable


class FolderRow(msgspec.Struct, frozen=True):
    """One entity as the folder holds it."""

    entity: str
    key: str
    revision: int
    ballots: int


class FolderReadModel:
    """One file an entity; the newest revision wins."""

    name = "folder"
    whole = True

    def __init__(
        self, folder: Path, *, unfit: frozenset[str] = frozenset(), refused: frozenset[str] = frozenset()
    ) -> None:
        self._folder, self._unfit, self._refused = folder, unfit, refused
        self.is_away = False
        self.closed = False

    def projected(self, entry: LogEntry) -> FolderRow | None:
        """Sessions are of no use to it."""
        if entry.key in self._unfit:
            raise BadEvent(f"{entry.key} is unfit.")
        if entry.entity == "session":
            return None
        state = msgspec.json.decode(entry.state, type=dict[str, object])
        ballots = state.get("ballots", [])
        assert isinstance(ballots, list)
        return FolderRow(entry.entity, entry.key, entry.revision, len(ballots))

    def insert(self, rows: Sequence[FolderRow]) -> None:
        """All of them, or none."""
        if self.is_away:
            raise StoreUnavailable("The folder is away.")
        if refused := [row.key for row in rows if row.key in self._refused]:
            raise RowRefused(f"{refused[0]} does not fit.")
        held = self.stored_revisions()
        for row in rows:
            if row.revision > held.get(row.entity, {}).get(row.key, 0):
                held.setdefault(row.entity, {})[row.key] = row.revision
                self._path(row).write_bytes(msgspec.json.encode(row))

    def rebuild(self, batches: Iterable[Sequence[LogEntry]]) -> int:
        """Leave only what the entries say."""
        rows = [row for batch in batches for entry in batch if (row := self.projected(entry)) is not None]
        for file in self._folder.iterdir():
            file.unlink()
        self.insert(rows)
        return len(rows)

    def rows(self) -> list[FolderRow]:
        """What the folder holds."""
        return [msgspec.json.decode(file.read_bytes(), type=FolderRow) for file in self._folder.iterdir()]

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """Entity to key to revision."""
        found: dict[str, dict[str, int]] = {}
        for row in self.rows():
            found.setdefault(row.entity, {})[row.key] = row.revision
        return found

    def close(self) -> None:
        """Say that it was closed."""
        self.closed = True

    def _path(self, row: FolderRow) -> Path:
        return self._folder / f"{row.entity}-{row.key.replace('/', '-')}.json"
