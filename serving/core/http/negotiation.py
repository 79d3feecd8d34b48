"""Which format and which compression a caller takes (RFC 9110, 12.5), decided once for each pair of header values."""

from typing import Final

from serving.core.http.exchange import Coding, Format, Formats

_MAX_REMEMBERED: Final = 2048

_OFFERED: Final[tuple[tuple[Format, tuple[str, ...]], ...]] = (
    ("json", ("application/json", "application/*", "*/*")),
    ("csv", ("text/csv", "text/*", "*/*")),
    ("ndjson", ("application/x-ndjson", "application/*", "*/*")),
    ("html", ("text/html",)),  # only who names it, as browsers do, is a person
)
_ALSO_NDJSON: Final = ("application/ndjson", "application/jsonl")
_UTF_8: Final = frozenset({"utf-8", "utf8"})
_UTF_8_WITH_BOM: Final = frozenset({"utf-8-sig", "utf-8-bom", "utf8-sig", "utf8-bom"})
_CODINGS: Final[tuple[Coding, ...]] = ("zstd", "br", "gzip")
"""Of those that a caller takes equally, the first: zstd takes a quarter of the time of Brotli for nearly its size."""
SUFFIXES: Final[dict[str, Format]] = {".json": "json", ".csv": "csv", ".ndjson": "ndjson"}


def _qualities(header: str) -> dict[str, float]:
    """Each value of a header with its quality; what is not a number counts as 0."""
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, number = parameter.partition("=")
            if name.strip() == "q":
                quality = _number(number)
        if value:
            found[value] = quality
    return found


def _number(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def formats_of(accept: str | None) -> Formats:
    """The formats that an `Accept` header takes, best first; all of them, JSON first, when there is no header."""
    if accept is None or not accept.strip():
        return ("json", "csv", "ndjson")
    qualities = _qualities(accept)
    for name in _ALSO_NDJSON:
        if name in qualities:
            qualities.setdefault("application/x-ndjson", qualities[name])
    ranked = [(_best(names, qualities), format_) for format_, names in _OFFERED]
    return tuple(format_ for quality, format_ in sorted(ranked, key=lambda pair: -pair[0]) if quality > 0)


def _best(names: tuple[str, ...], qualities: dict[str, float]) -> float:
    """The quality that the most specific matching range gives."""
    return next((qualities[name] for name in names if name in qualities), 0.0)


def coding_of(accept_encoding: str | None) -> Coding:
    """The compression to use; none when the caller names none that we have."""
    if not accept_encoding:
        return ""
    qualities = _qualities(accept_encoding)
    ranked = [(qualities.get(coding, qualities.get("*", 0.0)), coding) for coding in _CODINGS]
    quality, coding = max(ranked, key=lambda pair: pair[0])
    return coding if quality > 0 and quality >= qualities.get("identity", 0.0) else ""


def accepts_zstd(accept_encoding: str | None) -> bool:
    """Whether a caller takes what is compressed by Zstandard already."""
    qualities = _qualities(accept_encoding or "")
    return qualities.get("zstd", qualities.get("*", 0.0)) > 0


def wants_bom(accept_charset: str | None) -> bool:
    """Whether CSV should say in its first bytes that it is UTF-8.

    Yes where `Accept-Charset` names UTF-8 with its mark (`utf-8-sig`), or UTF-8 and nothing else. A browser's or a
    library's list of all it can read asks for nothing.
    """
    if not accept_charset:
        return False
    wanted = {name for name, quality in _qualities(accept_charset).items() if quality > 0}
    return bool(wanted & _UTF_8_WITH_BOM) or (bool(wanted) and wanted <= _UTF_8)


def split_suffix(path: str) -> tuple[str, Format | None]:
    """The path without `.json`, `.csv` or `.ndjson`, and the format it names."""
    for suffix, format_ in SUFFIXES.items():
        if path.endswith(suffix):
            return path.removesuffix(suffix), format_
    return path, None


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
