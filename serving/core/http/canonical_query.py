"""One form for queries that mean the same, so that they share one entry of the cache and one ETag.

The names in `fields` and `include` are a set: they are put in order, once each. All else stays as it was sent.
"""

from typing import Final
from urllib.parse import quote, unquote_to_bytes

_SETS: Final = (b"fields", b"include")
_FIRST, _SECOND = (name + b"=" for name in _SETS)


def canonical(query: bytes) -> bytes:
    """The query with the names of each set in order; the very same where it has none of these parameters."""
    if _FIRST not in query and _SECOND not in query:
        return query
    parts: list[bytes] = []
    sets: dict[bytes, set[str]] = {}
    places: dict[bytes, int] = {}
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name not in _SETS:
            parts.append(part)
            continue
        try:
            names = unquote_to_bytes(value.replace(b"+", b" ")).decode().split(",")
        except UnicodeDecodeError:
            return query  # it is refused as it is
        if name not in sets:
            sets[name], places[name] = set(), len(parts)
            parts.append(part)
        sets[name].update(each.strip() for each in names)
    for name, names_of_set in sets.items():
        parts[places[name]] = name + b"=" + quote(",".join(sorted(names_of_set)), safe=",").encode()
    return b"&".join(parts)
