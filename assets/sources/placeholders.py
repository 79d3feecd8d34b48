"""Placeholders for titles that are still to come."""

import re
from typing import Final

_PLACEHOLDER: Final = re.compile(
    r"\W*(?:(?:this is a )?tests?(?:ing)?(?: (?:bill|title|vote|only))?(?: ?\d+)?|essai|lorem ipsum.*|place ?holder|"
    r"tb[acdn]|to (?:be|come)(?: \w+){0,2}|à (?:venir|déterminer|confirmer)|x{2,}|n/?a|null|none|undefined|untitled|"
    r"sans titre|(?:short |long )?title(?: here)?|titre(?: (?:court|abrégé))?|do not (?:use|publish)|ne pas utiliser|"
    r"draft|ébauche|asdf\w*|[\W_]*)\W*",
    re.IGNORECASE,
)


def is_placeholder(text: str | None) -> bool:
    """Whether a text is only a placeholder: `TEST`, `TBD`, `À venir`, `xxx`, `---`."""
    return text is not None and _PLACEHOLDER.fullmatch(text) is not None
