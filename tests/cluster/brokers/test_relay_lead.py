"""Relays that are frozen, thawed, replaced and killed: one leads, none goes back, nothing is lost."""

import signal
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.support.data.samples import bill
from tests.support.processes.streaming import (
    Running,
    applied_twice,
    environment,
    expected,
    listed,
    log_rows,
    own_affinity_one_core,
    prove,
    published,
    running,
    wait_until,
)
from warehouse.kafka.consumer import read_all
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes.events import Position
from warehouse.postgres.aggregates.store import BILLS, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log.relay_positions import lead, relayed
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import LeadLost
from warehouse.runtime.failpoints import STREAM_FAILPOINTS
from warehouse.workers.stream.apply import logs
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]
_FROZEN_S = 30


def change(shards: Shards, turn: int, bills: int = 40) -> None:
    """One more revision of every bill."""
    store_sharded(shards, BILLS, [bill(number, title=f"Title {turn}") for number in range(1, bills + 1)])


def epochs(shards: Shards) -> list[int]:
    """How often each shard's log got a new leader."""
    found = []
    for database in shards.databases:
        with database.connection() as connection:
            row = connection.execute("select epoch from relay_positions").fetchone()
        found.append(row[0] if row else 0)
    return found


def positions(catalog: Database, shards: Shards) -> dict[str, Position]:
    """How far each log has been published."""
    known = {name: relayed(database, name) for name, database in logs(catalog, shards).items()}
    return {name: found[0] for name, found in known.items() if found}


def total(catalog: Database, shards: Shards) -> int:
    """How many rows the change logs have."""
    return sum(len(rows) for rows in log_rows(catalog, shards).values())


def test_a_leader_is_frozen_for_30_seconds_and_thawed(
    kafka_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    variables = environment(database_urls, kafka_url)
    change(shards, 0)
    with running(
        (["relay"], variables, tmp_path / "first.log"), (["consume", "lists"], variables, tmp_path / "c.log")
    ) as (
        first,
        _,
    ):
        wait_until(lambda: published(catalog, shards) == 40, "the first relay leads")
        with running((["relay"], variables, tmp_path / "second.log")):
            wait_until(lambda: "Relaying" in (tmp_path / "second.log").read_text(), "the second relay waits")
            before = epochs(shards)
            seen = positions(catalog, shards)
            for turn in range(1, 21):
                change(shards, turn)
                if turn == 10:
                    first.signal(signal.SIGSTOP)  # it has read and sent a part of what is new, or is about to
                    frozen_at = time.monotonic()
            taken_s = wait_until(lambda: min(epochs(shards)) > min(before), "the second relay leads")
            while time.monotonic() < frozen_at + _FROZEN_S:
                time.sleep(0.2)
            wait_until(lambda: published(catalog, shards) >= 40 * 21, "the second relay publishes all of it")
            drained = published(catalog, shards)
            first.signal(signal.SIGCONT)
            for turn in range(21, 41):
                change(shards, turn)
                now = positions(catalog, shards)
                assert all(now[name] >= seen[name] for name in seen), "a position went back"
                seen = now
            wait_until(lambda: published(catalog, shards) == total(catalog, shards), "the second relay drains")
            wait_until(lambda: listed(catalog) == expected(catalog, shards), "the lists follow")
            assert first.ended() is None, "the thawed relay goes on, as one that waits"
    read = prove(kafka_url, catalog, shards)
    print(
        f"\nleading relay frozen {_FROZEN_S} s and thawed: lead taken after {taken_s:.1f} s, {drained} events by then, "
        f"{read.events} in all, {read.lost} lost, {read.repeated} sent twice, {read.disordered} out of order, "
        f"{applied_twice(catalog)} applied twice"
    )
    assert drained == 40 * 21
    assert (read.lost, read.disordered, applied_twice(catalog)) == (0, 0, 0)
    assert verify(catalog, shards).clean


def test_who_lost_the_lead_saves_nothing(catalog: Database) -> None:
    with lead(catalog, "catalog") as first:
        assert first is not None
        with lead(catalog, "catalog") as other:
            assert other is None
        first.save(Position(5, 9), 9)
        with catalog.connection() as connection:  # the server ended its session while it was frozen
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'openpolicy relay catalog' and datname = current_database()"
            )
        with lead(catalog, "catalog") as second:
            assert second is not None
            assert (second.epoch, second.position) == (first.epoch + 1, Position(5, 9))
            with pytest.raises(psycopg.OperationalError):
                first.save(Position(6, 10), 1)
            stale = type(first)(second._connection, "catalog", first.epoch, first.position)
            with pytest.raises(LeadLost):
                stale.save(Position(6, 10), 1)
            with pytest.raises(LeadLost):
                stale.keep()
            second.keep()
            with pytest.raises(LeadLost):
                second.save(Position(4, 1), 1)
    assert relayed(catalog, "catalog") == (Position(5, 9), 9)


