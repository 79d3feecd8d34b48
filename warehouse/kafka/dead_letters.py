"""Keeps dead letters in compacted topics, each until it is settled."""

from collections.abc import Iterable

from warehouse.kafka.consumer import read_all
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes.dead_letters import DeadLetterMessage
from warehouse.model.changes.topics import DEAD_LETTERS, MAX_MESSAGE_BYTES, dead_letters_of


def park(producer: Producer, dead_letters: Iterable[DeadLetterMessage]) -> None:
    """Keep dead letters; they are stored when this returns."""
    producer.send([_kept(dead_letter) for dead_letter in dead_letters])


def _kept(dead_letter: DeadLetterMessage) -> Outgoing:
    """A message that is larger than topics accept (compression may have hidden that) is truncated."""
    value = (dead_letter.message.value or b"")[:MAX_MESSAGE_BYTES]
    return Outgoing(dead_letters_of(dead_letter.message.topic), dead_letter.id.encode(), value, dead_letter.headers())


def settle(producer: Producer, dead_letters: Iterable[DeadLetterMessage]) -> None:
    """Mark dead letters as settled."""
    producer.send([Outgoing(dead_letters_of(each.message.topic), each.id.encode(), None) for each in dead_letters])


def unsettled(url: str) -> dict[str, DeadLetterMessage]:
    """Every dead letter that waits, by its id, oldest first."""
    dead_letters: dict[str, DeadLetterMessage] = {}
    for message in read_all(url, [topic.name for topic in DEAD_LETTERS]):
        assert message.key is not None  # a compacted topic takes no message without one
        name = message.key.decode()
        if message.value is None:
            dead_letters.pop(name, None)
        else:
            dead_letters[name] = DeadLetterMessage.of(message)
    return dead_letters
