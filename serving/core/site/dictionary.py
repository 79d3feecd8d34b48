"""The data dictionary: what the OpenAPI document says of each field, parameter and code, in an order for reading."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from serving.core.answers.closed_lists import ClosedList
from serving.core.answers.envelope import Meta
from serving.core.answers.texts import Text, View
from serving.core.site.descriptions import BETWEEN, enums
from serving.core.site.sparse import SPARSE_OF

_REF = "#/components/schemas/"


class DictionaryField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an object. / Un champ d’un objet."""

    name: str
    """Its name in JSON. / Son nom en JSON."""
    type: str
    """A JSON type, with its format in parentheses, or the name of an object; in brackets where it is a list.
    / Un type JSON, avec son format entre parenthèses, ou le nom d’un objet; entre crochets si c’est une liste."""
    may_be_null: bool
    """Whether it can be null; its text says when. / S’il peut être nul; son texte dit quand."""
    may_be_absent: bool
    """Whether it can be left out. / S’il peut manquer."""
    text: Text
    """What it means. / Ce qu’il veut dire."""
    codes: str | None
    """The closed list that its values are of, by name; null where it has none.
    / La liste fermée dont sont ses valeurs, par son nom; nul s’il n’y en a pas."""


class DictionaryObject(msgspec.Struct, frozen=True, kw_only=True):
    """An object of the answers, by its name in the OpenAPI document.
    / Un objet des réponses, par son nom dans le document OpenAPI."""

    name: str
    """The name of its schema. / Le nom de son schéma."""
    text: Text
    """What it is. / Ce qu’il est."""
    fields: list[DictionaryField]
    """Its fields, in the order of JSON. / Ses champs, dans l’ordre du JSON."""


class DictionaryParameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter, once for all operations that say the same of it.
    / Un paramètre, une fois pour toutes les opérations qui en disent la même chose."""

    name: str
    """Its name. / Son nom."""
    place: str
    """Where it stands: `path`, `query` or `header`. / Où il se trouve : `path`, `query` ou `header`."""
    type: str
    """As of a field. / Comme d’un champ."""
    text: Text
    """What it means. / Ce qu’il veut dire."""
    codes: str | None
    """The closed list that its values are of, by name; null where it has none.
    / La liste fermée dont sont ses valeurs, par son nom; nul s’il n’y en a pas."""
    operations: list[str]
    """The ids of the operations that take it. / Les identifiants des opérations qui le prennent."""


class DictionaryCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of a closed list. / Un code d’une liste fermée."""

    code: str
    """As answers have it and parameters take it. / Tel que les réponses l’ont et que les paramètres le prennent."""
    text: Text
    """What it means. / Ce qu’il veut dire."""


class DictionaryCodeList(msgspec.Struct, frozen=True, kw_only=True):
    """A closed list. / Une liste fermée."""

    name: str
    """Its name within the dictionary. / Son nom dans le dictionnaire."""
    text: Text
    """What it is a list of. / De quoi c’est la liste."""
    codes: list[DictionaryCode]
    """Its codes. / Ses codes."""


class DictionaryOut(msgspec.Struct, frozen=True, kw_only=True):
    """The data dictionary of the services in this process. / Le dictionnaire de données des services présents."""

    objects: list[DictionaryObject]
    """What answers and requests are made of, by name. / Ce dont réponses et requêtes sont faites, par nom."""
    parameters: list[DictionaryParameter]
    """What addresses take, by name. / Ce que les adresses prennent, par nom."""
    code_lists: list[DictionaryCodeList]
    """Every closed list. / Chaque liste fermée."""


class Dictionary(msgspec.Struct, frozen=True, kw_only=True):
    """The answer with the dictionary. / La réponse avec le dictionnaire."""

    data: DictionaryOut
    meta: Meta


def dictionary_out(document: dict[str, Any], code_lists: Sequence[ClosedList], view: View) -> DictionaryOut:
    """The dictionary that is in a document, in the languages of the view."""
    known = document["components"]["schemas"]
    schemas = {_title(name, schema): schema for name, schema in known.items() if SPARSE_OF not in schema}
    return DictionaryOut(
        objects=[_object(name, schemas[name], code_lists, view) for name in sorted(schemas, key=str.lower)],
        parameters=_parameters(document, code_lists, view),
        code_lists=[
            DictionaryCodeList(
                name=each.name,
                text=view.text(each.en, each.fr),
                codes=[DictionaryCode(code=code, text=view.text(*text)) for code, text in each.codes.items()],
            )
            for each in code_lists
        ],
    )


def _title(name: str, schema: dict[str, Any]) -> str:
    """A name for people; that of a generic object is the same for all that it can hold."""
    return str(schema.get("title", name)).partition("[")[0]


def _object(name: str, schema: dict[str, Any], code_lists: Sequence[ClosedList], view: View) -> DictionaryObject:
    required = schema.get("required", ())
    return DictionaryObject(
        name=name,
        text=_text(schema, view),
        fields=[
            DictionaryField(
                name=field,
                type=_type(of_field),
                may_be_null=may_be_null(of_field),
                may_be_absent=field not in required,
                text=_text(of_field, view),
                codes=_codes(of_field, code_lists),
            )
            for field, of_field in schema.get("properties", {}).items()
        ],
    )


def _parameters(document: dict[str, Any], code_lists: Sequence[ClosedList], view: View) -> list[DictionaryParameter]:
    found: dict[tuple[str, str, str, str], tuple[dict[str, Any], list[str]]] = {}
    for operation, each in parameters_of(document):
        key = (each["name"], each["in"], each["description"], _type(each["schema"]))
        found.setdefault(key, (each, []))[1].append(operation)
    return [
        DictionaryParameter(
            name=name,
            place=place,
            type=type_,
            text=_text(each, view),
            codes=_codes(each["schema"], code_lists),
            operations=operations,
        )
        for (name, place, _, type_), (each, operations) in sorted(found.items(), key=lambda item: item[0])
    ]


def parameters_of(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every parameter of a document, with the id of its operation."""
    for item in document["paths"].values():
        for operation in item.values():
            for each in operation.get("parameters", ()):
                yield operation["operationId"], each


def _text(schema: dict[str, Any], view: View) -> Text:
    english, _, french = BETWEEN.sub("\n", schema.get("description", ""), count=1).partition("\n")
    return view.text(english or None, french or None)


def may_be_null(schema: dict[str, Any]) -> bool:
    """Whether a schema takes null."""
    return schema.get("type") == "null" or None in schema.get("enum", ()) or any(map(may_be_null, _options(schema)))


def _options(schema: dict[str, Any]) -> Iterable[dict[str, Any]]:
    found: list[dict[str, Any]] = schema.get("oneOf") or schema.get("allOf") or schema.get("anyOf") or []
    return found


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF).partition("_")[0]
    if options := _options(schema):
        return " | ".join(dict.fromkeys(_type(each) for each in options if each.get("type") != "null"))
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " | ".join(each for each in kind if each != "null")
    if kind == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _codes(schema: dict[str, Any], code_lists: Sequence[ClosedList]) -> str | None:
    for each in enums(schema):
        values = {value for value in each["enum"] if value is not None}
        known = [of_list for of_list in code_lists if of_list.codes.keys() >= values]
        if known:
            return min(known, key=lambda of_list: len(of_list.codes)).name
    return None