@pytest.mark.parametrize("failpoint", STREAM_FAILPOINTS)
def test_killed_at_any_point_and_started_again(
    kafka_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path, failpoint: str
) -> None:
    """A relay in its third and its sixth batch, a consumer, whose group waits ten seconds for it, only in its third."""
    quiet = environment(database_urls, kafka_url)
    armed = {
        nth: environment(database_urls, kafka_url, f"{failpoint}:{nth}")
        for nth in ((3, 6) if failpoint.startswith("relay") else (3,))
    }
    victim, other = (["relay"], ["consume", "lists"])[:: 1 if failpoint.startswith("relay") else -1]
    with running((other, quiet, tmp_path / "other.log")):
        for nth, variables in armed.items():
            process = Running(victim, variables, tmp_path / f"victim-{nth}.log")
            ended = threading.Event()
            writer = threading.Thread(target=_change_until, args=(shards, ended))
            writer.start()
            try:
                assert process.wait(180) == -signal.SIGKILL
            finally:
                ended.set()
                writer.join()
                process.stop()
        with running((victim, quiet, tmp_path / "again.log")):
            wait_until(lambda: published(catalog, shards) == total(catalog, shards), "the relay drains")
            wait_until(lambda: listed(catalog) == expected(catalog, shards), "the lists follow")
    read = prove(kafka_url, catalog, shards)
    assert (read.lost, read.disordered, applied_twice(catalog)) == (0, 0, 0)
    assert verify(catalog, shards).clean


def _change_until(shards: Shards, ended: threading.Event) -> None:
    turn = int(time.time())
    while not ended.wait(0.1):
        change(shards, turn, bills=12)
        turn += 1


def cpu_s(pid: int) -> float:
    """Processor time a process has used."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def test_the_relay_s_rate(
    kafka_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    """How many events a second one relay process on one core publishes, of bills, with three replicas."""
    for turn in range(6):
        change(shards, turn, bills=5_000)
    events = total(catalog, shards)
    process = Running(["relay"], environment(database_urls, kafka_url), tmp_path / "relay.log")
    own_affinity_one_core(process.pid)
    try:
        wait_until(lambda: published(catalog, shards) > 0, "the relay begins")
        first, began, used = published(catalog, shards), time.monotonic(), cpu_s(process.pid)
        wait_until(lambda: published(catalog, shards) == events, "the relay drains", 120)
        rate = (events - first) / (time.monotonic() - began)
        of_cpu = (events - first) / (cpu_s(process.pid) - used)
    finally:
        process.stop()
    print(
        f"\nrelay on one core, three replicas, snappy, whole batches: {rate:,.0f} events/s by the clock, "
        f"{of_cpu:,.0f} events/s of its own processor time ({events - first:,} events)"
    )
    assert of_cpu > 500


def test_who_lost_the_lead_publishes_nothing(kafka_url: str) -> None:
    """A relay that was frozen with messages in hand: a newer one of its name has fenced it."""
    name = "openpolicy.relay.shard_0"
    with Producer(kafka_url, name) as frozen:
        frozen.send([Outgoing("bill.events", b"key", b"before")])
        with Producer(kafka_url, name) as leading:
            leading.send([Outgoing("bill.events", b"key", b"by the new leader")])
            with pytest.raises(LeadLost):
                frozen.send([Outgoing("bill.events", b"key", b"late")])
            leading.send([Outgoing("bill.events", b"key", b"and again")])
    values = [message.value for message in read_all(kafka_url, ["bill.events"])]
    assert values == [b"before", b"by the new leader", b"and again"]
