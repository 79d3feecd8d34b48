"""Listens for NOTIFY so that changes are seen sooner. Listeners also poll, so a missed notification only causes a
delay."""

import asyncio
from collections.abc import Callable, Sequence

import psycopg
from psycopg import sql

from warehouse.postgres.connections.budget import Budget
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)
CHANGES, LISTS = "openpolicy_changes", "openpolicy_lists"
_RETRY_S = 2.0


class Listener:
    """Listens to channels of one database until cancelled, and reconnects if the connection is lost."""

    def __init__(
        self,
        name: str,
        url: str,
        channels: Sequence[str],
        heard: Callable[[], None],
        budget: Budget,
    ) -> None:
        """`budget` decides whether a connection may be kept for it."""
        self._name, self._url, self._channels, self._heard = name, url, channels, heard
        self._budget = budget

    async def run(self) -> None:
        """Listen."""
        is_away = False
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                if not is_away:
                    log.info(
                        "change notifications unavailable; polling continues", database=self._name, cause=str(error)
                    )
                is_away = True
            else:
                is_away = False
            await asyncio.sleep(_RETRY_S)

    async def _listen(self) -> None:
        if not self._budget.listens:
            return
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=5, application_name="openpolicy listener"
        )
        async with connection:
            for channel in self._channels:
                await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
            self._heard()  # of what was before
            async for _ in connection.notifies():
                self._heard()
