"""The data dictionary as a page in one language. No script, nothing from another host."""

import re
from html import escape
from typing import Final, Literal

from serving.core.answers.links import API
from serving.core.answers.texts import Text
from serving.core.site.dictionary import DictionaryField, DictionaryOut
from serving.core.site.policy import policy_of

PageLang = Literal["en", "fr"]

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Data dictionary", "Dictionnaire de données"),
    "other": ("Français", "English"),
    "json": ("The same as JSON", "La même chose en JSON"),
    "intro": (
        "Every field, parameter and code of the answers: what it means, where it comes from, and when it is null.",
        "Chaque champ, paramètre et code des réponses\u00a0: ce qu’il veut dire, d’où il vient et quand il est nul.",
    ),
    "objects": ("Objects and their fields", "Objets et leurs champs"),
    "parameters": ("Parameters", "Paramètres"),
    "codes": ("Closed lists of codes", "Listes fermées de codes"),
    "field": ("field", "champ"),
    "parameter": ("parameter", "paramètre"),
    "code": ("code", "code"),
    "type": ("type", "type"),
    "meaning": ("meaning", "sens"),
    "null": ("or null", "ou nul"),
    "absent": ("may be left out", "peut manquer"),
    "operations": ("in", "dans"),
}
_STYLE: Final = """\
body{font:1rem/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem;table-layout:fixed}
td,th{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px solid #ddd}
td,th,code{overflow-wrap:anywhere}th:nth-child(1){width:24%}th.t{width:20%}small{color:#555}
nav{columns:10rem;margin:0 0 1rem}nav a{display:block}h3{margin:1.2rem 0 .2rem}h3+p{margin:0}
@media(max-width:40rem){th:nth-child(1){width:38%}th.t,td.t{display:none}}"""
POLICY: Final = policy_of(_STYLE)
_QUOTED: Final = re.compile(r"`([^`]*)`")


def page(found: DictionaryOut, lang: PageLang) -> str:
    """The whole page; `found` has both languages."""

    def w(key: str) -> str:
        return escape(_WORDS[key][lang == "fr"])

    other = "en" if lang == "fr" else "fr"
    names = {each.name for each in found.objects}
    lists = {each.name for each in found.code_lists}

    def said(text: Text) -> str:
        return _said(text, lang, lists)

    objects = "".join(
        f"<h3 id='{escape(each.name)}'>{escape(each.name)}</h3><p>{said(each.text)}</p>"
        f"<table><tr><th>{w('field')}<th class=t>{w('type')}<th>{w('meaning')}"
        f"{''.join(_field(field, names, lists, lang) for field in each.fields)}</table>"
        for each in found.objects
    )
    parameters = "".join(
        f"<tr><td><code>{escape(each.name)}</code><td class=t>{escape(each.type)}{_list(each.codes)}"
        f"<td>{said(each.text)}<br><small>{w('operations')} {escape(', '.join(each.operations))}</small>"
        for each in found.parameters
    )
    codes = "".join(
        f"<h3 id='codes-{escape(each.name)}'>{escape(each.name)}</h3><p>{said(each.text)}</p>"
        f"<table><tr><th>{w('code')}<th>{w('meaning')}"
        + "".join(f"<tr><td><code>{escape(one.code)}</code><td>{said(one.text)}" for one in each.codes)
        + "</table>"
        for each in found.code_lists
    )
    index = "".join(f"<a href='#{escape(each.name)}'>{escape(each.name)}</a>" for each in found.objects)
    return (
        f"<!doctype html><html lang={lang}><meta charset=utf-8><title>OpenPolicy: {w('title')}</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>"
        f"<p><a href='/dictionary?lang={other}' lang={other}>{w('other')}</a> · <a href='/'>OpenPolicy</a> · "
        f"<a href='{API}/dictionary?lang={lang}'>{w('json')}</a></p><h1>{w('title')}</h1><p>{w('intro')}</p>"
        f"<p><a href='#objects'>{w('objects')}</a> · <a href='#parameters'>{w('parameters')}</a> · "
        f"<a href='#codes'>{w('codes')}</a></p>"
        f"<h2 id=objects>{w('objects')}</h2><nav>{index}</nav>{objects}"
        f"<h2 id=parameters>{w('parameters')}</h2>"
        f"<table><tr><th>{w('parameter')}<th class=t>{w('type')}<th>{w('meaning')}{parameters}</table>"
        f"<h2 id=codes>{w('codes')}</h2>{codes}"
    )


def _field(field: DictionaryField, names: set[str], lists: set[str], lang: PageLang) -> str:
    inner = field.type.strip("[]")
    shown = escape(field.type)
    if inner in names:
        shown = shown.replace(escape(inner), f"<a href='#{escape(inner)}'>{escape(inner)}</a>")
    notes = [
        _WORDS[key][lang == "fr"]
        for key, holds in (("null", field.may_be_null), ("absent", field.may_be_absent))
        if holds
    ]
    rest = f"<br><small>{escape(', '.join(notes))}</small>" if notes else ""
    return (
        f"<tr><td><code>{escape(field.name)}</code><td class=t>{shown}{rest}{_list(field.codes)}"
        f"<td>{_said(field.text, lang, lists)}"
    )


def _list(codes: str | None) -> str:
    return "" if codes is None else f"<br><small><a href='#codes-{escape(codes)}'>{escape(codes)}</a></small>"


def _said(text: Text, lang: PageLang, lists: set[str]) -> str:
    """A text with what is quoted in it as code, and the names of closed lists as links to them."""

    def quoted(found: re.Match[str]) -> str:
        code = f"<code>{found[1]}</code>"
        return f"<a href='#codes-{found[1]}'>{code}</a>" if found[1] in lists else code

    said = text.fr if lang == "fr" else text.en
    return _QUOTED.sub(quoted, escape(said)) if said else ""
