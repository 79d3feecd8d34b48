"""Sends dead letters again, from the change log (the source of truth) or, if they can be processed by now, as they
are."""

from collections.abc import Mapping, Sequence

import msgspec

from warehouse.kafka.dead_letters import settle
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes.dead_letters import DeadLetterMessage
from warehouse.model.changes.envelope import decode
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.runtime.errors import BadEvent
from warehouse.workers.stream.relay import HEADER_LOG, HEADER_SEQUENCE, outgoing


class Replayed(msgspec.Struct, frozen=True):
    """The outcome for each dead letter, by id."""

    sent: list[str]
    left: dict[str, str]
    """The reasons of those that are in no log and still cannot be processed."""


def replay(dead_letters: Sequence[DeadLetterMessage], logs: Mapping[str, Database], kafka_url: str) -> Replayed:
    """Send dead letters to their original topics, where every group sees them again, and settle them.

    One that its consumer still cannot apply becomes a new dead letter.
    """
    done = Replayed([], {})
    settled: list[DeadLetterMessage] = []
    with Producer(kafka_url) as producer:
        for dead_letter in dead_letters:
            try:
                producer.send([_again(dead_letter, logs)])
            except BadEvent as error:
                done.left[dead_letter.id] = error.message
            else:
                settled.append(dead_letter)
                done.sent.append(dead_letter.id)
        settle(producer, settled)
    return done


def _again(dead_letter: DeadLetterMessage, logs: Mapping[str, Database]) -> Outgoing:
    headers = dict(dead_letter.message.headers)
    name, sequence = headers.get(HEADER_LOG, b"").decode(errors="replace"), headers.get(HEADER_SEQUENCE, b"")
    if name in logs and sequence.isdigit():
        entry = read.read_one(logs[name], int(sequence))
        if entry is not None:
            return outgoing(entry, name)
    decode(dead_letter.message)
    return Outgoing(
        dead_letter.message.topic, dead_letter.message.key, dead_letter.message.value, dead_letter.message.headers
    )
