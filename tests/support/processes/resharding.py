"""An installation of four shards that gets a fifth, with a reader, a writer and someone who follows the feed."""

import itertools
import json
import random
import threading
from collections.abc import Iterator, Sequence
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import psycopg
import pytest
from litestar.testing import TestClient
from psycopg import sql

from serving.core.http.layers import HttpShell
from tests.support.data.samples import bill, vote
from tests.support.processes.command_line import openpolicy
from tests.support.processes.streaming import wait_until
from tests.support.servers.postgres import in_database
from warehouse.model.keys import bucket_of
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.catalog.loads import open_shards
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings

_numbers = itertools.count()
Known = dict[str, int]
"""The revision of every entity by `bill 1-1/C-1`."""


class Growing:
    """The databases: the catalog, four shards, and the one that comes."""

    def __init__(self, urls: Sequence[str], added_url: str) -> None:
        self.urls, self.added_url = list(urls), added_url
        self.catalog = Database(urls[0])
        self.shards = self.open_shards()

    @property
    def settings(self) -> Settings:
        """The settings of a process that knows all five."""
        return Settings(
            catalog_url=self.urls[0],
            shard_urls=(*self.urls[1:], self.added_url),
            cursor_secret="a test's own",
            cache_mb=8,
            log_level="ERROR",
        )

    def open_shards(self) -> Shards:
        """All five shards behind the map as it is now."""
        return open_shards(self.catalog, [*self.urls[1:], self.added_url])

    def command(self, *words: str, failpoint: str = "", shards: int = 5, new: str = "") -> CompletedProcess[str]:
        """One of our commands in a process that knows so many shards."""
        urls = [*self.urls[1:], self.added_url][:shards]
        variables = {
            "OPENPOLICY_CATALOG_URL": self.urls[0],
            "OPENPOLICY_SHARD_URLS": ",".join(urls),
            "OPENPOLICY_FAILPOINT": failpoint,
            "OPENPOLICY_NEW_SHARD_URL": new,
        }
        return openpolicy("shards", *words, env=variables)

    def add(self) -> dict[str, Any]:
        """Add the fifth shard; what the command says."""
        done = self.command("add", "--json", shards=4, new=self.added_url)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def close(self) -> None:
        """Close every connection."""
        self.shards.close()
        self.catalog.close()


