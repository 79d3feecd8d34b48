"""Ctrl-C, SIGTERM and closing the terminal raise `KeyboardInterrupt`, except between starting a server and recording
it, and while servers are being stopped."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _State:
    depth = 0
    pending = False


def install() -> None:
    """Handle the three signals in this process; call it from the main thread."""
    for number in _SIGNALS:
        signal.signal(number, _handle)


def _handle(_number: int, _frame: FrameType | None) -> None:
    if _State.depth:
        _State.pending = True
    else:
        raise KeyboardInterrupt


@contextmanager
def ignored() -> Iterator[None]:
    """Ignore interrupts during the block."""
    _State.depth += 1
    try:
        yield
    finally:
        _State.depth -= 1
        _State.pending = False


@contextmanager
def deferred() -> Iterator[None]:
    """Delay interrupts until the end of the block."""
    _State.depth += 1
    try:
        yield
    finally:
        _State.depth -= 1
        if _State.pending and not _State.depth:
            _State.pending = False
            raise KeyboardInterrupt
