"""The OpenAPI 3.1 document: Litestar's, completed by what it cannot see: filters, formats, problems, headers."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Contact, License, Tag
from litestar.types import ControllerRouterHandler

from serving.core.answers.closed_lists import SHARED
from serving.core.answers.texts import LANGS, Lang
from serving.core.entities.includes import Relations
from serving.core.http.errors import DOCUMENTED, STORE_TITLES, InvalidValue, MethodNotAllowed, RequestError
from serving.core.http.problems import MEDIA_TYPE
from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, MOST_OF_ALL
from serving.core.parameters import values
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.schemas import (
    FIELDS,
    NO_CONTROL,
    PAST,
    SESSION,
    SNAPSHOT,
    TEXT,
    Parameter,
    Schema,
    query_parameter,
    whole_parameter,
)
from serving.core.parameters.values import LARGEST
from serving.core.service import RequestBody, Service
from serving.core.site.descriptions import BETWEEN, CODES, describe, describe_codes
from serving.core.site.included import include_parameter, offer_included
from serving.core.site.sparse import offer_fields
from warehouse.model.keys import BILL_PATTERN, SESSION_PATTERN
from warehouse.model.kinds import KINDS, EntityType
from warehouse.runtime import deadlines

PATH: Final = "/api/v1/openapi.json"
_EXAMPLES: Final = Path(__file__).parent / "examples.json"
"""Requests and answers of the demo (`tests/support/examples.py` asks for them again)."""
_DESCRIPTION: Final = """\
Bills, recorded votes, every ballot, and members of Canada's federal Parliament, each with its source document.
Texts are in both languages; `lang=en` or `lang=fr` shows one. Lists come as JSON, CSV or NDJSON: by `Accept`, or by
ending the address with `.csv` or `.ndjson`. Following `page.next` shows the list as it was when the walk began. /

