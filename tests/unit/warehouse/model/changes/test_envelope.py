"""Events: what was ever shipped decodes for ever, what can never be processed says why."""

import datetime as dt
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from tests.support.data.events import RECEIVED_AT, entry, message
from tests.support.data.samples import vote
from warehouse.model.changes.dead_letters import DeadLetterMessage
from warehouse.model.changes.envelope import EVENT_TYPES, Message, decode, encode, event_id
from warehouse.model.changes.topics import MAX_EVENT_BYTES
from warehouse.model.kinds import EntityType
from warehouse.model.schemas.generate import FOLDER, breaking, schema_of, schemas
from warehouse.projections.lists import project
from warehouse.runtime.errors import BadEvent
from warehouse.workers.stream.batches import row_of

ROOT = Path(__file__).resolve().parents[5]
GOLDEN = ROOT / "tests" / "golden" / "events"


def altered(change: Any, **other: Any) -> Message:
    """The message of a change with parts of its JSON replaced; a dotted name goes inside."""
    whole = message(change)
    content = msgspec.json.decode(whole.value)
    for path, value in other.items():
        *parents, name = path.split("__")
        inner = content
        for parent in parents:
            inner = inner[parent]
        inner[name] = value
    return msgspec.structs.replace(whole, value=msgspec.json.encode(content))


@pytest.mark.parametrize("entity", get_args(EntityType))
@pytest.mark.parametrize("revision", [1, 2])
def test_a_change_survives_the_journey(entity: EntityType, revision: int) -> None:
    change = entry(entity, revision=revision, sequence=41)
    arrived = decode(message(change, log="shard_3"))
    for field in ("position", "entity", "key", "revision", "op", "changed", "source", "recorded_at", "fetched_at"):
        assert getattr(arrived, field) == getattr(change, field)
    state, sent = msgspec.json.decode(arrived.state), msgspec.json.decode(change.state)
    sent.pop("ballots", None)
    assert state == sent


def test_a_withdrawal_says_why_and_carries_the_last_state() -> None:
    change = entry("bill", revision=3, op="withdrawn")
    arrived = decode(message(change))
    assert (arrived.op, arrived.reason, arrived.state) == ("withdrawn", change.reason, change.state)
    assert decode(message(entry("bill"))).reason is None


def test_an_event_sent_twice_has_one_id() -> None:
    assert event_id("shard_0", 1) == event_id("shard_0", 1)
    assert len({event_id(log, number) for log in ("catalog", "shard_0") for number in range(100)}) == 200


def test_a_vote_of_340_ballots_is_no_large_message() -> None:
    value = encode(entry("vote", state=vote(1, members=340).root), "shard_0")
    assert b'"ballots":[[1,"yea"' in value
    assert len(value) < MAX_EVENT_BYTES / 50


def test_ballots_come_only_where_they_are_wanted() -> None:
    arrived = message(entry("vote"))
    assert "ballots" not in msgspec.json.decode(decode(arrived).state)
    assert decode(arrived, whole=True).state == entry("vote").state


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_event_ever_shipped_decodes(name: str) -> None:
    """A golden file is never changed; a new version of an event gets a new one."""
    value = (GOLDEN / f"{name}.json").read_bytes()
    content = msgspec.json.decode(value)
    arrived = Message(
        topic="any", partition=0, offset=0, key=content["data"]["key"].encode(), value=value, received_at=RECEIVED_AT
    )
    assert decode(arrived).key == content["data"]["key"]
    row = row_of(decode(arrived), project)
    assert row is None if name.startswith("session") else row is not None and row.row[0] == content["data"]["key"]


def test_fields_we_do_not_know_are_ignored() -> None:
    change = entry("vote")
    newer = altered(change, later=1, metadata__later={"a": 1}, data__later=[1], data__state__later="x")
    assert decode(newer).revision == 1
    content = msgspec.json.decode(message(change).value)
    content["data"]["state"]["ballots"] = [[*ballot, "more"] for ballot in content["data"]["state"]["ballots"]]
    assert decode(message(change, value=msgspec.json.encode(content))).revision == 1


