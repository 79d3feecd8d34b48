"""Query parameters as strictly as can be: what is not known is refused with the nearest known name, never ignored, and
so is a parameter without a value, but for a text to search, which people leave empty."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from serving.core.answers.texts import LANGS, Lang
from serving.core.http.errors import InvalidValue, UnknownParameter, nearest

W = TypeVar("W", bound=str)
_MAX_FIELDS: Final = 100
MOST_FIELDS: Final = 100
"""Fields that one request may name."""
PAST_NAMES: Final = ("revision", "known_at", "snapshot")
"""What chooses a past state of an entity."""

_SAME: Final[Mapping[str, tuple[str, ...]]] = {
    "caucus": ("party", "split_caucus", "sponsor_party"),
    "constituency": ("riding",),
    "date": ("held_on", "introduced_on", "opened_on", "on"),
    "member": ("person_id",),
    "outcome": ("result",),
    "sponsor_caucus": ("sponsor_party",),
}
"""Other words for a parameter, as answers or other addresses have them: the first that an address has is suggested."""


class Parameters:
    """The parameters of one request. Each is taken once; `finish` refuses what nobody took."""

    def __init__(self, query: str) -> None:
        """Split a percent-encoded query.

        Raises:
            InvalidValue: there are more than a hundred parameters.
        """
        try:
            pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        except ValueError:
            raise InvalidValue(
                f"There are more than {_MAX_FIELDS} parameters.",
                f"Il y a plus de {_MAX_FIELDS} paramètres.",
                param="query",
            ) from None
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    @property
    def names(self) -> list[str]:
        """The names that nobody has taken yet, as they came."""
        return list(self._values)

    def all(self, name: str, *, may_be_empty: bool = False) -> list[str]:
        """Every value of a parameter that may be repeated.

        Raises:
            InvalidValue: it is given without a value, where it must have one.
        """
        values = self._values.pop(name, [])
        if "" in values and not may_be_empty:
            raise InvalidValue(
                f"`{name}` has no value. Give it one, or leave it out.",
                f"`{name}` n’a pas de valeur. Donnez-en une, ou omettez-le.",
                param=name,
            )
        return values

    def single(self, name: str, *, may_be_empty: bool = False) -> str | None:
        """The value of a parameter that may be given once; None when it is not given.

        Raises:
            InvalidValue: it is given more than once, or without a value where it must have one.
        """
        values = self.all(name, may_be_empty=may_be_empty)
        if len(values) > 1:
            raise InvalidValue(f"`{name}` may be given only once.", f"`{name}` ne se donne qu’une fois.", param=name)
        return values[0] if values else None

    def only(self, name: str) -> str | None:
        """The value of a parameter that is given exactly once; it still has to be taken."""
        values = self._values.get(name, [])
        return values[0] if len(values) == 1 else None

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number within bounds.

        Raises:
            InvalidValue: it is not a number, or out of bounds.
        """
        text = self.single(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and lowest <= int(text) <= highest):
            raise InvalidValue(
                f"`{name}` must be a whole number from {lowest} to {highest}.",
                f"`{name}` doit être un nombre entier de {lowest} à {highest}.",
                param=name,
            )
        return int(text)

    def take(self, name: str, value: str) -> bool:
        """Whether a parameter is given once and has this value; it is then taken."""
        if self._values.get(name) != [value]:
            return False
        del self._values[name]
        return True

    def word(self, name: str, allowed: Sequence[W]) -> W | None:
        """One word of a closed list; None when it is not given.

        Raises:
            InvalidValue: it is not in the list.
        """
        text = self.single(name)
        return None if text is None else one_word(name, text, allowed)

    def flag(self, name: str, *, default: bool) -> bool:
        """`true` or `false`.

        Raises:
            InvalidValue: it is another word.
        """
        text = self.word(name, ("true", "false"))
        return default if text is None else text == "true"

    def many(self, name: str, most: int) -> list[str]:
        """Every value of a parameter, separated by commas or in repetitions of it, without blanks around them.

        Raises:
            InvalidValue: there are more than `most`.
        """
        values = [part.strip() for value in self.all(name) for part in value.split(",")]
        require_at_most(name, values, most)
        return values

    def fields(self) -> tuple[str, ...]:
        """The fields of each entry that are wanted; empty for all. Whether there are such fields is not looked at.

        Raises:
            InvalidValue: there are too many.
        """
        return tuple(dict.fromkeys(self.many("fields", MOST_FIELDS)))

    def lang(self) -> Lang:
        """The wanted language; both when none is named, whatever `Accept-Language` says.

        Raises:
            InvalidValue: it is not offered.
        """
        return self.word("lang", LANGS) or "both"

    def finish(self, allowed: Iterable[str]) -> None:
        """Refuse what nobody took.

        Raises:
            UnknownParameter: names the parameter and the nearest one that exists.
        """
        for name in self._values:
            known = sorted({*allowed, "lang"})
            if name == "snapshot":
                raise UnknownParameter(
                    "`snapshot` cannot be used here: what this address shows is kept only as it is now. Ask for it "
                    "without `snapshot`.",
                    "`snapshot` ne va pas ici\u00a0: ce que montre cette adresse n’est conservé que dans son état "
                    "actuel. Demandez-la sans `snapshot`.",
                    param=name,
                    allowed=known,
                )
            near = next((other for other in _SAME.get(name, ()) if other in known), None) or nearest(name, known)
            hint, hint_fr = (f" Did you mean `{near}`?", f" Vouliez-vous dire `{near}`?") if near else ("", "")
            raise UnknownParameter(
                f"There is no parameter `{name[:100]}`.{hint}",
                f"Il n’y a pas de paramètre `{name[:100]}`.{hint_fr}",
                param=name[:100],
                allowed=known,
                nearest=near,
            )


def one_word(name: str, text: str, allowed: Sequence[W]) -> W:
    """The word of a closed list that a text is.

    Raises:
        InvalidValue: it is none of them.
    """
    for word in allowed:
        if word == text:
            return word
    raise not_allowed(name, text, allowed)


def require_at_most(name: str, values: Sequence[str], most: int) -> None:
    """Refuse too many values.

    Raises:
        InvalidValue: there are more than `most`.
    """
    if len(values) > most:
        raise InvalidValue(
            f"`{name}` may have {most} values at most.", f"`{name}` prend au plus {most} valeurs.", param=name
        )


def not_allowed(name: str, text: str, allowed: Sequence[str]) -> InvalidValue:
    """The error for a word that is not in a closed list."""
    near = nearest(text, allowed)
    return InvalidValue(
        f"`{name}` cannot be `{text[:100]}`.",
        f"`{name}` ne peut pas être `{text[:100]}`.",
        param=name,
        allowed=allowed,
        nearest=near,
    )
