"""Keeps dead letters in compacted topics: a letter stays until it is settled, however long that takes."""

from collections.abc import Iterable

from warehouse.kafka.consumer import read_all
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes.dead_letters import Letter
from warehouse.model.changes.topics import DEAD_LETTERS, MAX_MESSAGE_BYTES, dead_letters_of


def park(producer: Producer, letters: Iterable[Letter]) -> None:
    """Keep letters; they are stored when this returns."""
    producer.send([_kept(letter) for letter in letters])


def _kept(letter: Letter) -> Outgoing:
    """A message that is larger than topics take, which compression may have hidden, is kept as far as they take it."""
    value = (letter.message.value or b"")[:MAX_MESSAGE_BYTES]
    return Outgoing(dead_letters_of(letter.message.topic), letter.id.encode(), value, letter.headers())


def settle(producer: Producer, letters: Iterable[Letter]) -> None:
    """Say that letters need no more attention."""
    producer.send([Outgoing(dead_letters_of(each.message.topic), each.id.encode(), None) for each in letters])


def unsettled(url: str) -> dict[str, Letter]:
    """Every letter that waits, by its id, oldest first."""
    letters: dict[str, Letter] = {}
    for message in read_all(url, [topic.name for topic in DEAD_LETTERS]):
        assert message.key is not None  # a compacted topic takes no message without one
        name = message.key.decode()
        if message.value is None:
            letters.pop(name, None)
        else:
            letters[name] = Letter.of(message)
    return letters
