"""Relays and consumers as processes of their own, and what the topics hold when they are done."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from deploy.local.system import children
from tests.support.servers.database_roles import as_role
from warehouse.kafka.consumer import read_all
from warehouse.model.changes.envelope import Event, Message
from warehouse.model.changes.topics import ENTITY_TOPICS
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log.relay_positions import relayed
from warehouse.postgres.roles import API, CONSUMER, LOADER, RELAY
from warehouse.postgres.shards.shard_map import Shards
from warehouse.workers.stream.apply import logs

_EVENTS = msgspec.json.Decoder(Event[msgspec.Raw])


def environment(database_urls: Sequence[str], kafka_url: str, failpoint: str = "") -> dict[str, str]:
    """The environment of our own commands against a test's databases and brokers."""
    return children.child_environment(
        {
            "OPENPOLICY_CATALOG_URL": database_urls[0],
            "OPENPOLICY_SHARD_URLS": ",".join(database_urls[1:]),
            "OPENPOLICY_KAFKA_URL": kafka_url,
            "OPENPOLICY_FAILPOINT": failpoint,
        }
    )


_COMMAND_ROLES = {"relay": RELAY, "consume": CONSUMER, "serve": API, "ingest": LOADER}
_URLS = ("OPENPOLICY_CATALOG_URL", "OPENPOLICY_SHARD_URLS")


def _in_its_role(command: str, variables: Mapping[str, str]) -> dict[str, str]:
    """The variables with the role of a command in the URLs of the databases."""
    found = dict(variables)
    if role := _COMMAND_ROLES.get(command):
        found |= {name: ",".join(as_role(role, found[name].split(","))) for name in _URLS if found.get(name)}
    return found


class Running:
    """One of our commands as a process; in the databases it has the role that it has in an installation."""

    def __init__(self, arguments: Sequence[str], variables: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", *arguments],
                env=_in_its_role(arguments[0], variables),
                stdout=output,
                stderr=output,
            )
        self.pid = self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def ended(self) -> int | None:
        """Its exit status if it ended."""
        return self._process.poll()

    def wait(self, seconds: float = 90) -> int:
        """Its exit status, once it ended."""
        return self._process.wait(seconds)

    def stop(self) -> None:
        """End it as an operator would; by force where that does not help."""
        if self.ended() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            try:
                self.wait()
            except subprocess.TimeoutExpired:
                self.signal(signal.SIGKILL)
                self.wait()


@contextmanager
def running(*commands: tuple[Sequence[str], Mapping[str, str], Path]) -> Iterator[list[Running]]:
    """Commands that run until the block ends."""
    started: list[Running] = []
    try:
        for arguments, variables, log in commands:
            started.append(Running(arguments, variables, log))
        yield started
    finally:
        for process in started:
            process.stop()


def wait_until(reached: Callable[[], bool], what: str, seconds: float = 180) -> float:
    """Wait, and say how long it took."""
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < seconds, f"{what}: not after {seconds:.0f} s"
        time.sleep(0.05)
    return time.monotonic() - began


def log_rows(catalog: Database, shards: Shards) -> dict[str, dict[int, tuple[str, str, int]]]:
    """Entity, key and revision of every change of every log, by log and sequence; not what came with a bucket from
    another shard, which was logged and is published there."""
    found = {}
    for name, database in logs(catalog, shards).items():
        with database.connection() as connection:
            rows = connection.execute("select seq, entity, key, revision from change_log where not moved").fetchall()
        found[name] = {row[0]: (row[1], row[2], row[3]) for row in rows}
    return found


def published(catalog: Database, shards: Shards) -> int:
    """How many events the relays have noted as published."""
    known = (relayed(database, name) for name, database in logs(catalog, shards).items())
    return sum(found[1] for found in known if found)


def listed(catalog: Database) -> dict[str, int]:
    """The revision of every bill, vote and member that the lists show now."""
    with catalog.connection() as connection:
        return dict(
            connection.execute(
                " union all ".join(
                    f"select '{name} ' || key, revision from {name}_list where live_to is null"
                    for name in ("bill", "vote", "member")
                )
            ).fetchall()
        )


def expected(catalog: Database, shards: Shards) -> dict[str, int]:
    """What the lists show when everything is applied."""
    newest: dict[str, int] = defaultdict(int)
    for rows in log_rows(catalog, shards).values():
        for entity, key, revision in rows.values():
            if entity != "session":
                newest[f"{entity} {key}"] = max(newest[f"{entity} {key}"], revision)
    return dict(newest)


class Read(msgspec.Struct):
    """What the topics hold, proved by sequence numbers."""

    events: int
    lost: int
    repeated: int
    disordered: int


def prove(kafka_url: str, catalog: Database, shards: Shards) -> Read:
    """Compare what the topics hold with the change logs, event by event."""
    rows = log_rows(catalog, shards)
    seen: dict[str, set[int]] = {name: set() for name in rows}
    revisions: dict[str, int] = defaultdict(int)
    events = repeated = disordered = 0
    for message in read_all(kafka_url, ENTITY_TOPICS):
        event = event_of(message)
        log, sequence = event.metadata.log, event.metadata.sequence
        entity = f"{event.data.entity} {event.data.key}"
        events += 1
        assert rows[log][sequence] == (event.data.entity, event.data.key, event.data.revision)
        if sequence in seen[log]:
            repeated += 1
            continue
        seen[log].add(sequence)
        disordered += event.data.revision != revisions[entity] + 1
        revisions[entity] = event.data.revision
    lost = sum(len(rows[name].keys() - seen[name]) for name in rows)
    return Read(events, lost, repeated, disordered)


def event_of(message: Message) -> Event[msgspec.Raw]:
    """The event in a message that is whole."""
    assert message.value is not None
    return _EVENTS.decode(message.value)


def applied_twice(catalog: Database) -> int:
    """How many revisions stand in a list table more than once; the tables keep replaced rows for a day."""
    with catalog.connection() as connection:
        return sum(
            len(
                connection.execute(
                    f"select key, revision from {name}_list group by key, revision having count(*) > 1"
                ).fetchall()
            )
            for name in ("bill", "vote", "member")
        )


def own_affinity_one_core(pid: int) -> None:
    """Keep a process on one core."""
    os.sched_setaffinity(pid, {min(os.sched_getaffinity(0))})
