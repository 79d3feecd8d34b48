"""Texts in English and French. `lang` chooses what is shown of them; the object keeps its shape."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from warehouse.model.vocabulary.names import french_name

Lang = Literal["en", "fr", "both"]
LANGS: tuple[Lang, ...] = ("en", "fr", "both")


class Text(msgspec.Struct, frozen=True):
    """A text in both official languages; `lang` leaves out the other one.
    / Un texte dans les deux langues officielles; `lang` omet l’autre."""

    en: str | UnsetType | None = UNSET
    """The English text; null where Parliament has not published it.
    / Le texte anglais; nul si le Parlement ne l’a pas publié."""
    fr: str | UnsetType | None = UNSET
    """The French text; null where Parliament has not published it.
    / Le texte français; nul si le Parlement ne l’a pas publié."""


class Coded(msgspec.Struct, frozen=True):
    """A code of a closed list with its wording. / Un code d’une liste fermée avec sa formulation."""

    code: str | None
    """The code; `unknown` where Parliament used a wording that is not in the list, null where there is nothing to say.
    / Le code; `unknown` si la formulation du Parlement n’est pas dans la liste, nul s’il n’y a rien à dire."""
    en: str | UnsetType | None = UNSET
    """The wording in English; null where it is not published.
    / La formulation anglaise; nul si elle n’est pas publiée."""
    fr: str | UnsetType | None = UNSET
    """The wording in French; null where it is not published.
    / La formulation française; nul si elle n’est pas publiée."""


def described(en: str, fr: str) -> msgspec.Meta:
    """What a field means, in both languages, for the OpenAPI document."""
    return msgspec.Meta(description=f"{en} / {fr}")


class View(msgspec.Struct, frozen=True):
    """Makes texts and links for one request. `lang` chooses what is shown of a text; the object keeps its shape."""

    lang: Lang
    dataset: str | None
    """What kind of data this installation holds."""
    fields: tuple[str, ...] = ()
    """The fields of each entry that are wanted; empty for all."""
    snapshot: str | None = None
    """The token of the snapshot that the answer is made from; None where it is not of one."""

    def text(self, en: str | None, fr: str | None) -> Text:
        """The text in the wanted language or both."""
        if self.lang == "both":
            return Text(en, fr)
        return Text(en=en) if self.lang == "en" else Text(fr=fr)

    def coded(self, code: str | None, en: str | None, fr: str | None) -> Coded:
        """The code with its wording in the wanted language or both."""
        if self.lang == "both":
            return Coded(code, en, fr)
        return Coded(code, en=en) if self.lang == "en" else Coded(code, fr=fr)

    def one(self, en: str | None, fr: str | None) -> str | None:
        """One string for a text that has one language at a time."""
        return (fr or en) if self.lang == "fr" else (en or fr)

    def person(self, en: str | None, fr: str | None = None) -> str | None:
        """A person's name or honorific, in French with the French honorific even where Parliament gave only English."""
        name = self.one(en, fr)
        return french_name(name) if self.lang == "fr" and name else name

    def official(self, pattern: str) -> Text | None:
        """Parliament's page, `{lang}` standing in the pattern; None for simulated data, which has no page there."""
        if self.dataset == "simulated":
            return None
        return self.text(pattern.format(lang="en"), pattern.format(lang="fr"))