Projets de loi, votes par appel nominal, vote de chaque député, députées et députés du Parlement fédéral, chacun avec
son document source. Les textes sont dans les deux langues; `lang=en` ou `lang=fr` n’en montre qu’une. Les listes
existent en JSON, CSV ou NDJSON. Suivre `page.next` montre la liste telle qu’elle était au début du parcours.
"""
_TEXTS: Final = frozenset({"summary", "description"})
_STRING: Final[Schema] = {"type": "string"}
_WHOLE_NUMBER: Final[Schema] = {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}
_SCHEMA_OF_KIND: Final[dict[str, Schema]] = {
    "code": TEXT,
    "text": TEXT,
    "number": _WHOLE_NUMBER,
    "share": {"type": "number", "minimum": 0, "maximum": 1},
    "key": TEXT,
    "seats": _WHOLE_NUMBER,
    "parts": TEXT,
    "date": {"type": "string", "format": "date"},
    "flag": {"type": "boolean"},
}
_SCHEMA_OF_READER: Final[dict[Any, Schema]] = {
    values.session: SESSION,
    values.bill: {"type": "string", "pattern": f"^({SESSION_PATTERN}/)?{BILL_PATTERN}$"},
    values.parliament: {"type": "integer", "minimum": 0, "maximum": values.MOST_PARLIAMENTS},
    values.bill_number: {"type": "string", "pattern": f"^{BILL_PATTERN}$"},
    **{values.key_of(kind): {"type": "string", "pattern": f"^{KINDS[kind].key_pattern}$"} for kind in values.KEYED},
}
_LIMIT: Final = "How many entries a page has at most. / Combien d’entrées une page a au plus."
_OFFSET: Final = (
    "Entries to skip; for people: lists may change meanwhile, so programs follow `cursor`. / Entrées à sauter; pour "
    "les personnes\u00a0: les listes peuvent changer entre-temps, les programmes suivent donc `cursor`."
)
_RULES: Final = (
    ("offset", "cursor"),
    ("revision", "known_at"),
    ("revision", "snapshot"),
    ("known_at", "snapshot"),
    ("fields", "columns"),
)
"""Parameters of which one request has one at most."""
_OF_CSV: Final = ("columns", "bom")


def _config(services: Sequence[Service]) -> OpenAPIConfig:
    tags = {name: text for service in services for name, text in service.tags.items()}
    return OpenAPIConfig(
        title="OpenPolicy",
        version="1",
        description=_DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="OpenPolicy"),
        tags=[Tag(name=name, description=text) for name, text in tags.items()],
        use_handler_docstrings=False,
    )


def _dependencies() -> dict[str, Provide]:
    """What handlers ask for by name. Nobody gives it to them: they are looked at and not called."""
    return {
        "platform": Provide(lambda: None, sync_to_thread=False),
        "documents": Provide(lambda: None, sync_to_thread=False),
    }


def document(services: Sequence[Service]) -> Schema:
    """The whole document of some services.

    OpenAPI has no words for rules between parameters. They are in `x-dependencies`, in the language IDL4OAS.

    An application of its own is made for it and never served: the one that serves would also serve Litestar's pages,
    and those load their scripts from other hosts.
    """
    handlers: list[ControllerRouterHandler] = [each for service in services for each in service.controllers]
    app = Litestar(route_handlers=handlers, dependencies=_dependencies(), openapi_config=_config(services))
    schema: dict[str, Any] = app.openapi_schema.to_schema()
    schema["servers"] = [{"url": "/"}]
    schema["paths"] = dict(sorted(schema["paths"].items()))
    owners = {operation: service for service in services for operation in service.operations}
    schemas = schema["components"]["schemas"]
    examples = msgspec.json.decode(_EXAMPLES.read_bytes())
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            service = owners[operation["operationId"]]
            _complete(path, operation, service, is_read=method == "get")
            name = operation["operationId"]
            operation.setdefault("parameters", []).extend(service.parameters.get(name, ()))
            _deprecate(operation, service)
            _close_texts(operation["parameters"])
            if found := _rules(operation["parameters"]) + list(service.rules.get(name, ())):
                operation["x-dependencies"] = found
            if (body := service.bodies.get(name)) is not None:
                schemas |= _add_body(operation, body)
            if (example := examples.get(name)) is not None:
                _add_example(operation, example)
    describe(schemas, services)
    relations = [relation for service in services for relation in service.relations]
    _offer_include(schema, services, Relations(relations))
    offer_fields(schema)
    offer_included(schemas, relations, {kind: name for service in services for kind, name in service.entries.items()})
    schemas["Problem"] = _PROBLEM
    describe_codes(schema, [*SHARED, *(each for service in services for each in service.codes)])
    return schema


def _add_example(operation: dict[str, Any], example: dict[str, Any]) -> None:
    """Show a request to the demo and its answer, in which lists are cut to two entries."""
    operation["x-example-request"] = {name: example[name] for name in ("request", "body") if name in example}
    responses = operation["responses"]
    content = (responses["201"] if "201" in responses else responses["200"])["content"]
    content[next(iter(content))]["example"] = example["answer"]


def _offer_include(document: Schema, services: Sequence[Service], relations: Relations) -> None:
    """Add `include` to the addresses that show entities with which other things can be included."""
    kinds: dict[str, EntityType] = {}
    for service in services:
        kinds |= service.with_entities
        kinds |= {name: listed.entity for name, listed in service.lists.items() if listed.entity is not None}
    for item in document["paths"].values():
        for operation in item.values():
            kind = kinds.get(operation["operationId"])
            if kind is not None and (found := include_parameter(relations, kind)) is not None:
                operation["parameters"].append(found)
                names = {each["name"] for each in operation["parameters"]}
                rules = [f"ZeroOrOne(include, {name})" for name in ("revision", "known_at") if "revision" in names]
                rules += ["Cost(include, limit)"] if "limit" in names else []
                operation["x-dependencies"] = [*operation.get("x-dependencies", ()), *rules]


def _deprecate(operation: dict[str, Any], service: Service) -> None:
    """Mark the operation or its parameters that will be removed, and say what to use instead."""
    name = operation["operationId"]
    parts = [(name, operation), *((f"{name}.{each['name']}", each) for each in operation["parameters"])]
    for part, described in parts:
        if (found := service.deprecations.get(part)) is not None:
            english, _, french = str(described.get("description", "")).partition(" / ")
            described["deprecated"] = True
            described["description"] = f"{english} {found.en} / {french} {found.fr}".strip()
            operation["responses"]["200"]["headers"] |= _DEPRECATION_HEADERS


def _add_body(operation: dict[str, Any], body: RequestBody) -> dict[str, Schema]:
    """Say what is sent to an operation; returns the schemas of its parts."""
    (of_body,), parts = msgspec.json.schema_components([body.type], ref_template="#/components/schemas/{name}")
    sent = {"application/json": {"schema": of_body, "example": body.example}}
    operation["requestBody"] = {"required": True, "description": body.description, "content": sent}
    if "201" in operation["responses"]:
        operation["responses"]["200"] = operation["responses"]["201"] | {"description": "Known / Connue"}
    return parts


class Documents:
    """What describes some services, made when it is first asked for."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services
        self._made: Schema | None = None
        self.code_lists: Final = (*SHARED, *(each for service in services for each in service.codes))
        """Every closed list of codes."""

    async def read(self) -> Schema:
        """The OpenAPI document in both languages. It is not to be changed."""
        if self._made is None:
            deadlines.lift()  # it waits for no store, and is made once
            self._made = await asyncio.to_thread(document, self._services)
        return self._made


