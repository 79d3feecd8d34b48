"""What fields and codes mean, in both languages, for the OpenAPI document and the data dictionary.

A field is described by the docstring under it, English and French with ` / ` between them; a type that many fields
have, by `described` in its `Annotated`; a field that is a struct, by the docstring of the struct. Docstrings are read
from the source when the document is made, so they cost nothing when the program starts or answers.
"""

import ast
import inspect
import re
import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
from litestar.handlers import HTTPRouteHandler
from msgspec import UnsetType

from serving.core.answers.closed_lists import ClosedList
from serving.core.answers.texts import Coded, Text
from serving.core.service import Service
from warehouse.model.messages.translate import typeset

Schema = dict[str, Any]
CODES: Final = "x-enumDescriptions"
"""Where the document says what each value of an `enum` means; Redoc and others show it."""
BETWEEN: Final = re.compile(r" /\s+")
_BLANKS: Final = re.compile(r"[ \n]+")
_OWN: Final = ""
_WORDED: Final = (Text, Coded)
"""Structs of which each field says itself what the text or the code is of."""


@cache
def docstrings(module: str) -> Mapping[str, Mapping[str, str]]:
    """The docstrings of a module's classes by class and field; that of the class itself is under the empty name."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if not isinstance(node, ast.ClassDef):
            continue
        texts = found[node.name] = {_OWN: _text(ast.get_docstring(node) or "")}
        for field, below in zip(node.body, node.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and (text := _docstring(below)):
                texts[field.target.id] = _text(text)
    return found


def _docstring(node: ast.stmt) -> str:
    constant = node.value if isinstance(node, ast.Expr) else None
    return constant.value if isinstance(constant, ast.Constant) and isinstance(constant.value, str) else ""


def _text(docstring: str) -> str:
    """A docstring on one line, its French with no-break spaces."""
    english, *french = BETWEEN.split(_BLANKS.sub(" ", docstring).strip(), maxsplit=1)
    return " / ".join([english.strip(), *(typeset(each.strip()) for each in french)])


def text_of(struct: type[msgspec.Struct]) -> str:
    """What a struct is: its docstring, where that has both languages."""
    text = docstrings(struct.__module__).get(struct.__name__, {}).get(_OWN, "")
    return text if BETWEEN.search(text) else ""


def _field_texts(struct: type[msgspec.Struct]) -> dict[str, str]:
    """What its fields say of themselves, those that it has from another struct included."""
    found: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        if issubclass(each, msgspec.Struct) and each is not msgspec.Struct:
            found |= docstrings(each.__module__).get(each.__name__, {})
    return {name: text for name, text in found.items() if BETWEEN.search(text)}


def structs_of(services: Iterable[Service]) -> dict[str, type[msgspec.Struct]]:
    """Every struct that the services answer with or take, by name."""
    found: dict[str, type[msgspec.Struct]] = {}
    for service in services:
        for controller in service.controllers:
            for handler in vars(controller).values():
                if isinstance(handler, HTTPRouteHandler) and handler.include_in_schema is not False:
                    _collect(get_type_hints(handler.fn).get("return"), found)
        for body in service.bodies.values():
            _collect(body.type, found)
    return found


def _collect(hint: Any, found: dict[str, type[msgspec.Struct]]) -> None:
    for part in get_args(hint):
        _collect(part, found)
    struct = get_origin(hint) or hint
    if isinstance(struct, type) and issubclass(struct, msgspec.Struct) and struct.__name__ not in found:
        found[struct.__name__] = struct
        for part in get_type_hints(struct).values():
            _collect(part, found)


def describe(schemas: dict[str, Schema], services: Sequence[Service]) -> None:
    """Say in the schemas of a document what each struct and field is."""
    structs = structs_of(services)
    for name, schema in schemas.items():
        struct = structs.get(str(schema.get("title", name)).partition("[")[0])
        if struct is None:
            continue
        schema.pop("description", None)
        if text := text_of(struct):
            schema["description"] = text
        texts, hints = _field_texts(struct), get_type_hints(struct, include_extras=True)
        for field in msgspec.structs.fields(struct):
            text = texts.get(field.name) or _of_type(hints[field.name])
            if text:
                schema["properties"][field.encode_name] = _with(text, schema["properties"][field.encode_name])


def _of_type(hint: Any) -> str:
    """What a type says of every field that has it."""
    if get_origin(hint) in {Union, types.UnionType}:
        options = [option for option in get_args(hint) if option is not UnsetType]
        return _of_type(options[0]) if len(options) == 1 else ""
    if get_origin(hint) is Annotated:
        texts = [each.description for each in hint.__metadata__ if isinstance(each, msgspec.Meta)]
        return next((text for text in texts if text), "")
    struct = get_origin(hint) or hint
    is_struct = isinstance(struct, type) and issubclass(struct, msgspec.Struct)
    return text_of(struct) if is_struct and struct not in _WORDED else ""


def _with(text: str, schema: Schema) -> Schema:
    """A schema with a description; a reference has none of its own."""
    if "$ref" in schema:
        return {"allOf": [schema], "description": text}
    return schema | {"description": text}


def describe_codes(document: Any, lists: Sequence[ClosedList]) -> None:
    """Say at each `enum` of a document what its values mean, by the smallest list that has all of them."""
    for schema in enums(document):
        values = [value for value in schema["enum"] if value is not None]
        known = [each.codes for each in lists if each.codes.keys() >= set(values)]
        if known:
            meanings = min(known, key=len)
            schema[CODES] = {value: " / ".join(meanings[value]) for value in values}


def enums(document: Any) -> Iterator[Schema]:
    """Every closed list of words in a document."""
    for each in _dicts(document):
        values = each.get("enum")
        if isinstance(values, list) and any(isinstance(value, str) for value in values):
            yield each


def _dicts(document: Any) -> Iterator[Schema]:
    if isinstance(document, dict):
        yield document
    for each in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from _dicts(each)
