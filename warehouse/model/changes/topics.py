"""Every topic of the platform, declared once. An event's topic follows from its entity, its partition from its key."""

import msgspec

from warehouse.model.kinds import KINDS, EntityType

MAX_EVENT_BYTES = 4 * 1024 * 1024
"""The largest event there is: a vote with 340 ballots has about 40 kB."""
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""The largest message that topics accept: more than an event, so that oversized events arrive and become dead
letters."""
MAX_DEAD_LETTER_BYTES = 9 * 1024 * 1024
"""The largest dead letter: the largest message and its reason."""
_DAY_MS = 86_400_000


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """The declaration of a topic."""

    name: str
    partitions: int
    keep_days: int | None
    """None: the last message of each key is kept forever."""
    max_message_bytes: int = MAX_MESSAGE_BYTES

    @property
    def config(self) -> dict[str, str]:
        """Its settings by the broker's names."""
        kept = (
            {"cleanup.policy": "compact"}
            if self.keep_days is None
            else {"cleanup.policy": "delete", "retention.ms": str(self.keep_days * _DAY_MS)}
        )
        return {
            **kept,
            "compression.type": "producer",
            "max.message.bytes": str(self.max_message_bytes),
            # The time of arrival is by the broker's clock, not by the message.
            "message.timestamp.type": "LogAppendTime",
        }


_OF_ENTITIES = {
    kind.topic: Topic(name=kind.topic, partitions=kind.partitions, keep_days=kind.keep_days) for kind in KINDS.values()
}
ENTITY_TOPICS = tuple(_OF_ENTITIES)
"""The topics that carry changes of entities."""
STREAMS = (
    *_OF_ENTITIES.values(),
    Topic(name="user.events", partitions=6, keep_days=30),
    Topic(name="notification.commands", partitions=3, keep_days=1),
)


def topic_of(entity: EntityType) -> str:
    """The topic that carries an entity's events."""
    return KINDS[entity].topic


def dead_letters_of(topic: str) -> str:
    """The topic of what could not be processed from `topic`."""
    return f"{topic}.dead-letters"


DEAD_LETTERS = tuple(
    Topic(name=dead_letters_of(stream.name), partitions=1, keep_days=None, max_message_bytes=MAX_DEAD_LETTER_BYTES)
    for stream in STREAMS
)
TOPICS = (*STREAMS, *DEAD_LETTERS)
