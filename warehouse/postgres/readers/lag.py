"""How far read models and relay are, for a serving process: read every ten seconds, whatever asks for it."""

import asyncio
from typing import LiteralString, NamedTuple

from psycopg.rows import TupleRow

from warehouse.model.changes.events import Position
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.sqlfiles import queries

_EVERY_S = 10.0
_READ_MODELS = "postgres/catalog/queries/read_models.sql"
_RELAY = "postgres/common/queries/relay.sql"
_LOG = "postgres/common/queries/change_log.sql"


class Lag(NamedTuple):
    """How far one consumer, a read model or the `relay`, is in one log."""

    consumer: str
    log: str
    waiting: int
    seconds: float


class LagReader:
    """The lags as they were last read; a database that is unavailable leaves what was known of it out."""

    def __init__(self, catalog: WatchedDatabase, shards: list[WatchedDatabase], *, with_kafka: bool) -> None:
        self._catalog, self._sources, self._with_kafka = catalog, [catalog, *shards], with_kafka
        self.lags: list[Lag] = []
        self.dead_letters: dict[str, int] = {}

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            await self.read()
            await asyncio.sleep(_EVERY_S)

    async def read(self) -> None:
        """Read once."""
        try:
            consumers = await self._consumers()
            rows = await _ask(self._catalog, _READ_MODELS, "count_dead_letters")
            self.dead_letters = {name: int(count) for name, count in rows}
        except StoreUnavailable:
            consumers = {}
        lags: list[Lag] = []
        for source in self._sources:
            try:
                lags += await self._of_log(source, consumers)
            except StoreUnavailable:
                continue
        self.lags = lags

    async def _consumers(self) -> dict[str, dict[str, Position]]:
        """The positions of every read model that reads the logs itself; with Kafka they are the relay's and Kafka's."""
        found: dict[str, dict[str, Position]] = {}
        if not self._with_kafka:
            for read_model, log, xid, seq in await _ask(self._catalog, _READ_MODELS, "all_positions"):
                found.setdefault(read_model, {})[log] = Position(xid, seq)
        return found

    async def _of_log(self, source: WatchedDatabase, consumers: dict[str, dict[str, Position]]) -> list[Lag]:
        positions = {name: places.get(source.name, Position()) for name, places in consumers.items()}
        for xid, seq, _published in await _ask(source, _RELAY, "position", {"log": source.name}):
            if self._with_kafka:
                positions["relay"] = Position(xid, seq)
        lags = []
        for name, position in positions.items():
            place = {"xid": str(position.xid), "seq": position.seq}
            waiting, seconds = (await _ask(source, _LOG, "lag", place))[0]
            lags.append(Lag(name, source.name, int(waiting), float(seconds)))
        return lags


async def _ask(
    source: WatchedDatabase, file: str, name: str, parameters: dict[str, object] | None = None
) -> list[TupleRow]:
    query: LiteralString = queries(file)[name]
    return await source.fetch(query, parameters)