POISONED: dict[str, tuple[Message, str]] = {
    "bad JSON": (message(entry("bill"), value=b'{"event_id": '), "no event"),
    "invalid UTF-8": (
        message(entry("bill"), value=encode(entry("bill"), "x").replace(b"tests", b"t\xff\xfets")), "no event",
    ),
    "unknown version": (altered(entry("bill"), event_type="bill.created.v2"), "version v2"),
    "unknown metadata version": (altered(entry("bill"), metadata__version=9), "metadata 9"),
    "unknown type": (altered(entry("bill"), event_type="bill.abolished.v1"), "'bill.abolished.v1' is unknown"),
    "another entity's type": (altered(entry("bill"), event_type="vote.created.v1"), "is unknown"),
    "no key": (message(entry("bill"), key=None), "no key"),
    "another key": (message(entry("bill"), key=b"1-1/C-8"), "keys"),
    "no value": (message(entry("bill"), value=None), "no value"),
    "5 MB": (altered(entry("bill"), later="x" * 5_000_000), "at most"),
    "future date": (altered(entry("bill"), timestamp="2999-01-01T00:00:00Z"), "after it was received"),
    "naive date": (altered(entry("bill"), timestamp="2020-01-01T00:00:00"), "no event"),
    "unknown member": (
        altered(entry("vote"), data__state__ballots=[[0, "yea", False, "Nobody", None, None, None]]), "unknown member",
    ),
    "revision 0": (altered(entry("bill"), data__revision=0), "no event"),
    "a number that is none": (altered(entry("bill"), data__state__number="B-1", data__key="1-1/C-7"), "makes no row"),
    "a field is missing": (message(entry("bill"), value=b"{}"), "event_id"),
}  # fmt: skip


@pytest.mark.parametrize("name", POISONED)
def test_what_can_never_be_processed_says_why(name: str) -> None:
    poisoned, why = POISONED[name]
    with pytest.raises(BadEvent, match=why):
        row_of(decode(poisoned), project)


def test_a_clock_a_little_ahead_is_no_reason() -> None:
    late = altered(entry("bill"), timestamp=(RECEIVED_AT + dt.timedelta(minutes=59)).isoformat())
    assert decode(late).key == "1-1/C-7"


@pytest.mark.parametrize("poisoned", [poisoned for poisoned, _ in POISONED.values()], ids=list(POISONED))
def test_a_dead_letter_keeps_the_message_as_it_was(poisoned: Message) -> None:
    dead_letter = DeadLetterMessage(group="lists", message=poisoned, reason="why: ça")
    kept = Message(
        topic="bill.events.dead-letters",
        partition=0,
        offset=9,
        key=dead_letter.id.encode(),
        value=poisoned.value or b"",
        received_at=RECEIVED_AT,
        headers=dead_letter.headers(),
    )
    assert DeadLetterMessage.of(kept) == dead_letter
    assert dead_letter.id == f"lists:{poisoned.topic}/0/0"


def test_the_committed_schemas_are_current() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == {path.name for path in schemas()}
    for path, content in schemas().items():
        assert path.read_bytes() == content, f"{path.name} is old: python -m warehouse.model.schemas"


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_no_schema_ever_committed_is_broken(name: str) -> None:
    """Every version of the file in the history of the repository, where there is one."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("The repository's history is not here.")
    relative = f"warehouse/model/schemas/{name}.json"

    def git(*words: str) -> bytes:
        return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout

    for commit in git("log", "--format=%H", "--diff-filter=AM", "--", relative).decode().split():
        assert breaking(msgspec.json.decode(git("show", f"{commit}:{relative}")), schema_of(name)) == []


def test_breaking_changes_are_seen() -> None:
    old = schema_of("vote.created.v1")

    def changed(edit: Any) -> list[str]:
        new = msgspec.json.decode(msgspec.json.encode(old))
        edit(new["$defs"])
        return breaking(old, new)

    assert changed(lambda defs: None) == []
    assert changed(lambda defs: defs["Vote"]["properties"].update(later={"type": "string"})) == []
    assert "yeas was removed" in changed(lambda defs: defs["Vote"]["properties"].pop("yeas"))[0]
    assert "required now" in changed(lambda defs: defs["Vote"]["required"].append("yeas"))[0]
    assert "number" in changed(lambda defs: defs["Vote"]["properties"]["number"].update(type="string"))[0]
    assert "no longer takes" in changed(lambda defs: defs["Ballot"]["prefixItems"][1].update(enum=["yea"]))[0]
    assert changed(lambda defs: defs["Ballot"]["prefixItems"].append({"type": "string"})) == []
