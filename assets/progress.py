"""How long work tells a person how far it is; where it is shown is not its business."""

from typing import Protocol


class Progress(Protocol):
    """One task at a time: `start`, any number of `advance`, `done`."""

    def start(self, task: str, total: int | None = None) -> None:
        """Begin a task of `total` steps; None where nobody knows how many."""

    def advance(self, count: int = 1) -> None:
        """`count` more steps are made. May be called from any thread."""

    def done(self) -> None:
        """The task is over."""


class Silent:
    """Progress that nobody watches."""

    def start(self, task: str, total: int | None = None) -> None:
        """Nothing."""

    def advance(self, count: int = 1) -> None:
        """Nothing."""

    def done(self) -> None:
        """Nothing."""
