"""What tests hold French texts to: the typography of the Office québécois, the House's terms, and no English."""

import re
from typing import Final

NO_BREAK: Final = "\u00a0"
_FAULTS: Final = (
    (re.compile(r"(?<!\u00a0):(?=\s|$)"), "no no-break space before a colon"),
    (re.compile(r"«(?!\u00a0)"), "no no-break space after «"),
    (re.compile(r"(?<!\u00a0)»"), "no no-break space before »"),
    (re.compile(r"[\s\u00a0][;!?](?=\s|$)"), "a space before ; ! ?"),
    (re.compile(r"(?<=[a-zà-ÿ])'(?=[a-zà-ÿ])"), "a straight apostrophe"),
)
RETIRED: Final = re.compile(r"\bbulletins?\b|\bmis(?:e?s?) de côté\b|\béligibles? (?:à|au) vot", re.IGNORECASE)
_ENGLISH: Final = frozenset(
    [
        "the",
        "of",
        "and",
        "is",
        "are",
        "was",
        "were",
        "with",
        "without",
        "that",
        "this",
        "these",
        "those",
        "there",
        "their",
        "its",
        "it",
        "from",
        "has",
        "have",
        "had",
        "not",
        "no",
        "any",
        "which",
        "who",
        "whom",
        "what",
        "when",
        "where",
        "by",
        "for",
        "to",
        "at",
        "be",
        "been",
        "being",
        "does",
        "did",
        "can",
        "cannot",
        "could",
        "may",
        "must",
        "will",
        "would",
    ]
)
"""Function words that no French text has (`on`, `or`, `as`, `a`, `but` and `me` are French words too)."""
_QUOTED: Final = re.compile(r"«[^»]*»|`[^`]*`|https?://\S+|<[^>]*>|/[\w/{}.:-]+")


def faults_of_typography(text: str) -> list[str]:
    """What is wrong with the spaces, apostrophes and terms of a French text; what is in backquotes is not read."""
    plain = re.sub(r"`[^`]*`|https?://\S+", "x", text)
    faults = [why for pattern, why in _FAULTS if pattern.search(plain)]
    if found := RETIRED.search(plain):
        faults.append(f"a word that the House does not use: {found[0]}")
    return sorted(set(faults))


def is_english_sentence(text: str) -> bool:
    """Whether a text is English: three words or more, of which two or more, and a fifth, are English function words.

    What is quoted, addresses and words of the machine are not read.
    """
    words = re.findall(r"[A-Za-zÀ-ÿ’']+", _QUOTED.sub(" ", text))
    english = [word for word in words if word.lower() in _ENGLISH]
    return " " in text.strip() and len(words) >= 3 and len(english) >= 2 and 5 * len(english) >= len(words)
