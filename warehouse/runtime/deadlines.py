"""How much time the request that is being answered has left, handed down to every store in a context variable.

When it is over, the task that answers is cancelled, which ends a read of PostgreSQL or Redis where it waits. A thread
that waits for a server cannot be cancelled: it leaves here how to cut the connection that it waits for.

Outside a request there is no deadline; stores then have bounds of their own.
"""

import asyncio
import contextlib
import contextvars
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Final, TypeVar

T = TypeVar("T")
_KEPT: Final = 0.25
"""The part of what is left that a store is not given, so that there is time to answer without it."""


class Deadline:
    """The time that one piece of work has."""

    __slots__ = ("_cuts", "_ends_at", "_timer", "seconds")

    def __init__(self, seconds: float, timer: asyncio.Timeout | None = None, *, elapsed_s: float = 0.0) -> None:
        """`timer` cancels the work of a task when it is over; `elapsed_s` of it have gone by already."""
        self.seconds = seconds
        """The whole of it."""
        self._ends_at = time.monotonic() + seconds - elapsed_s
        self._timer = timer
        self._cuts: list[Callable[[], None]] | None = []

    @property
    def remaining_s(self) -> float:
        """What is left, in seconds; not below 0."""
        return max(0.0, self._ends_at - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether the task was cancelled because the time is over."""
        return self._timer is not None and self._timer.expired()

    def lift(self) -> None:
        """Let the work take as long as it does: from now on it waits for something to happen."""
        self._ends_at = float("inf")
        if self._timer is not None:
            self._timer.reschedule(None)

    def on_cut(self, cut: Callable[[], None]) -> None:
        """On a thread: say how to end what is waited for from now on. It may be called at any time, on another thread.

        Raises:
            TimeoutError: the time is over already.
        """
        cuts = self._cuts
        if cuts is not None:
            cuts.append(cut)
        if self._cuts is None:  # perhaps only since a moment ago
            raise TimeoutError("The time for the answer is over.")

    def cut(self) -> None:
        """Give up: end what a thread still waits for."""
        cuts, self._cuts = self._cuts, None
        for cut in cuts or ():
            cut()


_current: contextvars.ContextVar[Deadline | None] = contextvars.ContextVar("deadline", default=None)


def current() -> Deadline | None:
    """The deadline of what is being done; None outside a request."""
    return _current.get()


def at_most(seconds: float) -> float:
    """So many seconds, or what is left where that is less; a part of it is kept for answering without the store."""
    deadline = _current.get()
    return seconds if deadline is None else min(seconds, deadline.remaining_s * (1 - _KEPT))


def lift() -> None:
    """Let what is being done take as long as it does."""
    deadline = _current.get()
    if deadline is not None:
        deadline.lift()


@contextlib.contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Make this the deadline of the block. Where the block fails, what its threads wait for is cut."""
    token = _current.set(deadline)
    try:
        yield
    except BaseException:
        deadline.cut()
        raise
    finally:
        _current.reset(token)


async def run(executor: Executor | None, seconds: float, work: Callable[..., T], *arguments: object) -> T:
    """Run what blocks on a thread, for so many seconds or what `at_most` leaves of them. Then the connections that it
    waits for are cut, so that the thread is free again.

    Raises:
        TimeoutError: it took longer.
    """
    deadline = Deadline(at_most(seconds))
    context = contextvars.copy_context()
    context.run(_current.set, deadline)
    try:
        async with asyncio.timeout(deadline.seconds):
            return await asyncio.get_running_loop().run_in_executor(executor, context.run, work, *arguments)
    except BaseException:
        deadline.cut()
        raise
