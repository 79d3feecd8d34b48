"""A page as JSON, CSV or NDJSON. CSV is RFC 4180 in UTF-8, one flat column a value, data exactly as recorded.

A spreadsheet may take a value that begins with `=`, `+`, `-` or `@` for a formula: import it as text. Changing data to
please a spreadsheet would be a correction nobody asked for.
"""

import csv
import io
import types
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from serving.core.texts import Coded, Lang, Text

Path = tuple[str, ...]

encoder = msgspec.json.Encoder()


def ndjson(items: Iterable[Any]) -> bytes:
    """One JSON object a line."""
    return b"".join(encoder.encode(item) + b"\n" for item in items)


def as_csv(struct: type[msgspec.Struct], items: Sequence[msgspec.Struct], lang: Lang) -> bytes:
    """A header line and one line an item; the columns depend on the struct and the language, never on the data."""
    paths = columns(struct, lang)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow("_".join(path) for path in paths)
    for item in items:
        plain = msgspec.to_builtins(item)
        writer.writerow(_cell(_at(plain, path)) for path in paths)
    return out.getvalue().encode()


@cache
def columns(struct: type[msgspec.Struct], lang: Lang) -> tuple[Path, ...]:
    """The path of every column: a nested object gives one column for each of its fields, a list is one of JSON."""
    return tuple(_paths(struct, lang))


def _paths(struct: type[msgspec.Struct], lang: Lang) -> Iterator[Path]:
    hints = get_type_hints(struct)
    hidden = {"both": "", "en": "fr", "fr": "en"}[lang] if struct in {Text, Coded} else ""
    for field in msgspec.structs.fields(struct):
        if field.name == hidden:
            continue
        inner = _struct_in(hints[field.name])
        if inner is None:
            yield (field.encode_name,)
        else:
            yield from ((field.encode_name, *rest) for rest in _paths(inner, lang))


def _struct_in(hint: Any) -> type[msgspec.Struct] | None:
    """The struct that a type is or may be."""
    options = get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
    found = [option for option in options if isinstance(option, type) and issubclass(option, msgspec.Struct)]
    return found[0] if found else None


def _at(plain: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(plain, dict):
            return None
        plain = plain.get(name)
    return plain


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return encoder.encode(value).decode() if value else ""
    return str(value)