def in_language(document: Any, lang: Lang) -> Any:
    """The document, or a part of it, with the texts of one language; `both` leaves English before French."""
    if lang == "both":
        return document
    if isinstance(document, list):
        return [in_language(each, lang) for each in document]
    if not isinstance(document, dict):
        return document
    found: dict[str, Any] = {}
    for name, value in document.items():
        if name in _TEXTS and isinstance(value, str):
            found[name] = _in(value, lang)
        elif name == "example":
            found[name] = value
        elif name == CODES:
            found[name] = {code: _in(text, lang) for code, text in value.items()}
        else:
            found[name] = in_language(value, lang)
    return found


def _in(text: str, lang: Lang) -> str:
    english, *translation = BETWEEN.split(text, maxsplit=1)
    return translation[0].strip() if lang == "fr" and translation else english


def _close_texts(parameters: Sequence[Parameter]) -> None:
    """Say of every text in a query that it is not empty and has no control characters; where a schema says more, it is
    said there."""
    for each in parameters:
        schema = each["schema"]
        if (
            each["in"] == "query"
            and schema.get("type") == "string"
            and not schema.keys() & {"pattern", "enum", "format"}
        ):
            each["schema"] = schema | {"pattern": f"^[^{NO_CONTROL}]+$"}


def _rules(parameters: Sequence[Parameter]) -> list[str]:
    names = {each["name"] for each in parameters}
    others = [f"IF {name} THEN Accept=='text/csv'" for name in _OF_CSV if name in names]
    others += ["known_at <= now"] if "known_at" in names else []
    others += ["as_of <= today"] if "as_of" in names else []
    others += [f"SameForm({name})" for name in ("bill", "sponsor") if {name, "cursor"} <= names]
    schemas = {each["name"]: each["schema"] for each in parameters}
    others += ["IF limit==all THEN Accept!='application/json'"] if "anyOf" in schemas.get("limit", {}) else []
    others += ["Unique(sort)"] if "sort" in names and "cursor" in names else []
    return [f"ZeroOrOne({', '.join(rule)})" for rule in _RULES if names.issuperset(rule)] + others


