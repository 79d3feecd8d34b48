"""One ClickHouse over HTTP. A server and the local endpoint answer alike, so nothing here knows which it is."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver import httputil
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, Error

from warehouse.runtime.errors import RowRefused, StoreUnavailable
from warehouse.runtime.http_connections import bound
from warehouse.runtime.settings import mask_url

Result = TypeVar("Result")
NamedRow = TypeVar("NamedRow", bound=NamedTuple)

_CONNECT_S = 3.0
_POOL = 16
_AWAY = frozenset({60, 81, 159, 202, 209, 210, 241, 242, 279, 516})
"""Errors that are not the statement's fault: table or database does not exist yet, too slow, too busy, no connection,
no memory, read-only, wrong password."""


class ClickHouse:
    """One database of one server; threads may share it. Connects at the first statement."""

    def __init__(self, url: str, *, timeout_s: float = 10.0) -> None:
        """`http(s)://user:password@host:port/database`; a statement that takes longer than `timeout_s` is given up."""
        self.url = url
        self._timeout_s = timeout_s
        self._opening = threading.Lock()
        self._client: Client | None = None

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Every row of a query; `{name:Type}` in it stands for a parameter.

        Raises:
            StoreUnavailable: it cannot be reached, is too slow or busy, or its tables are not there.
        """
        return self._ask(lambda client: [tuple(row) for row in client.query(sql, dict(parameters or {})).result_rows])

    def named(self, row: type[NamedRow], sql: str, parameters: Mapping[str, Any] | None = None) -> list[NamedRow]:
        """Every row of a query whose columns have the names of the row's fields, in their order.

        Raises:
            StoreUnavailable: as `rows`.
            TypeError: the query has other columns.
        """
        result = self._ask(lambda client: client.query(sql, dict(parameters or {})))
        if result.result_rows and tuple(result.column_names) != row._fields:  # without rows there are no names
            raise TypeError(f"{row.__name__} has {row._fields}, the query gives {result.column_names}")
        return [row._make(values) for values in result.result_rows]

    def arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """The same as an Arrow table, which costs no Python object a value.

        Raises:
            StoreUnavailable: as `rows`.
        """
        return self._ask(lambda client: client.query_arrow(sql, dict(parameters or {}), use_strings=True))

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that gives no rows.

        Raises:
            StoreUnavailable: as `rows`; it may have been done all the same.
        """
        self._ask(lambda client: client.command(sql, dict(parameters or {})))

    def insert_arrow(self, table: str, rows: pa.Table) -> None:
        """Insert rows as one block, by the names of their columns; it is never sent twice.

        Raises:
            StoreUnavailable: it cannot be reached, or stored another number of rows; it may have stored some.
            RowRefused: the rows do not fit the table; none was stored.
        """
        try:
            summary = self._ask(lambda client: client.insert_arrow(table, rows))
        except Error as error:
            raise RowRefused(f"The table {table} refuses rows: {_first_line(error)}") from error
        if summary.written_rows != rows.num_rows:
            raise self._unavailable(f"it stored {summary.written_rows} of {rows.num_rows} rows in {table}")

    def close(self) -> None:
        """Close every connection; a later statement opens new ones."""
        with self._opening:
            if self._client is not None:
                self._client.close()
            self._client = None

    def _ask(self, question: Callable[[Client], Result]) -> Result:
        try:
            return question(self._client or self._open())
        except ClickHouseError as error:
            code = getattr(error, "code", None)
            if code is None or code in _AWAY:
                raise self._unavailable(_first_line(error)) from error
            raise

    def _open(self) -> Client:
        parts = urlsplit(self.url)
        with self._opening:
            if self._client is None:
                self._client = clickhouse_connect.get_client(
                    interface=parts.scheme,
                    host=parts.hostname or "",
                    port=parts.port or 0,
                    username=unquote(parts.username or "default"),
                    password=unquote(parts.password or ""),
                    database=parts.path.lstrip("/") or "default",
                    compress=parts.hostname not in {"127.0.0.1", "::1", "localhost"},
                    connect_timeout=_CONNECT_S,
                    send_receive_timeout=self._timeout_s,
                    query_retries=0,
                    autogenerate_session_id=False,  # a session takes one statement at a time
                    show_clickhouse_errors="scrub",
                    # A pool of our own: the driver's is shared by every client of the process, and asks for proxies.
                    pool_mgr=bound(httputil.get_pool_manager(maxsize=_POOL, num_pools=1)),
                )
            return self._client

    def _unavailable(self, cause: str) -> StoreUnavailable:
        return StoreUnavailable(
            f"ClickHouse at {mask_url(self.url)} is not reachable: {cause}.",
            fix="Start it, or correct OPENPOLICY_CLICKHOUSE_URL; its tables are made by `openpolicy migrate`.",
        )


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__
