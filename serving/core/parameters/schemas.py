"""Parameters as the OpenAPI document has them, and the schemas that several services share."""

from typing import Any, Final, NamedTuple

from serving.core.parameters.query_string import MOST_FIELDS
from serving.core.parameters.values import LARGEST
from warehouse.model.keys import BILL_PATTERN, PERSON_PATTERN, SESSION_PATTERN, VOTE_NUMBER_PATTERN
from warehouse.model.kinds import KINDS

Parameter = dict[str, Any]
Schema = dict[str, Any]
NO_CONTROL: Final = r"\x00-\x1f\x7f"
SESSION: Final[Schema] = {"type": "string", "pattern": f"^{SESSION_PATTERN}$"}
SESSIONS_OR_ALL: Final[Schema] = {"type": "string", "pattern": f"^({SESSION_PATTERN}(,{SESSION_PATTERN})*|all)$"}
SESSION_OR_ALL: Final[Schema] = {"type": "string", "pattern": f"^({SESSION_PATTERN}|all)$"}
ENTITY_PATTERN: Final = f"^({'|'.join(kind.key_pattern for kind in KINDS.values())})$"
"""A key of any kind of entity."""
TEXT: Final[Schema] = {
    "type": "string",
    "maxLength": 200,
    "pattern": rf"^[^,{NO_CONTROL}]*[^\s,{NO_CONTROL}][^,{NO_CONTROL}]*$",
}
"""A text in a list of values: not blank, and a comma separates it from the next."""
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
DAY: Final[Schema] = {"type": "string", "format": "date"}


class PathParameter(NamedTuple):
    """A part of an address: its canonical form, its meaning in both languages, and an example."""

    pattern: str
    description: str
    example: str


SESSION_IN_PATH: Final = PathParameter(
    f"^{SESSION_PATTERN}$", "Parliament and session. / Législature et session.", "45-1"
)
BILL_NUMBER_IN_PATH: Final = PathParameter(
    f"^{BILL_PATTERN}$", "The bill's number. / Le numéro du projet de loi.", "C-3"
)
VOTE_NUMBER_IN_PATH: Final = PathParameter(f"^{VOTE_NUMBER_PATTERN}$", "The vote's number. / Le numéro du vote.", "43")
CHAMBER_IN_PATH: Final = PathParameter(
    "^(commons|senate)$", "`commons` or `senate`. / `commons` ou `senate`.", "commons"
)
PERSON_IN_PATH: Final = PathParameter(
    f"^{PERSON_PATTERN}$", "The House's PersonId. / Le PersonId de la Chambre.", "89156"
)


def query_parameter(name: str, description: str, schema: Schema) -> Parameter:
    """One optional parameter of a query."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def whole_parameter(name: str, description: str, lowest: int, highest: int, default: int | None = None) -> Parameter:
    """A whole number within bounds."""
    schema: Schema = {"type": "integer", "minimum": lowest, "maximum": highest}
    return query_parameter(name, description, schema if default is None else schema | {"default": default})


def word_parameter(name: str, description: str, allowed: tuple[str, ...] | list[str], default: str = "") -> Parameter:
    """One word of a closed list."""
    schema: Schema = {"type": "string", "enum": list(allowed)}
    return query_parameter(name, description, schema | {"default": default} if default else schema)


def many_parameter(name: str, description: str, schema: Schema, most: int | None = None) -> Parameter:
    """Several values with commas between them."""
    values: Schema = {"type": "array", "items": schema, "minItems": 1}
    found = query_parameter(name, description, values if most is None else values | {"maxItems": most})
    return found | {"style": "form", "explode": False}


REVISION: Final = query_parameter(
    "revision",
    "A past revision, from 1; `@v2` in the path after the entity says the same. "
    "/ Une révision passée, à partir de 1; `@v2` dans l’adresse après l’objet dit de même.",
    {"type": "integer", "minimum": 1, "maximum": LARGEST},
)
KNOWN_AT: Final = query_parameter(
    "known_at", "What was known here at this instant. / Ce qu’on savait ici à cet instant.", INSTANT
)
SNAPSHOT: Final = query_parameter(
    "snapshot",
    "A snapshot, from `meta.snapshot` of a list or from /api/v1/snapshot: the state that it names, the same at every "
    "address. It is kept for 400 days. / Un instantané, de `meta.snapshot` d’une liste ou de /api/v1/snapshot\u00a0: "
    "l’état qu’il nomme, le même à chaque adresse. Il est conservé 400 jours.",
    {"type": "string"},
)
PAST: Final[list[Parameter]] = [REVISION, KNOWN_AT, SNAPSHOT]
"""What chooses a past state of an entity."""
FIELDS: Final = many_parameter(
    "fields",
    "Only these fields of each entry, with commas; a dot leads into a field: `sponsor.name`. All by default. "
    "/ Seulement ces champs de chaque entrée, séparés par des virgules; un point mène dans un champ\u00a0: "
    "`sponsor.name`. Tous par défaut.",
    {"type": "string"},
    MOST_FIELDS,
)
"""The names are those of the answer's schema; the document fills them in."""
OF_ENTITY: Final[list[Parameter]] = [*PAST, FIELDS]
"""What every address about one entity understands."""