def _complete(path: str, operation: dict[str, Any], service: Service, *, is_read: bool) -> None:
    responses = operation["responses"]
    for code, description in (("200", "The answer / La réponse"), ("201", "Created / Créé")):
        responses.get(code, {})["description"] = description
    responses |= _OF_SERVER
    if not path.startswith("/api/v1/"):
        operation["responses"] |= _refusals((InvalidValue, MethodNotAllowed), is_limited=False)
        return
    name = operation["operationId"]
    for each in operation.get("parameters", ()):
        if each["in"] == "path":
            part = service.path_parameter(name, each["name"])
            each |= {"description": part.description, "example": part.example}
            each["schema"] = {"type": "string", "pattern": part.pattern}
    listed = service.lists.get(name)
    is_list = name.startswith("list")
    parameters = [_lang(), *([_if_none_match()] if is_read else []), *(_list_parameters(listed) if listed else [])]
    if listed and listed.has_past:
        parameters += PAST
    operation["parameters"] = [*operation.get("parameters", []), *parameters]
    answer = responses["200"] if "200" in responses else responses["201"]
    answer["headers"] = {**answer.get("headers", {}), **_HEADERS, **_RATE_LIMIT_HEADERS}
    if is_list:
        text = {"schema": {"type": "string"}}
        answer["content"] |= {"text/csv": text, "application/x-ndjson": text}
        answer["headers"] |= _LIST_HEADERS
        operation["parameters"] += _csv_parameters()
    if (media_type := service.media_types.get(name)) is not None:
        answer["content"] = {media_type: {"schema": {"type": "string"}}}
    if "{" in path:
        responses["308"] = {"description": "The canonical address / L’adresse canonique"}
    if is_read:
        responses["304"] = {"description": "Not modified / Non modifié", "headers": _RATE_LIMIT_HEADERS}
    errors = (*DOCUMENTED, *service.problems)
    responses |= _refusals(errors)
    responses["503"] |= _refusal([*(error.titles for error in errors if error.status == 503), STORE_TITLES])


