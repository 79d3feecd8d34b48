"""What a caller takes, found by the raw header values; values that mean the same share one variant and one answer."""

from typing import Final

from serving.core.exchange import Formats
from serving.core.negotiation import Coding, coding_of, formats_of

_MAX_REMEMBERED: Final = 2048


class Variant:
    """Formats and compression. Compared by identity: there is one object for each meaning."""

    __slots__ = ("coding", "formats")

    def __init__(self, formats: Formats, coding: Coding) -> None:
        self.formats = formats
        self.coding = coding


class Variants:
    """Header values to variants. `get` is on the hot path and is the dictionary's own method."""

    def __init__(self) -> None:
        self._by_values: dict[tuple[bytes | None, bytes | None], Variant] = {}
        self._by_meaning: dict[tuple[Formats, Coding], Variant] = {}
        self.get = self._by_values.get

    def learn(self, values: tuple[bytes | None, bytes | None]) -> Variant:
        """Read the values of `Accept` and `Accept-Encoding`, once."""
        accept, encoding = (value.decode("latin-1") if value is not None else None for value in values)
        meaning = (formats_of(accept), coding_of(encoding))
        variant = self._by_meaning.setdefault(meaning, Variant(*meaning))
        if len(self._by_values) >= _MAX_REMEMBERED:
            self._by_values.clear()
        self._by_values[values] = variant
        return variant
