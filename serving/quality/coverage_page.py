"""What is held, as a page in one language. No script, nothing from another host."""

from html import escape
from typing import Final

from serving.core.answers.links import API
from serving.core.answers.texts import Text
from serving.quality.coverage import KINDS, STATUSES, CoverageOut, KindOut, SessionCoverageOut
from serving.quality.page import STYLE, number
from serving.quality.words import PageLang, word

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Coverage", "Couverture"),
    "absent": ("What no session has here", "Ce qu’aucune session n’a ici"),
    "of": ("of", "sur"),
}


def page(found: CoverageOut, lang: PageLang, *, simulated: bool) -> str:
    """The whole page; `found` has both languages."""

    def w(key: str) -> str:
        return escape(_WORDS[key][lang == "fr"] if key in _WORDS else word(key, lang))

    other = "en" if lang == "fr" else "fr"
    parts = [
        f"<!doctype html><html lang={lang}><meta charset=utf-8><title>OpenPolicy: {w('title')}</title>"
        f"<meta name=viewport content='width=device-width'><style>{STYLE}</style>",
        f"<p><a href='/coverage?lang={other}' lang={other}>{w('other')}</a> · <a href='/'>OpenPolicy</a> · "
        f"<a href='{API}/coverage?lang={lang}'>{w('json')}</a></p>",
        f"<p role=note class=note><strong>{w('simulated')}</strong></p>" if simulated else "",
        f"<h1>{w('title')}</h1><p>{_text(found.text, lang)}</p>",
        _table(found, lang),
        *(_session(each, lang) for each in found.sessions if each.status == "partly"),
    ]
    if found.not_covered:
        items = "".join(
            f"<dt><strong>{_text(each.what, lang)}</strong><dd>{_text(each.reason, lang)}" for each in found.not_covered
        )
        parts.append(f"<h2>{w('absent')}</h2><dl>{items}</dl>")
    return "".join(parts)


def _text(text: Text, lang: PageLang) -> str:
    return escape(str(text.fr if lang == "fr" else text.en))


def _table(found: CoverageOut, lang: PageLang) -> str:
    head = "".join(f"<th>{escape(names[lang == 'fr'])}" for names in KINDS.values())
    rows = "".join(
        f"<tr><th scope=row>{_named(each)}{''.join(f'<td>{_cell(kind, lang)}' for kind in each.kinds)}"
        for each in found.sessions
    )
    return f"<table><tr><th>{escape(word('session', lang))}{head}{rows}</table>"


def _named(each: SessionCoverageOut) -> str:
    if each.status == "none":
        return escape(each.session)
    return f"<a href='{API}/sessions/{escape(each.session)}'>{escape(each.session)}</a>"


def _cell(kind: KindOut, lang: PageLang) -> str:
    said = escape(STATUSES[kind.status][lang == "fr"])
    if kind.status == "none":
        return f"<small>{said}</small>"
    count = number(kind.held, lang)
    if kind.status == "held":
        return f"{count} <span class=good>{said}</span>"
    whole = "" if kind.expected is None else f" {_WORDS['of'][lang == 'fr']} {number(kind.expected, lang)}"
    return f"{count}{whole} <span class=bad>{said}</span>"


def _session(each: SessionCoverageOut, lang: PageLang) -> str:
    items = "".join(
        f"<li>{_text(kind.name, lang)}: {_text(kind.reason, lang)}" for kind in each.kinds if kind.reason is not None
    )
    return f"<h2>{escape(each.session)}</h2><ul>{items}</ul>"
