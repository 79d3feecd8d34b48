"""A page as JSON, CSV or NDJSON. CSV is RFC 4180 in UTF-8, one flat column for each value.

CSV comes in two modes. By default it is for programs: data exactly as recorded. With a byte order mark it is for
spreadsheets: a text that a spreadsheet would run as a formula gets an apostrophe in front of it. Numbers stay numbers.
"""

import csv
import io
import types
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from serving.core.answers.fields import require_known
from serving.core.answers.texts import Coded, Lang, Text
from serving.core.http.errors import InvalidValue, nearest
from serving.core.http.exchange import Exchange, Format
from serving.core.parameters.query_string import Parameters, not_allowed

Path = tuple[str, ...]

encoder = msgspec.json.Encoder()
CSV_NAMES: Final = ("columns", "bom")
"""The parameters of CSV."""
ALL: Final = "all"
_UNTIDY: Final = frozenset({"links", "provenance"})
"""Says where an entry is and is from: not part of a table that somebody works with."""
_BOM: Final = "\ufeff"
_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
"""How a text begins that spreadsheets take for a formula or that hides one (OWASP, CSV injection)."""


class CsvStyle(msgspec.Struct, frozen=True):
    """How the caller wants CSV."""

    columns: tuple[str, ...] = ()
    """Names of columns, or of the values that give several; empty for the tidy ones, `all` for every one."""
    for_spreadsheets: bool = False
    """Begins with a byte order mark, and no text in it can be run as a formula."""


TIDY: Final = CsvStyle()


def csv_style(parameters: Parameters, exchange: Exchange, format_: Format) -> CsvStyle:
    """Take the parameters of CSV.

    Raises:
        InvalidValue: they are given and the answer is not CSV, or one has a value it may not have.
    """
    columns, bom = parameters.single("columns"), parameters.single("bom")
    if format_ != "csv":
        for name, value in (("columns", columns), ("bom", bom)):
            if value is not None:
                raise InvalidValue(
                    f"`{name}` belongs to CSV. Add `.csv` to the path, or send `Accept: text/csv`.",
                    f"`{name}` est pour le CSV. Ajoutez `.csv` au chemin, ou envoyez `Accept: text/csv`.",
                    param=name,
                )
        return TIDY
    if bom not in {None, "0", "1", "true", "false"}:
        raise not_allowed("bom", str(bom), ("1", "0"))
    names = tuple(dict.fromkeys(part.strip() for part in (columns or "").split(",")))
    return CsvStyle(
        columns=() if columns is None else names,
        for_spreadsheets=exchange.wants_bom if bom is None else bom in {"1", "true"},
    )


def ndjson(items: Iterable[Any]) -> bytes:
    """One JSON object a line."""
    return b"".join(encoder.encode(item) + b"\n" for item in items)


def as_csv(
    struct: type[msgspec.Struct],
    items: Sequence[msgspec.Struct],
    lang: Lang,
    style: CsvStyle = TIDY,
    fields: Sequence[str] = (),
    *,
    is_first: bool = True,
) -> bytes:
    """A header line and one line an item; the columns depend on struct, language and style, never on the data.

    `fields` are the columns by the names that they have in JSON. What is not the first piece of a table has no header
    line.

    Raises:
        InvalidValue: a column is asked for that there is not, or columns are asked for in both ways.
    """
    paths = field_columns(struct, lang, style, tuple(fields)) if fields else chosen_columns(struct, lang, style.columns)
    cell = _harmless_cell if style.for_spreadsheets else _cell
    out = io.StringIO()
    if style.for_spreadsheets and is_first:
        out.write(_BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    if is_first:
        writer.writerow("_".join(path) for path in paths)
    for item in items:
        plain = msgspec.to_builtins(item)
        writer.writerow(cell(_at(plain, path)) for path in paths)
    return out.getvalue().encode()


def chosen_columns(struct: type[msgspec.Struct], lang: Lang, names: tuple[str, ...]) -> tuple[Path, ...]:
    """The path of each column that was asked for, in the order of the names.

    Raises:
        InvalidValue: there is no column with this name.
    """
    every = columns(struct, lang)
    if not names:
        return tuple(path for path in every if path[0] not in _UNTIDY)
    if names == (ALL,):
        return every
    found: dict[Path, None] = {}
    for name in names:
        paths = [path for path in every if any(name == "_".join(path[:end]) for end in range(1, len(path) + 1))]
        if not paths:
            known = ["_".join(path) for path in every]
            raise InvalidValue(
                f"There is no column `{name[:100]}`.",
                f"Il n’y a pas de colonne `{name[:100]}`.",
                param="columns",
                allowed=[ALL, *known],
                nearest=nearest(name, known),
            )
        found |= dict.fromkeys(paths)
    return tuple(found)


def field_columns(
    struct: type[msgspec.Struct], lang: Lang, style: CsvStyle, names: tuple[str, ...]
) -> tuple[Path, ...]:
    """The path of each column that holds a field of these names, in the order of the whole entry.

    Raises:
        InvalidValue: there is no field with this name, or columns are asked for as well.
    """
    if style.columns:
        raise InvalidValue(
            "`fields` and `columns` cannot be combined: in CSV both choose columns.",
            "`fields` et `columns` ne vont pas ensemble\u00a0: en CSV, les deux choisissent des colonnes.",
            param="fields",
        )
    require_known(struct, names)
    wanted = [tuple(name.split(".")) for name in names]
    return tuple(
        path
        for path in columns(struct, lang)
        if any(path[: len(name)] == name or name[: len(path)] == path for name in wanted)
    )


@cache
def columns(struct: type[msgspec.Struct], lang: Lang) -> tuple[Path, ...]:
    """The path of every column: a nested object gives one column for each of its fields, a list is one of JSON."""
    return tuple(_paths(struct, lang))


def _paths(struct: type[msgspec.Struct], lang: Lang) -> Iterator[Path]:
    hints = get_type_hints(struct)
    hidden = {"both": "", "en": "fr", "fr": "en"}[lang] if issubclass(struct, Text | Coded) else ""
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


def _harmless_cell(value: Any) -> str:
    """A cell that no spreadsheet runs. Only texts are changed: a number is none, whatever its sign."""
    cell = _cell(value)
    return f"'{cell}" if isinstance(value, str) and cell.startswith(_FORMULA) else cell
