"""Removes invisible characters from untrusted text: controls, direction overrides, zero-width marks.

Terminals execute control characters, and direction overrides reorder text. The fields that we read of Parliament's
documents have neither (checked on all recorded ones). Accents, no-break spaces and line breaks stay.
"""

import re

_LINE_ENDS = re.compile("\r\n?")
_SEPARATORS = re.compile("[\x85\u2028\u2029]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but for tab and line feed, delete, C1
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)


def printable(text: str) -> str:
    """The text without hidden characters; carriage returns become line feeds, other line separators blanks.

    Most texts are returned unchanged after one test.
    """
    if text.isprintable() and text.isascii():
        return text
    return _HIDDEN.sub("", _SEPARATORS.sub(" ", _LINE_ENDS.sub("\n", text)))


def one_line(text: str, longest: int | None = None) -> str:
    """The text as one line of a list or a log, cut after `longest` characters."""
    line = " ".join(printable(text).split())
    return line if longest is None or len(line) <= longest else line[: longest - 1] + "…"
