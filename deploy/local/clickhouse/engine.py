"""The engine: one folder, and a few connections to it in parallel, each for one statement at a time."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import chdb
import msgspec

_CODE = re.compile(r"\bCode: (\d+)\.")
_PATIENCE_S = 30.0
"""How long a statement waits for a connection before it is refused as too busy."""
TOO_BUSY, UNKNOWN_ERROR = 202, 1002


class StatementRefused(Exception):
    """A statement that the engine refused, with ClickHouse's error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    @classmethod
    def of(cls, error: Exception) -> "StatementRefused":
        """The number and the text in an error of the engine."""
        text = str(error)
        start = text.find("Code: ")
        found = _CODE.search(text)
        return cls(int(found[1]) if found else UNKNOWN_ERROR, text[max(start, 0) :].strip())


class StatementResult(msgspec.Struct, frozen=True):
    """The result of a statement."""

    body: bytes
    rows_read: int = 0
    rows_written: int = 0


class _Connection:
    """One connection and its current database."""

    def __init__(self, folder: Path) -> None:
        self._raw = chdb.connect(str(folder))
        self._database = "default"

    def use(self, database: str) -> None:
        if database != self._database:
            self._raw.query(f"USE {quoted(database)}")
            self._database = database

    def query(self, sql: str, output_format: str, parameters: Mapping[str, str]) -> StatementResult:
        result = self._raw.query(sql, output_format, params=dict(parameters))
        return StatementResult(result.bytes() or b"", result.rows_read(), result.rows_written())

    def insert(self, statement: str, input_format: str, data: bytes) -> StatementResult:
        with self._raw.send_insert(statement, input_format) as inserter:
            if data:
                inserter.append(data)
            return StatementResult(b"", rows_written=inserter.finish().rows_written)

    def close(self) -> None:
        self._raw.close()


def quoted(name: str) -> str:
    """A name as ClickHouse quotes it."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


class Engine:
    """The engine for one folder; safe for use by several threads."""

    def __init__(self, folder: Path, connections: int) -> None:
        self._every = [_Connection(folder) for _ in range(connections)]
        self._idle: Queue[_Connection] = Queue()
        for connection in self._every:
            self._idle.put(connection)
        self.version = self.query("SELECT version()", "TabSeparated", {}, "default").body.decode().strip()

    def query(self, sql: str, output_format: str, parameters: Mapping[str, str], database: str) -> StatementResult:
        """Run a statement without data.

        Raises:
            Refused: it is invalid, cannot be run, or no connection was free for 30 seconds.
        """
        with self._connection(database) as connection:
            return connection.query(sql, output_format, parameters)

    def insert(self, statement: str, input_format: str, data: bytes, database: str) -> StatementResult:
        """Insert all of `data`, which is one block in most formats; it is on disk when this returns.

        Raises:
            Refused: the data do not have the format or do not fit the table; none were inserted.
        """
        with self._connection(database) as connection:
            return connection.insert(statement, input_format, data)

    @contextmanager
    def _connection(self, database: str) -> Iterator[_Connection]:
        try:
            connection = self._idle.get(timeout=_PATIENCE_S)
        except Empty as error:
            raise StatementRefused(TOO_BUSY, f"Code: {TOO_BUSY}. Every connection is busy.") from error
        try:
            connection.use(database)
            yield connection
        except RuntimeError as error:  # what chdb raises, under several names
            raise StatementRefused.of(error) from error
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        """Wait for running statements, then close every connection; the engine ends with the last one."""
        for _ in self._every:
            self._idle.get(timeout=_PATIENCE_S)
        for connection in self._every:
            connection.close()
