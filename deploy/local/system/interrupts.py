"""Ctrl-C, SIGTERM and the closing of the terminal raise `KeyboardInterrupt`, but not between starting a server and
writing down that it runs, and not while servers are being ended."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _State:
    depth = 0
    pending = False


def install() -> None:
    """Answer the three signals in this process; call from its main thread."""
    for number in _SIGNALS:
        signal.signal(number, _handle)


def _handle(_number: int, _frame: FrameType | None) -> None:
    if _State.depth:
        _State.pending = True
    else:
        raise KeyboardInterrupt


@contextmanager
def ignored() -> Iterator[None]:
    """Nothing interrupts the block, and what was asked for in it is forgotten."""
    _State.depth += 1
    try:
        yield
    finally:
        _State.depth -= 1
        _State.pending = False


@contextmanager
def deferred() -> Iterator[None]:
    """What interrupts the block takes effect at its end."""
    _State.depth += 1
    try:
        yield
    finally:
        _State.depth -= 1
        if _State.pending and not _State.depth:
            _State.pending = False
            raise KeyboardInterrupt
