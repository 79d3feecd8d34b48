"""How one caller wants to see data: the language, and whether Parliament's own pages exist for it."""

import msgspec

from serving.core.answers.texts import Coded, Lang, Text


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
        """One string for what differs by a title at most, such as a person's name."""
        return (fr or en) if self.lang == "fr" else (en or fr)

    def official(self, pattern: str) -> Text | None:
        """Parliament's page, `{lang}` standing in the pattern; None for simulated data, which has no page there."""
        if self.dataset == "simulated":
            return None
        return self.text(pattern.format(lang="en"), pattern.format(lang="fr"))