def _refusals(errors: Iterable[type[RequestError]], *, is_limited: bool = True) -> dict[str, dict[str, Any]]:
    """The answers that these errors give, by status."""
    by_status: dict[int, list[tuple[str, str]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error.titles)
    found = {str(status): _refusal(titles) for status, titles in by_status.items()}
    if is_limited:
        for status, refusal in found.items():
            refusal["headers"] = _RATE_LIMIT_HEADERS | (_RETRY_AFTER if status in _RETRYABLE else {})
    return found


def _refusal(titles: Sequence[tuple[str, str]]) -> dict[str, Any]:
    description = " / ".join("; ".join(of_language) for of_language in zip(*titles, strict=True))
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _list_parameters(listed: ListSpec) -> list[Parameter]:
    parameters: list[Parameter] = []
    for each in listed.filters:
        schema = dict(_SCHEMA_OF_READER.get(each.read) or _SCHEMA_OF_KIND[each.kind])
        if each.allowed:
            schema = {"type": schema["type"]}
            schema["enum"] = [True, False] if each.kind == "flag" else list(each.allowed)
        operators = ", ".join(f"`{each.name}__{operator}`" for operator in each.operators)
        text = f"{each.en} Also {operators}. / {each.fr}"
        most = values.most_values(each)
        found = query_parameter(each.name, text, {"type": "array", "items": schema, "minItems": 1, "maxItems": most})
        parameters.append(found | {"style": "form", "explode": False})
        if each.example:
            parameters[-1]["example"] = each.example
    for each in listed.computed:
        schema = dict(_SCHEMA_OF_KIND[each.kind])
        if each.allowed:
            schema["enum"] = [True, False] if each.kind == "flag" else list(each.allowed)
        parameters.append(query_parameter(each.name, f"{each.en} / {each.fr}", schema))
        if each.example:
            parameters[-1]["example"] = each.example
    if listed.dated_by:
        for name, text in (("date_from", "First day / Premier jour"), ("date_to", "Last day / Dernier jour")):
            parameters.append(
                query_parameter(name, f"{text} (`{listed.dated_by}`).", {"type": "string", "format": "date"})
            )
    if listed.has_updates:
        text = "Changed here at or after this instant. / Modifié ici à partir de cet instant."
        parameters.append(query_parameter("updated_since", text, {"type": "string", "format": "date-time"}))
    if listed.has_known_at:
        parameters.append(_known_at("The list as it was here at this instant. / La liste telle qu’elle était ici."))
        parameters.append(SNAPSHOT)
    names = ", ".join(f"`{name}`" for name in listed.sorts)
    sort = (
        f"Fields to sort by, with commas, `-` for descending: {names}. "
        f"/ Champs de tri, séparés par des virgules, `-` pour l’ordre décroissant\u00a0: {names}."
    )
    return [
        *parameters,
        FIELDS,
        query_parameter("sort", sort, _sort(listed)),
        _limit(listed),
        query_parameter(
            "cursor", "From `page.next` or `page.prev`. / De `page.next` ou `page.prev`.", {"type": "string"}
        ),
        whole_parameter("offset", _OFFSET, 0, MAX_OFFSET, 0),
    ]


def _limit(listed: ListSpec) -> Parameter:
    if not listed.has_all:
        return whole_parameter("limit", _LIMIT, 1, MAX_LIMIT, DEFAULT_LIMIT)
    text = (
        f"Entries a page; for CSV and NDJSON also `all`, up to {MOST_OF_ALL} entries of one state, sent as they are "
        "read. A transfer that fails is broken off, so that it is not taken for the whole list. "
        f"/ Entrées par page; en CSV et NDJSON aussi `all`, jusqu’à {MOST_OF_ALL} entrées d’un même état, envoyées à "
        "mesure qu’elles sont lues. Un envoi qui échoue est interrompu, pour ne pas passer pour la liste entière."
    )
    number: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
    whole: Schema = {"type": "string", "pattern": "^all$"}
    return query_parameter("limit", text, {"anyOf": [number, whole], "default": DEFAULT_LIMIT})


def _csv_parameters() -> list[Parameter]:
    columns = (
        "Only of CSV: columns by name, with commas, or `all`; by default all but `links` and `provenance`. "
        "/ CSV seulement\u00a0: les colonnes voulues, ou `all`; par défaut toutes sauf `links` et `provenance`."
    )
    bom = (
        "Only of CSV: `1` begins it with a byte order mark and keeps spreadsheets from running any text as a formula; "
        "`Accept-Charset: utf-8` says the same. / CSV seulement\u00a0: `1` met une marque d’ordre des octets et "
        "empêche les tableurs d’exécuter un texte comme formule; `Accept-Charset: utf-8` dit de même."
    )
    return [
        query_parameter("columns", columns, {"type": "string", "example": "key,title"}),
        query_parameter("bom", bom, {"type": "string", "enum": ["0", "1"], "default": "0"}),
    ]


def _sort(listed: ListSpec) -> Schema:
    one = f"-?({'|'.join(listed.sorts)})"
    return {"type": "string", "default": listed.default_sort, "pattern": f"^{one}(,{one})*$"}


def _known_at(text: str) -> Parameter:
    return query_parameter("known_at", text, {"type": "string", "format": "date-time"})


def _lang() -> Parameter:
    text = (
        "The language of texts; both when absent, whatever `Accept-Language` says. "
        "/ La langue des textes; les deux si elle manque, quoi que dise `Accept-Language`."
    )
    return query_parameter("lang", text, {"type": "string", "enum": list(LANGS), "default": "both"})


def _if_none_match() -> Parameter:
    text = (
        "The ETag of what you have: the answer is 304 where it still holds. "
        "/ L’ETag de ce que vous avez\u00a0: la réponse est 304 s’il vaut encore."
    )
    return {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": text,
        "schema": {"type": "string"},
    }


_OF_SERVER: Final[dict[str, Any]] = {
    "414": {"description": "The address is longer than 64 KiB / L’adresse dépasse 64 Kio"},
    "431": {"description": "There are more than 100 header fields / Plus de 100 champs d’en-tête"},
}
"""What the HTTP server itself refuses, without a body."""
_HEADERS: Final[dict[str, Any]] = {
    "ETag": {"description": "Strong. / Fort.", "schema": {"type": "string"}},
    "Last-Modified": {"description": "The last visible change. / Le dernier changement.", "schema": {"type": "string"}},
    "Link": {"description": "Pages around this one (RFC 8288). / Pages voisines.", "schema": {"type": "string"}},
    "X-Request-Id": {"description": "Yours, or ours. / Le vôtre, ou le nôtre.", "schema": {"type": "string"}},
    "X-OpenPolicy-Snapshot": {
        "description": "Of lists, and where one was asked for: the snapshot that the answer is made from. "
        "/ Des listes, et si on l’a demandé\u00a0: l’instantané dont vient la réponse.",
        "schema": {"type": "string"},
    },
    "X-OpenPolicy-Stale": {
        "description": "Only while a database is unavailable: seconds since its last answer. "
        "/ Secondes depuis la dernière réponse d’une base de données inaccessible.",
        "schema": {"type": "integer"},
    },
}
_DEPRECATION_HEADERS: Final[dict[str, Any]] = {
    "Deprecation": {
        "description": "Since when this should not be used (RFC 9745). / Depuis quand ne plus l’utiliser.",
        "schema": {"type": "string"},
    },
    "Sunset": {
        "description": "When it may be gone (RFC 8594). / Quand cela peut disparaître.",
        "schema": {"type": "string"},
    },
}
_LIST_HEADERS: Final[dict[str, Any]] = {
    "X-Total-Count": {
        "description": "How many entries all pages have together. / Le nombre d’entrées de toutes les pages.",
        "schema": {"type": "integer"},
    },
}
_RATE_LIMIT_HEADERS: Final[dict[str, Any]] = {
    name: {"description": description, "schema": schema}
    for name, description, schema in (
        (
            "RateLimit-Policy",
            "Only where requests are limited: the windows, each with its quota `q` in requests and its length `w` in "
            "seconds. / Seulement où les requêtes sont limitées\u00a0: les fenêtres, chacune avec son quota `q` en "
            "requêtes et sa durée `w` en secondes.",
            {"type": "string", "example": '"minute";q=60;w=60, "hour";q=1000;w=3600'},
        ),
        (
            "RateLimit",
            "What remains in each window, `r`, and the seconds until all of it is there again, `t`. / Ce qui reste "
            "dans chaque fenêtre, `r`, et les secondes jusqu’à ce que tout y soit de nouveau, `t`.",
            {"type": "string", "example": '"minute";r=59;t=1, "hour";r=999;t=4'},
        ),
        (
            "RateLimit-Limit",
            "The quota of the window with the fewest requests left. / Le quota de la fenêtre où il en reste le moins.",
            {"type": "integer"},
        ),
        ("RateLimit-Remaining", "What remains in it. / Ce qui y reste.", {"type": "integer"}),
        (
            "RateLimit-Reset",
            "Seconds until all of it is there again. / Secondes jusqu’à ce que tout y soit de nouveau.",
            {"type": "integer"},
        ),
    )
}
_RETRY_AFTER: Final[dict[str, Any]] = {
    "Retry-After": {
        "description": "Seconds to wait before trying again. / Secondes à attendre avant de réessayer.",
        "schema": {"type": "integer"},
    }
}
_RETRYABLE: Final = frozenset({"429", "503"})
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem by RFC 9457. / Un problème selon la RFC 9457.",
    "required": ["type", "title", "status", "detail", "code", "request_id", "doc"],
    "properties": {
        name: {"description": text, **schema}
        for name, text, schema in (
            ("type", "The address of a page that explains it. / L’adresse d’une page qui l’explique.", _STRING),
            ("title", "What kind of problem it is. / De quel genre de problème il s’agit.", _STRING),
            ("status", "The HTTP status. / Le statut HTTP.", {"type": "integer"}),
            ("detail", "What is wrong with this request. / Ce qui ne va pas dans cette requête.", _STRING),
            ("code", "Its code, for programs. / Son code, pour les programmes.", _STRING),
            ("request_id", "The id of the request. / L’identifiant de la requête.", _STRING),
            ("doc", "The same as `type`. / Le même que `type`.", _STRING),
            ("param", "The parameter that is wrong, where one is. / Le paramètre fautif, s’il y en a un.", _STRING),
            ("position", "Where in its value, from 0. / Où dans sa valeur, à partir de 0.", {"type": "integer"}),
            (
                "allowed",
                "What may be given instead. / Ce qui peut être donné à la place.",
                {"type": "array", "items": _STRING},
            ),
            ("nearest", "The allowed value nearest to it. / La valeur permise la plus proche.", _STRING),
            (
                "links",
                "Addresses that help, by what they are. / Des adresses utiles, selon ce qu’elles sont.",
                {"type": "object", "additionalProperties": _STRING},
            ),
        )
    },
}
