"""Text without accents, case and typographic variants: what two spellings of one word have in common."""

import unicodedata

_SPELLED = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "`": "'"} | dict.fromkeys("‐‑‒–—−", "-"))


DASHES = "-‐‑‒–—−"
"""Every sign that people and documents write for a dash."""


def folded(text: str) -> str:
    """Lower-case, without accents, blanks single, with plain dashes and apostrophes: `Québec` is `quebec`."""
    plain = text.casefold().translate(_SPELLED)
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(mark))
    return " ".join(bare.split())
