"""What a caller takes, found by the raw header values; values that mean the same share one variant and one answer."""

from typing import Final

from serving.core.http.exchange import Formats
from serving.core.http.negotiation import Coding, coding_of, formats_of, wants_bom

_MAX_REMEMBERED: Final = 2048
Values = tuple[bytes | None, bytes | None, bytes | None]
"""Of `Accept`, `Accept-Encoding` and `Accept-Charset`."""


class Variant:
    """Formats, compression and whether CSV begins with a byte order mark. Compared by identity: there is one object for
    each meaning."""

    __slots__ = ("coding", "formats", "wants_bom")

    def __init__(self, formats: Formats, coding: Coding, wants_bom: bool) -> None:
        self.formats = formats
        self.coding = coding
        self.wants_bom = wants_bom


class Variants:
    """Header values to variants. `get` is on the hot path and is the dictionary's own method."""

    def __init__(self) -> None:
        self._by_values: dict[Values, Variant] = {}
        self._by_meaning: dict[tuple[Formats, Coding, bool], Variant] = {}
        self.get = self._by_values.get

    def learn(self, values: Values) -> Variant:
        """Read the values of the three headers, once."""
        accept, encoding, charset = (value.decode("latin-1") if value is not None else None for value in values)
        meaning = (formats_of(accept), coding_of(encoding), wants_bom(charset))
        variant = self._by_meaning.setdefault(meaning, Variant(*meaning))
        if len(self._by_values) >= _MAX_REMEMBERED:
            self._by_values.clear()
        self._by_values[values] = variant
        return variant
