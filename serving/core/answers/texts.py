"""Texts in English and French. `lang` chooses what is shown of them; the object keeps its shape."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

Lang = Literal["en", "fr", "both"]
LANGS: tuple[Lang, ...] = ("en", "fr", "both")


class Text(msgspec.Struct, frozen=True):
    """A text in both official languages; null where Parliament has not published it in that language."""

    en: str | UnsetType | None = UNSET
    fr: str | UnsetType | None = UNSET


class Coded(msgspec.Struct, frozen=True):
    """A value of a closed list with its wording; `unknown` when Parliament used a wording that is not in our list."""

    code: str | None
    en: str | UnsetType | None = UNSET
    fr: str | UnsetType | None = UNSET


def described(en: str, fr: str) -> msgspec.Meta:
    """What a field means, in both languages, for the OpenAPI document."""
    return msgspec.Meta(description=f"{en} / {fr}")
