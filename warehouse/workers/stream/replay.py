"""Sends dead letters again: from the change log, which is the truth, or as they are if they can be processed by now."""

from collections.abc import Mapping, Sequence

import msgspec

from warehouse.kafka.dead_letters import settle
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes.dead_letters import Letter
from warehouse.model.changes.envelope import decode
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.runtime.errors import BadEvent
from warehouse.workers.stream.relay import HEADER_LOG, HEADER_SEQUENCE, outgoing


class Replayed(msgspec.Struct, frozen=True):
    """What became of letters, by their ids."""

    sent: list[str]
    left: dict[str, str]
    """The reason of each that is not in a log and still cannot be processed."""


def replay(letters: Sequence[Letter], logs: Mapping[str, Database], kafka_url: str) -> Replayed:
    """Send letters to the topics they came from, where every group sees them again, and settle them.

    A letter that is still unfit for its consumer comes back as a new one.
    """
    done = Replayed([], {})
    settled: list[Letter] = []
    with Producer(kafka_url) as producer:
        for letter in letters:
            try:
                producer.send([_again(letter, logs)])
            except BadEvent as error:
                done.left[letter.id] = error.message
            else:
                settled.append(letter)
                done.sent.append(letter.id)
        settle(producer, settled)
    return done


def _again(letter: Letter, logs: Mapping[str, Database]) -> Outgoing:
    headers = dict(letter.message.headers)
    name, sequence = headers.get(HEADER_LOG, b"").decode(errors="replace"), headers.get(HEADER_SEQUENCE, b"")
    if name in logs and sequence.isdigit():
        entry = read.read_one(logs[name], int(sequence))
        if entry is not None:
            return outgoing(entry, name)
    decode(letter.message)
    return Outgoing(letter.message.topic, letter.message.key, letter.message.value, letter.message.headers)
