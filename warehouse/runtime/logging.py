"""Structured logs: a constant phrase and facts as fields, one JSON object on each line; never a request or response
body."""

import logging
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

from warehouse.runtime import telemetry
from warehouse.runtime.masking import mask_text


class _Stderr:
    """The current `sys.stderr` at each write: loggers are cached and would keep a stream that was replaced."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


_STDERR = cast("TextIO", _Stderr())


def configure(*, json: bool = True, level: str = "INFO", service: str = "") -> None:
    """Write logs to stderr: JSON lines for machines, aligned text for a terminal. Passwords of URLs are masked. A line
    of a process that is a service has its name."""
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _add_ids,
            *([_naming(service)] if service else []),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            lambda *event: mask_text(renderer(*event)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(_STDERR),
        cache_logger_on_first_use=True,
    )


def log_uncaught() -> None:
    """Log the exception that ends a thread like any other line: as JSON, with passwords masked."""

    def log_error(died: threading.ExceptHookArgs) -> None:
        if died.exc_value is not None and not issubclass(died.exc_type, SystemExit):
            name = died.thread.name if died.thread else ""
            get_logger(__name__).error("thread died", thread=name, exc_info=died.exc_value)

    threading.excepthook = log_error


def _add_ids(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the id of the current request, and of the current span."""
    if request_id := telemetry.request_id.get():
        event.setdefault("request_id", request_id)
    if (ids := telemetry.current()) is not None:
        event["trace_id"], event["span_id"] = ids
    return event


def _naming(service: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    return add


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger with the module's name as the field `module`."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger(module=name))
