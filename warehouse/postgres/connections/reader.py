"""One connection that only reads. Reads by key take the short way: most of what a cursor does is for other queries."""

import asyncio
import itertools
import re
from functools import lru_cache
from typing import Any, Final, LiteralString

import psycopg
from psycopg import generators, pq, waiting
from psycopg.abc import RV, PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.rows import TupleRow

_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)

_MOST_PREPARED: Final = 256
"""Lists can be asked for in thousands of ways, and the server keeps what is prepared for as long as the connection."""
_WAKE_S: Final = 0.1
"""psycopg looks this often whether it was interrupted."""
_SET_TIMEOUT: Final[LiteralString] = "select set_config('statement_timeout', %s, false)"
_PARAMETER: Final = re.compile(r"%(?:s|%|\((?P<name>\w+)\)s)")


class ReadConnection(psycopg.AsyncConnection[TupleRow]):
    """A connection that is closed where its caller is cancelled. psycopg would ask the server to cancel the query and
    wait for its answer, ten seconds if there is none; the server ends the query itself when its time is over."""

    async def wait(self, gen: PQGen[RV], interval: float = _WAKE_S, timeout: float | None = None) -> RV:
        """Wait for the server."""
        try:
            return await waiting.wait_async(gen, self.pgconn.socket, interval=interval, timeout=timeout)
        except (asyncio.CancelledError, KeyboardInterrupt):
            self.pgconn.finish()
            raise


class Reader:
    """A connection for one query at a time."""

    def __init__(self, connection: ReadConnection, statement_timeout_ms: int) -> None:
        """`statement_timeout_ms` is what the session has now."""
        self._connection = connection
        self._statement_timeout_ms = statement_timeout_ms
        self._pgconn = connection.pgconn
        self._cursor = connection.cursor()
        self._transformer = Transformer(connection)
        self._prepared: dict[tuple[bytes, tuple[int, ...]], bytes] = {}

    @classmethod
    async def connect(
        cls, url: str, keywords: dict[str, Any], *, seconds: float, statement_timeout_ms: int
    ) -> "Reader":
        """A new connection; `statement_timeout_ms` is what the keywords give the session.

        Raises:
            TimeoutError: it was not there in time.
            psycopg.OperationalError: it was refused.
        """
        try:
            async with asyncio.timeout(seconds):
                connection = await ReadConnection.connect(url, autocommit=True, **keywords)
                return cls(connection, statement_timeout_ms)
        except TimeoutError as error:
            raise TimeoutError(f"no connection within {seconds:.0f} s") from error

    @property
    def is_usable(self) -> bool:
        """Whether it can take another query: it is open, and nothing of the last one is left on the line."""
        return self._pgconn.transaction_status == pq.TransactionStatus.IDLE

    async def fetch(
        self, query: LiteralString, parameters: Any, *, statement_timeout_ms: int | None = None
    ) -> list[TupleRow]:
        """All rows. A statement with parameters is prepared at its first use and for good, while there is room.
        `statement_timeout_ms` is how long the server may take, if not as long as for the last query."""
        if statement_timeout_ms is not None and statement_timeout_ms != self._statement_timeout_ms:
            await self._cursor.execute(_SET_TIMEOUT, (str(statement_timeout_ms),))
            self._statement_timeout_ms = statement_timeout_ms
        if parameters and len(self._prepared) < _MOST_PREPARED:
            text, names = _numbered(query)
            values = parameters if isinstance(parameters, tuple) else tuple(parameters[name] for name in names)
            return await self._fetch_prepared(text, values)
        await self._cursor.execute(query, parameters)
        return await self._cursor.fetchall()

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def _fetch_prepared(self, query: bytes, values: tuple[Any, ...]) -> list[TupleRow]:
        transformer = self._transformer
        dumped = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types = transformer.types or ()
        name = self._prepared.get((query, types))
        if name is None:
            name = await self._prepare(query, types)
        self._pgconn.send_query_prepared(name, dumped, transformer.formats)
        result = await self._result()
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    async def _prepare(self, query: bytes, types: tuple[int, ...]) -> bytes:
        name = b"read_%d" % len(self._prepared)
        self._pgconn.send_prepare(name, query, types)
        await self._result()
        self._prepared[query, types] = name
        return name

    async def _result(self) -> Any:
        """The answer to what was sent. A caller that is cancelled meanwhile cancels the query too."""
        result = (await self._connection.wait(generators.execute(self._pgconn)))[-1]
        if result.status not in _GOOD:
            raise error_from_result(result, self._connection.info.encoding)
        return result


@lru_cache(maxsize=4096)
def _numbered(query: str) -> tuple[bytes, tuple[str, ...]]:
    """`%s` or `%(name)s` as PostgreSQL writes it: `$1`, `$2`, …; and the names, each once."""
    names: dict[str, int] = {}
    count = itertools.count(1)

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found["name"]
        return f"${next(count) if name is None else names.setdefault(name, len(names) + 1)}"

    text = _PARAMETER.sub(number, query)
    return text.encode(), tuple(names)


def connection_lost(error: psycopg.OperationalError) -> bool:
    """Whether the server ended the connection, rather than refused or cut short the statement."""
    return error.sqlstate is None or error.sqlstate.startswith("57P")
