"""A picture of one trace: a bar a span, below its parent; where nothing happens for long, time is cut out."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from tests.support.servers.otlp import ReceivedSpan

_ROW, _LEFT, _WIDE, _GAP = 24, 430, 720, 24
_COLOURS: Final = ("#33658a", "#86bbd8", "#758e4f", "#f6ae2d", "#f26419", "#6d597a")


def drawn(spans: Sequence[ReceivedSpan]) -> str:
    """The picture as SVG."""
    ordered = _by_parent(spans)
    place = _scale(spans)
    colours = {
        service: _COLOURS[n % len(_COLOURS)] for n, service in enumerate(dict.fromkeys(s.service for s in spans))
    }
    rows = []
    for row, (depth, span) in enumerate(ordered):
        top = 40 + row * _ROW
        left, right = place(span.began_ns), place(span.ended_ns)
        ms = (span.ended_ns - span.began_ns) / 1e6
        rows.append(
            f'<text x="{10 + 14 * depth}" y="{top + 13}">{escape(span.service.removeprefix("openpolicy-"))}'
            f" · {escape(span.name)}</text>"
            f'<rect x="{left:.1f}" y="{top}" width="{max(2.0, right - left):.1f}" height="16" rx="2"'
            f' fill="{colours[span.service]}"/>'
            f'<text x="{max(left + 2, right) + 5:.1f}" y="{top + 13}" fill="#555">{ms:,.2f} ms</text>'
        )
    height = 60 + len(ordered) * _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDE + 110}" height="{height}"'
        f' font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="10" y="22" font-size="14">Trace {spans[0].trace_id}; idle time between spans is cut out</text>'
        f"{''.join(rows)}</svg>\n"
    )


def _by_parent(spans: Sequence[ReceivedSpan]) -> list[tuple[int, ReceivedSpan]]:
    """Every span with its depth, children after their parent, in the order they began."""
    known = {span.span_id for span in spans}
    found: list[tuple[int, ReceivedSpan]] = []

    def walk(parent: str, depth: int) -> None:
        children = (s for s in spans if (s.parent if s.parent in known else "") == parent)
        for span in sorted(children, key=lambda each: (each.began_ns, -each.ended_ns)):
            found.append((depth, span))
            walk(span.span_id, depth + 1)

    walk("", 0)
    return found


def _scale(spans: Sequence[ReceivedSpan]) -> Callable[[int], float]:
    """From an instant to a place on the line; stretches in which no span ran are as wide as a gap."""
    busy: list[list[int]] = []
    for span in sorted(spans, key=lambda each: each.began_ns):
        if busy and span.began_ns <= busy[-1][1]:
            busy[-1][1] = max(busy[-1][1], span.ended_ns)
        else:
            busy.append([span.began_ns, span.ended_ns])
    total = sum(end - begin for begin, end in busy)
    per_ns = (_WIDE - _GAP * (len(busy) - 1)) / total

    def place(instant: int) -> float:
        left = float(_LEFT)
        for begin, end in busy:
            if instant <= end:
                return left + (instant - begin) * per_ns
            left += (end - begin) * per_ns + _GAP
        return left

    return place
