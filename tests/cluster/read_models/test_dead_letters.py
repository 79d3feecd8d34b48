"""1,000 events of which 50 are damaged in 8 ways: 950 applied, 50 parked; sent again after the fix, none is left."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.support.data.samples import bill, vote
from tests.support.processes.streaming import environment, expected, listed, running, wait_until
from warehouse.kafka.dead_letters import unsettled
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes.events import Position
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.shards.shard_map import Shards
from warehouse.workers.stream.apply import logs
from warehouse.workers.stream.relay import outgoing
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]


def _json(value: bytes, edit: Callable[[dict[str, dict[str, object]]], None]) -> bytes:
    content = msgspec.json.decode(value)
    edit(content)
    return msgspec.json.encode(content)


def _nobody(content: dict[str, dict[str, object]]) -> None:
    content["data"]["state"]["ballots"][0][0] = 0  # type: ignore[index]


DAMAGES: dict[str, Callable[[Outgoing], Outgoing]] = {
    "bad JSON": lambda sent: msgspec.structs.replace(sent, value=sent.value[:-20]),
    "wrong version": lambda sent: msgspec.structs.replace(sent, value=sent.value.replace(b".v1", b".v2")),
    "unknown type": lambda sent: msgspec.structs.replace(sent, value=sent.value.replace(b"vote.created", b"vote.lost")),
    "null key": lambda sent: msgspec.structs.replace(sent, key=None),
    "5 MB": lambda sent: msgspec.structs.replace(sent, value=sent.value[:-1] + b',"x":"%s"}' % (b"y" * 5_000_000)),
    "future date": lambda sent: msgspec.structs.replace(
        sent, value=_json(sent.value, lambda content: content.update(timestamp="2999-01-01T00:00:00Z"))
    ),
    "unknown member": lambda sent: msgspec.structs.replace(sent, value=_json(sent.value, _nobody)),
    "invalid UTF-8": lambda sent: msgspec.structs.replace(sent, value=sent.value.replace(b"A motion", b"A \xff\xfe")),
}


def _command(variables: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *words], env=variables, capture_output=True, text=True, check=False
    )


def test_damaged_messages_are_parked_and_sent_again(
    kafka_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 501)])
    store_sharded(shards, VOTES, [vote(number) for number in range(1, 501)])
    messages = [
        outgoing(entry, name)
        for name, database in logs(catalog, shards).items()
        for entry in read.read_whole_after(database, Position(), 2000)
    ]
    votes = [index for index, message in enumerate(messages) if message.topic == "vote.events"]
    for turn, index in enumerate(votes[:: len(votes) // 50][:50]):
        messages[index] = list(DAMAGES.values())[turn % len(DAMAGES)](messages[index])
    with Producer(kafka_url) as faulty:
        faulty.send(messages)
    variables = environment(database_urls, kafka_url)
    with running((["consume", "lists"], variables, tmp_path / "c.log")):
        wait_until(lambda: len(listed(catalog)) >= 950, "what is whole is applied")
        wait_until(lambda: len(unsettled(kafka_url)) >= 50, "what is damaged is parked")
        applied, parked = len(listed(catalog)), unsettled(kafka_url)
        assert (len(messages), applied, len(parked)) == (1000, 950, 50)
        dead_letter = next(each for each in parked.values() if each.message.key is None)
        told = _command(variables, "dlq", "list", "--json")
        assert {each["id"] for each in json.loads(told.stdout)} == set(parked)
        shown = _command(variables, "dlq", "show", dead_letter.id, "--json")
        assert json.loads(shown.stdout)["reason"] == "The message has no key."
        raw = subprocess.run(
            [sys.executable, "-m", "deploy.cli", "dlq", "show", dead_letter.id, "--raw"],
            env=variables,
            capture_output=True,
            check=True,
        )
        assert raw.stdout == dead_letter.message.value
        assert {each.message.value for each in parked.values()} == {
            message.value for index, message in enumerate(messages) if index in set(votes[:: len(votes) // 50][:50])
        }
        again = _command(variables, "dlq", "replay", "--all")
        assert again.returncode == 0, again.stderr
        wait_until(lambda: listed(catalog) == expected(catalog, shards), "what was damaged is applied")
        left = len(unsettled(kafka_url))
    print(f"\n1,000 events, 50 damaged in {len(DAMAGES)} ways: {applied} applied, {len(parked)} parked, {left} left")
    assert left == 0
    assert verify(catalog, shards).clean


def test_a_letter_of_no_log_stays_until_it_is_dropped(
    kafka_url: str, database_urls: list[str], catalog: Database, tmp_path: Path
) -> None:
    with Producer(kafka_url) as stranger:
        stranger.send([Outgoing("bill.events", b"1-1/C-1", b"nonsense"), Outgoing("bill.events", b"1-1/C-2", None)])
    variables = environment(database_urls, kafka_url)
    with running((["consume", "lists"], variables, tmp_path / "c.log")):
        wait_until(lambda: len(unsettled(kafka_url)) == 2, "both are parked")
    again = _command(variables, "dlq", "replay", "--all")
    assert (again.returncode, again.stdout.splitlines()[0]) == (1, "Sent again: 0. Left: 2.")
    first = next(iter(unsettled(kafka_url)))
    assert _command(variables, "dlq", "drop", first).stdout == "Dropped 1.\n"
    assert _command(variables, "dlq", "drop", first).returncode == 2
    assert _command(variables, "dlq", "drop").returncode == 2
    assert _command(variables, "dlq", "drop", "--all").stdout == "Dropped 1.\n"
    assert _command(variables, "dlq", "list").stdout == "Dead letters: none\n"