_END_OTHERS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and application_name like 'openpolicy with % shards' and pid <> pg_backend_pid()
"""
"""Idle connections of the tests before: a move waits for every process that does not know the new shard."""


@pytest.fixture
def growing(postgres_url: str, database_urls: list[str]) -> Iterator[Growing]:
    """Four empty shards, and the URL of a fifth that is not there yet; afterwards the map is what it was."""
    name = f"growing_{next(_numbers)}_shard_4"
    with psycopg.connect(database_urls[0], autocommit=True) as catalog:
        catalog.execute(_END_OTHERS)
        catalog.execute("create temporary table map_before as table shard_map")
        found = Growing(database_urls, in_database(postgres_url, name))
        yield found
        found.close()
        catalog.execute("delete from shard_map")
        catalog.execute("insert into shard_map table map_before")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


class Moved(NamedTuple):
    """What a move was beside readers and a writer."""

    facts: dict[str, Any]
    """What `openpolicy shards move` said."""
    stored: Known
    reader: "Reader"
    feed: "FeedReader"


def move_beside(growing: Growing, client: TestClient[HttpShell], writer: "Writer", *, pause_s: float = 0) -> Moved:
    """Make the planned moves while the writer, which runs already, a reader and a reader of the feed go on.

    Returns when everything that was written is read and has come by the feed. `pause_s` is between two turns of the
    reader.
    """
    reader, feed = Reader(client, writer.count, pause_s=pause_s), FeedReader(client)
    reader.start()
    feed.start()
    try:
        done = growing.command("move", "--grace", "5", "--json")
    finally:
        reader.end()
        stored = writer.end()
        feed.end(stored)
    wait_until(lambda: reader.newest() == stored, "what is read is what was stored")
    assert done.returncode == 0, done.stderr
    growing.shards.refresh()
    return Moved(json.loads(done.stdout), stored, reader, feed)


class Writer(threading.Thread):
    """Stores changes all the time, by a map that it read before anything moved."""

    def __init__(self, growing: Growing, count: int, *, batch: int = 6, pause_s: float = 0.01) -> None:
        super().__init__(name="writer", daemon=True)
        self._shards = growing.open_shards()
        self.count, self._batch, self._turn, self._pause_s = count, batch, 0, pause_s
        self._random = random.Random(1)
        self._ended = threading.Event()
        self.stored: Known = {}
        self.error: BaseException | None = None
        self.write(range(1, count + 1))

    def write(self, numbers: Sequence[int]) -> None:
        """Change the bills and votes of these numbers."""
        self._turn += 1
        nays = frozenset({self._turn % 12 + 1, (self._turn // 12) % 12 + 1})
        bills = [bill(number, title=f"Title {self._turn}") for number in numbers]
        for aggregate, incoming in ((BILLS, bills), (VOTES, [vote(number, nays=nays) for number in numbers])):
            for change in store_sharded(self._shards, aggregate, incoming):  # type: ignore[type-var]
                name = f"{change.entity} {change.key}"
                assert change.revision == self.stored.get(name, 0) + 1, f"{name} was stored twice or was lost"
                self.stored[name] = change.revision

    def run(self) -> None:
        """Until ended."""
        try:
            while not self._ended.wait(self._pause_s):
                self.write(self._random.sample(range(1, self.count + 1), self._batch))
        except BaseException as error:
            self.error = error

    def end(self) -> Known:
        """Stop; what is stored, by revision."""
        self._ended.set()
        self.join()
        self._shards.close()
        if self.error is not None:
            raise self.error
        return self.stored


class Reader(threading.Thread):
    """Reads entities by key, and the ballots of a member from all shards, all the time; nothing may fail or go back."""

    def __init__(self, client: TestClient[HttpShell], count: int, *, pause_s: float = 0) -> None:
        super().__init__(name="reader", daemon=True)
        self._client, self._count, self._pause_s = client, count, pause_s
        self._random = random.Random(2)
        self._ended = threading.Event()
        self._seen: Known = {}
        self.reads = 0
        self.failed: list[str] = []

    def run(self) -> None:
        """Until ended."""
        while not self._ended.wait(self._pause_s):
            number = self._random.randint(1, self._count)
            self._entity(f"bills/1-1/C-{number}")
            self._entity(f"votes/1-1/commons/{number}")
            self._get(f"votes/1-1/commons/{number}/history")
            page = self._get("members/3/ballots?limit=1&position=yea,nay")
            if page is not None and page["page"]["count"] != self._count:
                self.failed.append(f"a member has {page['page']['count']} ballots of {self._count}")

    def _entity(self, path: str) -> None:
        found = self._get(path)
        if found is None:
            return
        revision = found["data"]["revision"]
        if revision < self._seen.get(path, 0):
            self.failed.append(f"{path} went back to revision {revision}")
        self._seen[path] = revision

    def _get(self, path: str) -> Any:
        answer = self._client.get(f"/api/v1/{path}")
        self.reads += 1
        if answer.status_code != 200:
            self.failed.append(f"{path}: {answer.status_code} {answer.text[:200]}")
            return None
        return answer.json()

    def newest(self) -> Known:
        """The revision of every entity as it is read now."""
        found: Known = {}
        for number in range(1, self._count + 1):
            for entity, key in (("bill", f"1-1/C-{number}"), ("vote", f"1-1/commons/{number}")):
                found[f"{entity} {key}"] = self._client.get(f"/api/v1/{entity}s/{key}").json()["data"]["revision"]
        return found

    def end(self) -> None:
        """Stop."""
        self._ended.set()
        self.join()


class FeedReader(threading.Thread):
    """Follows the change feed in small pages from its beginning on; every entity's revisions come 1, 2, 3 …"""

    def __init__(self, client: TestClient[HttpShell], *, types: str = "bill,vote") -> None:
        super().__init__(name="feed", daemon=True)
        self._client, self._address = client, f"/api/v1/changes?limit=20&types={types}"
        self._ended = threading.Event()
        self.revisions: Known = {}
        self.disordered: list[str] = []

    def run(self) -> None:
        """Until ended, and then until nothing is left."""
        while self._step() or not self._ended.is_set():
            pass

    def _step(self) -> bool:
        answer = self._client.get(self._address)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        for change in page["data"]:
            name = f"{change['type']} {change['key']}"
            if change["version"] != self.revisions.get(name, 0) + 1:
                self.disordered.append(f"{name}: {change['version']} after {self.revisions.get(name, 0)}")
            self.revisions[name] = change["version"]
        self._address = page["links"]["next"]
        if not page["data"]:
            self._ended.wait(0.05)
        return bool(page["data"] or page["page"]["more"])

    def end(self, expected: Known) -> None:
        """Stop when everything came."""
        until = threading.Event()
        for _ in range(600):
            if self.revisions == expected or not self.is_alive():
                break
            until.wait(0.1)
        self._ended.set()
        self.join()


def buckets_of(names: Known) -> set[int]:
    """The buckets of entities."""
    return {bucket_of(name.partition(" ")[2]) for name in names}
