"""Names of people without the differences between spellings of one name."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_HONORIFIC: Final = re.compile(
    r"^(?:the\s+|l['’]\s*|le\s+(?=tr[eè]s))?"
    r"(?:(?:right|rt\.?|very|tr[eè]s)\s+)?"
    r"(?:hon\.|honou?rable|sen\.|senator|s[eé]n\.|s[eé]nat(?:eur|rice)|mr\.|mrs\.|ms\.|dr\.)\s+",
    re.IGNORECASE,
)
_SENATOR: Final = re.compile(
    r"^(?:(?:the\s+)?hon\.\s+)?(?:sen\.|senator|s[eé]n\.|s[eé]nat(?:eur|rice))\s", re.IGNORECASE
)

_IN_FRENCH: Final = {"Hon.": "L’hon.", "Right Hon.": "Le très hon.", "Rt. Hon.": "Le très hon.", "Sen.": "Sén."}
_ENGLISH_HONORIFIC: Final = re.compile(rf"^(?:{'|'.join(map(re.escape, _IN_FRENCH))})(?=\s|$)")


def french_name(name: str) -> str:
    """A name, or an honorific alone, with the House's French honorific: `L’hon. Anita Anand`."""
    name = _ENGLISH_HONORIFIC.sub(lambda found: _IN_FRENCH[found[0]], name)
    return f"L’{name[2:]}" if name.startswith("L'hon.") else name


@lru_cache(maxsize=16384)
def plain_name(name: str) -> str:
    """A name without honorific, accents, case and initials between its first and its last word.

    `Hon. David J. McGuinty` and `David McGuinty` are the same name, `L’hon. Zoé Ünal` and `Zoe Unal` too.
    """
    text = " ".join(name.split())
    while (bare := _HONORIFIC.sub("", text)) != text and bare:
        text = bare
    letters = unicodedata.normalize("NFKD", text.replace("’", "'").replace("—", "-").replace("–", "-"))
    words = "".join(each for each in letters if not unicodedata.combining(each)).casefold().split()
    inner = [word for word in words[1:-1] if len(word.rstrip(".")) > 1]
    return " ".join([*words[:1], *inner, *words[1:][-1:]])


def first_and_last(name: str) -> str:
    """The first and last word of a plain name: some lists have every given name, others only one."""
    words = plain_name(name).split()
    return " ".join([*words[:1], *words[1:][-1:]])


def is_senator(name: str) -> bool:
    """Whether LEGISinfo names a person as a senator."""
    return _SENATOR.match(" ".join(name.split())) is not None
