"""What lists can be filtered by: the public names, their kinds, and how the text of a value is read."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from serving.core.http.errors import BILL_FORM_FR, SESSION_FORM_FR, InvalidValue
from serving.core.parameters.query_string import not_allowed
from warehouse.model.keys import BillNumber, Chamber, SessionCode, bill_key, vote_key
from warehouse.model.kinds import EntityType
from warehouse.model.read_models.selection import Operator
from warehouse.model.vocabulary.codes import CAUCUSES, CHAMBERS, POSITIONS, PROVINCES, RESULTS, CodeList

Kind = Literal["key", "code", "text", "number", "share", "seats", "parts", "date", "flag"]
Read = Callable[[str, str], Any]
"""From a parameter's name and one value of it to what the store compares."""

_ORDERED: Final[tuple[str, ...]] = ("eq", "ne", "in", "gt", "gte", "lt", "lte", "range", "isnull")
OPERATORS: Final[dict[Kind, tuple[str, ...]]] = {
    "key": ("eq", "ne", "in"),
    "code": ("eq", "ne", "in", "isnull"),
    "text": ("eq", "ne", "in", "contains", "startswith", "isnull"),
    "number": _ORDERED,
    "share": _ORDERED,
    "date": _ORDERED,
    "seats": ("eq", "ne", "in"),
    "parts": ("eq", "ne", "in"),
    "flag": ("eq", "ne"),
}
LARGEST: Final = 2_147_483_647
MOST_PARLIAMENTS: Final = 999
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII)
_LONGEST_TEXT: Final = 200
MOST_KEYS: Final = 200
"""Keys that one request may name."""
_MOST_VALUES: Final = 100


class FilterSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One public filter."""

    name: str
    kind: Kind
    en: str
    fr: str
    read: Read
    allowed: tuple[str, ...] = ()
    """Every value, for a closed list."""
    column: str = ""
    """The store's name, where it differs."""
    example: str = ""

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that may follow the name, after two underscores."""
        return OPERATORS[self.kind]

    @property
    def field(self) -> str:
        """The store's name for it."""
        return self.column or self.name


def most_values(spec: FilterSpec) -> int:
    """How many values one parameter of a filter may have."""
    return MOST_KEYS if spec.kind == "key" else _MOST_VALUES


class FieldValue(msgspec.Struct, frozen=True):
    """A field of the store that a value of a filter turned out to mean, where a filter means several."""

    field: str
    value: Any


def text(name: str, value: str) -> str:
    """A text to match, as people type it."""
    stripped = value.strip()
    if not stripped or len(stripped) > _LONGEST_TEXT:
        raise InvalidValue(
            f"`{name}` must be a text of 1 to {_LONGEST_TEXT} characters.",
            f"`{name}` doit être un texte de 1 à {_LONGEST_TEXT} caractères.",
            param=name,
        )
    return stripped


def whole(name: str, value: str) -> int:
    """A whole number."""
    digits = value.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10 and int(digits) <= LARGEST):
        raise InvalidValue(f"`{name}` must be a whole number.", f"`{name}` doit être un nombre entier.", param=name)
    return int(value.strip())  # `int` alone leaves some of what `strip` takes for spaces


def share(name: str, value: str) -> float:
    """A number from 0 to 1."""
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise InvalidValue(
            f"`{name}` must be a number from 0 to 1, such as 0.05.",
            f"`{name}` doit être un nombre de 0 à 1, comme 0.05.",
            param=name,
        )
    return found


def parliament(name: str, value: str) -> int:
    """A Parliament by its number."""
    found = whole(name, value)
    if not 0 <= found <= MOST_PARLIAMENTS:
        raise InvalidValue(
            f"`{name}` must be a whole number from 0 to {MOST_PARLIAMENTS}.",
            f"`{name}` doit être un nombre entier de 0 à {MOST_PARLIAMENTS}.",
            param=name,
        )
    return found


def date(name: str, value: str) -> dt.date:
    """An Ottawa date."""
    try:
        return dt.datetime.strptime(value.strip(), "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise InvalidValue(
            f"`{name}` must be a date such as 2025-06-01.", f"`{name}` doit être une date comme 2025-06-01.", param=name
        ) from None


def instant(name: str, value: str) -> dt.datetime:
    """An instant with its zone, or a date, which means its midnight in UTC. Weeks and compact forms are refused."""
    try:
        if not _INSTANT.fullmatch(value.strip()):
            raise ValueError(value)
        found = dt.datetime.fromisoformat(value.strip().upper())
        aware = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
        return aware.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise InvalidValue(
            f"`{name}` must be an instant such as 2025-06-01T12:00:00Z, or a date.",
            f"`{name}` doit être un instant comme 2025-06-01T12:00:00Z, ou une date.",
            param=name,
        ) from None


def flag(name: str, value: str) -> bool:
    """`true` or `false`."""
    if value not in {"true", "false"}:
        raise not_allowed(name, value, ("true", "false"))
    return value == "true"


