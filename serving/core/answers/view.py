"""How one caller wants to see data: the language, and whether Parliament's own pages exist for it."""

import msgspec

from serving.core.answers.texts import Coded, Lang, Text
from warehouse.model.vocabulary.names import french_name


class View(msgspec.Struct, frozen=True):
    """Makes texts and links for one request. `lang` chooses what is shown of a text; the object keeps its shape."""

    lang: Lang
    dataset: str | None
    """What kind of data this installation holds."""

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
