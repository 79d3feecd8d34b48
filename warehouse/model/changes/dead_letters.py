"""Dead letters: whole messages that could not be processed, with the reason and their place in a topic."""

import datetime as dt
from typing import Any

import msgspec

from warehouse.model.changes.envelope import Message

_NULL = "value-is-null"


class DeadLetterMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message that one group of consumers could not process."""

    group: str
    message: Message
    """As it was in its topic: raw bytes, key, headers."""
    reason: str

    @property
    def id(self) -> str:
        """`lists:bill.events/3/1234`. A dead letter that is kept twice has the same id."""
        return f"{self.group}:{self.message.place}"

    def headers(self) -> tuple[tuple[str, bytes], ...]:
        """Everything except the raw value, as headers of the message that keeps it."""
        facts = {
            "group": self.group, "reason": self.reason, "topic": self.message.topic,
            "partition": str(self.message.partition), "offset": str(self.message.offset),
            "received-at": self.message.received_at.isoformat(),
        }  # fmt: skip
        own = [(f"letter-{name}", text.encode()) for name, text in facts.items()]
        if self.message.key is not None:
            own.append(("letter-key", self.message.key))
        if self.message.value is None:
            own.append((f"letter-{_NULL}", b""))
        return (*own, *self.message.headers)

    @classmethod
    def of(cls, kept: Message) -> "DeadLetterMessage":
        """The dead letter that a message of its topic keeps."""
        own = {name.removeprefix("letter-"): value for name, value in kept.headers if name.startswith("letter-")}
        message = Message(
            topic=own["topic"].decode(),
            partition=int(own["partition"]),
            offset=int(own["offset"]),
            key=own.get("key"),
            value=None if _NULL in own else kept.value,
            received_at=dt.datetime.fromisoformat(own["received-at"].decode()),
            headers=tuple((name, value) for name, value in kept.headers if not name.startswith("letter-")),
        )
        return cls(group=own["group"].decode(), message=message, reason=own["reason"].decode())

    def facts(self) -> dict[str, Any]:
        """The dead letter for people, without the value."""
        key, value = self.message.key, self.message.value
        return {
            "id": self.id,
            "group": self.group,
            "reason": self.reason,
            "topic": self.message.topic,
            "partition": self.message.partition,
            "offset": self.message.offset,
            "key": None if key is None else key.decode(errors="replace"),
            "bytes": None if value is None else len(value),
            "received_at": self.message.received_at.isoformat(),
            "headers": {name: text.decode(errors="replace") for name, text in self.message.headers},
        }
