"""What pages for people may load (Content Security Policy), and what every page looks alike in."""

import base64
import hashlib
from typing import Final

NOTE_STYLE: Final = ".note{background:#ffe9a8;padding:.5rem 1rem}"
"""How a page says that nothing in it is real."""


def policy_of(style: str) -> str:
    """The policy of a page with this one style sheet in it: no script, nothing from elsewhere, in nobody's frame."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