def session(name: str, value: str) -> str:
    """A session's key."""
    try:
        return str(SessionCode.parse(value.strip()))
    except ValueError as error:
        raise InvalidValue(f"{error}.", SESSION_FORM_FR, param=name) from None


def bill(name: str, value: str) -> FieldValue:
    """A bill by its key, `45-1/C-3`, or by its number in any session, `C-3`."""
    of_session, _, number = value.strip().rpartition("/")
    try:
        canonical = str(BillNumber.parse(number))
    except ValueError as error:
        raise InvalidValue(f"{error}.", BILL_FORM_FR, param=name) from None
    if not of_session:
        return FieldValue("bill_number", canonical)
    return FieldValue("bill", f"{session(name, of_session)}/{canonical}")


def bill_number(name: str, value: str) -> str:
    """A bill's number within its session."""
    try:
        return str(BillNumber.parse(value))
    except ValueError as error:
        raise InvalidValue(f"{error}.", BILL_FORM_FR, param=name) from None


def sponsor(name: str, value: str) -> FieldValue:
    """A sponsor by PersonId or by name."""
    digits = value.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return FieldValue("sponsor_person_id", int(digits))
    return FieldValue("sponsor_name", text(name, value))


def _bill_key(name: str, value: str) -> str:
    """A bill's key, `45-1/C-3`, in any spelling of its parts."""
    of_session, _, number = value.strip().partition("/")
    return bill_key(session(name, of_session), bill_number(name, number))


def _vote_key(name: str, value: str) -> str:
    """A vote's key, `45-1/commons/43`, in any spelling of its parts."""
    of_session, _, rest = value.strip().partition("/")
    of_chamber, _, number = rest.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) <= 7 and int(number) > 0):
        raise InvalidValue(
            f"`{name}` must be keys of votes such as 45-1/commons/43.",
            f"`{name}` doit être des clés de votes comme 45-1/commons/43.",
            param=name,
        )
    found: Chamber = "senate" if chamber(name, of_chamber) == "senate" else "commons"
    return vote_key(session(name, of_session), found, int(number))


def _member_key(name: str, value: str) -> str:
    """A member's key, the House's PersonId."""
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise InvalidValue(
            f"`{name}` must be PersonIds such as 89156.",
            f"`{name}` doit être des PersonId comme 89156.",
            param=name,
        )
    return str(int(digits))


_KEYS: Final[dict[EntityType, Read]] = {"bill": _bill_key, "vote": _vote_key, "member": _member_key}
KEYED: Final[tuple[EntityType, ...]] = tuple(_KEYS)
"""The kinds of entities that can be listed by key."""


def key_of(kind: EntityType) -> Read:
    """The reader of keys of a kind of entity."""
    return _KEYS[kind]


def key_filter(kind: EntityType, example: str) -> FilterSpec:
    """The filter of a list by the keys of its entries."""
    return FilterSpec(
        name="key",
        kind="key",
        read=_KEYS[kind],
        example=example,
        en=f"Entries by their keys, with commas between them, {MOST_KEYS} at most. The order is that of `sort`. Keys "
        "that do not exist are left out; `page.count` says how many were found.",
        fr=f"Des entrées selon leurs clés, séparées par des virgules, {MOST_KEYS} au plus. L’ordre est celui de "
        "`sort`. Les clés qui n’existent pas sont omises; `page.count` dit combien ont été trouvées.",
    )


def one_of(codes: CodeList, *more: str) -> tuple[Read, tuple[str, ...]]:
    """Reader and values of a closed list of codes; their wordings in either language are understood too."""
    allowed = (*(code.code for code in codes.codes), *more)
    by_folded = {code.lower(): code for code in allowed}

    def read(name: str, value: str) -> str:
        found = codes.typed(value)
        code = by_folded.get(value.strip().lower()) or (found.code if found else None)
        if code is None:
            raise not_allowed(name, value, allowed)
        return code

    return read, allowed


def words_of(codes: CodeList, *, is_closed: bool) -> Read:
    """Reader for a field that holds Parliament's words: a code or a wording in either language stands for all."""

    def read(name: str, value: str) -> tuple[str, ...]:
        found = codes.typed(value)
        if found is not None:
            return tuple(word for word in (found.en, found.fr, *found.also) if word)
        if is_closed:
            raise not_allowed(name, value, [f"{code.code}" for code in codes.codes])
        return (text(name, value),)

    return read


chamber, CHAMBER_CODES = one_of(CHAMBERS)
result, RESULT_CODES = one_of(RESULTS, "unknown")
position, POSITION_CODES = one_of(POSITIONS)
party = words_of(CAUCUSES, is_closed=False)
province = words_of(PROVINCES, is_closed=True)
PROVINCE_CODES: Final = tuple(code.code for code in PROVINCES.codes)

BY_NAME: Final[dict[str, Operator]] = {
    "eq": "eq", "in": "eq", "ne": "ne", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "range": "range",
    "isnull": "isnull", "contains": "contains", "startswith": "startswith",
}  # fmt: skip
