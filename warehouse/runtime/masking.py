"""Masks passwords in every text that leaves this program: errors, logs, reports, tracebacks."""

import re

_HIDDEN = "***"
_WHOLE_URL = re.compile(r"^([\w+.-]*:?//)?+([^:/?#@]*):(.*)@", re.DOTALL)
_IN_TEXT = re.compile(r"(//[^\s:/?#@'\"]*):([^\s/'\"]*)@")
_NAMED = re.compile(r"((?:password|passwd|secret|token|api_?key|access_?key)=)[^&\s'\",;]+", re.IGNORECASE)


def mask_url(url: str) -> str:
    """The URL without its password, even if it is invalid because a `/` or `@` in the password was not encoded."""
    return _NAMED.sub(rf"\1{_HIDDEN}", _WHOLE_URL.sub(rf"\1\2:{_HIDDEN}@", url))


def mask_text(text: str) -> str:
    """The text with the passwords of all URLs in it masked."""
    return _NAMED.sub(rf"\1{_HIDDEN}", _IN_TEXT.sub(rf"\1:{_HIDDEN}@", text))
