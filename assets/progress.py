"""The interface by which long work reports its progress, independent of where it is shown."""

from typing import Protocol


class Progress(Protocol):
    """One task at a time: `start`, any number of `advance`, `done`."""

    def start(self, task: str, total: int | None = None) -> None:
        """Begin a task of `total` steps; None if the number is unknown."""

    def advance(self, count: int = 1) -> None:
        """Report `count` more steps. May be called from any thread."""

    def done(self) -> None:
        """End the task."""


class Silent:
    """Progress that is not shown."""

    def start(self, task: str, total: int | None = None) -> None:
        """Nothing."""

    def advance(self, count: int = 1) -> None:
        """Nothing."""

    def done(self) -> None:
        """Nothing."""
