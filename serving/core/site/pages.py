"""Pages for people: where to begin, the interactive documentation, and what each problem means.

Nothing on them comes from another host: the scripts of the documentation ship in a package and are served from here.
"""

import importlib.util
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer
from serving.core.answers.links import API
from serving.core.http.errors import DOCUMENTED, INTERNAL_TITLES, STORE_TITLES, Moved, NotFound
from serving.core.http.exchange import Answered
from serving.core.process.platform import Platform
from serving.core.service import Service
from serving.core.site.openapi import PATH
from serving.core.site.policy import NOTE_STYLE, policy_of
from warehouse.runtime.versions import Cell, Stamp

_SHIPPED_BY: Final = "flask_swagger_ui"
"""The package that ships Swagger UI as its authors built it. Its Flask part is not imported."""
_ASSETS: Final = {"swagger-ui.css": "text/css; charset=utf-8", "swagger-ui-bundle.js": "text/javascript; charset=utf-8"}
_START: Final = f"""\
window.onload = () => SwaggerUIBundle({{
  url: "{PATH}", dom_id: "#docs", deepLinking: true, validatorUrl: null, tryItOutEnabled: true
}});
"""
_DOCS_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets styles of its own."""


def fixed(body: bytes | str, media_type: str, policy: str = "") -> Answer[Any]:
    """An answer that changes only with the program."""
    cell = Cell("program", ())
    cell.version = 1
    answered = Answered(
        body.encode() if isinstance(body, str) else body,
        stamp=Stamp(cell, 1),
        media_type=media_type,
        etag_prefix="p",
        last_modified=None,
        headers=[("content-security-policy", policy)] if policy else [],
    )
    return Answer(answered)


class PageController(Controller):
    """Pages for people."""

    path = "/"
    include_in_schema = False

    @get("/", sync_to_thread=False)
    def start(self, platform: NamedDependency[Platform]) -> Answer[bytes]:
        """What this is, and a first query."""
        page = _page("OpenPolicy", _notice(platform) + _start_page(platform.services))
        return fixed(page, "text/html; charset=utf-8", _PAGE_POLICY)

    @get(["/api", "/api/v1"], sync_to_thread=False)
    def addresses(self) -> Answer[None]:
        """Where people look for a list of the addresses."""
        raise Moved("/docs")

    @get("/openapi.json", sync_to_thread=False)
    def openapi(self) -> Answer[None]:
        """Where programs look for the OpenAPI document."""
        raise Moved(PATH)

    @get(["/docs", "/api/v1/docs"], sync_to_thread=False)
    def docs(self, platform: NamedDependency[Platform]) -> Answer[bytes]:
        """The interactive documentation."""
        return fixed(_DOCS_PAGE.format(notice=_notice(platform)), "text/html; charset=utf-8", _DOCS_POLICY)

    @get("/docs/start.js", sync_to_thread=False)
    def docs_start(self) -> Answer[bytes]:
        """Starts the documentation; a file of its own, so that the policy need not allow scripts within pages."""
        return fixed(_START, "text/javascript; charset=utf-8")

    @get("/docs/{name:str}", sync_to_thread=False)
    def docs_asset(self, name: FromPath[str]) -> Answer[bytes]:
        """One of the two files of Swagger UI."""
        if name not in _ASSETS:
            raise NotFound("The documentation has no such file.", "La documentation n’a pas ce fichier.")
        return fixed((_shipped() / name).read_bytes(), _ASSETS[name])

    @get("/problems", sync_to_thread=False)
    def problems(self, platform: NamedDependency[Platform]) -> Answer[bytes]:
        """Every problem."""
        return fixed(problem_page(platform.services), "text/html; charset=utf-8", _PAGE_POLICY)

    @get("/problems/{code:str}", sync_to_thread=False)
    def problem(self, code: FromPath[str], platform: NamedDependency[Platform]) -> Answer[bytes]:
        """What one problem means."""
        if code not in _meanings(platform.services):
            raise NotFound("There is no problem of this name.", "Aucun problème ne porte ce nom.")
        return fixed(problem_page(platform.services, code), "text/html; charset=utf-8", _PAGE_POLICY)


def _notice(platform: Platform) -> str:
    """What every page says where nothing is real. What is kept is forgotten when the kind of data changes."""
    if platform.versions.dataset != "simulated":
        return ""
    return (
        "<p role=note class=note><strong>"
        "Simulated data: this Parliament never existed. "
        "<span lang=fr>Données simulées\u00a0: ce Parlement n’a jamais existé.</span></strong>"
    )


@cache
def _shipped() -> Path:
    """The folder of Swagger UI, found without importing the package around it."""
    spec = importlib.util.find_spec(_SHIPPED_BY)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package {_SHIPPED_BY} is not installed.")
    return Path(spec.submodule_search_locations[0]) / "dist"


Meaning = tuple[int, tuple[str, str], tuple[str, str]]
"""Status, titles and meanings of a problem, both in either language."""
_OF_THE_SERVER: Final[dict[str, Meaning]] = {
    "store_unavailable": (
        503,
        STORE_TITLES,
        (
            "A database does not answer; safe to try again.",
            "Une base de données ne répond pas; on peut réessayer sans risque.",
        ),
    ),
    "internal": (500, INTERNAL_TITLES, ("The fault is ours.", "La faute est nôtre.")),
}


def _meanings(services: Sequence[Service]) -> dict[str, Meaning]:
    """What each problem means, by its code."""
    errors = (*DOCUMENTED, *(error for service in services for error in service.problems))
    found: dict[str, Meaning] = {}
    for error in errors:
        found[error.code] = (error.status, error.titles, ((error.__doc__ or "").strip(), error.meaning_fr))
    return found | _OF_THE_SERVER


def problem_page(services: Sequence[Service], code: str | None = None) -> str:
    """Every problem with its meaning in both languages, or the one of a code."""
    rows = "".join(
        f"<tr><td><code>{name}</code><td>{status}<td>{titles[0]}<br><span lang=fr>{titles[1]}</span>"
        f"<td>{meanings[0]}<br><span lang=fr>{meanings[1]}</span>"
        for name, (status, titles, meanings) in _meanings(services).items()
        if code in {None, name}
    )
    head = "<tr><th>code<th>HTTP<th>title / titre<th>meaning / sens"
    links = "<p><a href=/problems>All / Tous</a> · <a href=/>OpenPolicy</a> · <a href=/docs>Documentation</a>"
    return _page("OpenPolicy: problems / problèmes", f"<table>{head}{rows}</table>{links}")


_LAYOUT: Final = """\
body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
code,pre{background:#f1f1f1;padding:.1rem .3rem}pre{padding:.7rem;overflow:auto}
section{display:inline-block;vertical-align:top;width:24rem;max-width:100%;margin-right:1.5rem}
td,th{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0}
"""
_STYLE: Final = _LAYOUT + NOTE_STYLE
_PAGE_POLICY: Final = policy_of(_STYLE)


def _page(title: str, body: str) -> str:
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style><h1>{title}</h1>{body}"
    )


def _links(services: Sequence[Service], lang: Literal["en", "fr"]) -> str:
    """The first addresses as a list. The French ones give their texts in French, those in English in both."""
    items = []
    for path, en, fr in (msgspec.structs.astuple(each) for service in services for each in service.examples):
        in_french = lang == "fr" and not path.endswith(".atom")
        url = escape(API + path + (f"{'&' if '?' in path else '?'}lang=fr" if in_french else ""))
        items.append(f'<li>{fr if lang == "fr" else en}<br><a href="{url}">{url}</a>')
    return f"<ul>{''.join(items)}</ul>"


def _page_links(services: Sequence[Service], lang: Literal["en", "fr"]) -> str:
    """The services' own pages, each followed by a dot."""
    query, pages = "?lang=fr" if lang == "fr" else "", [each for service in services for each in service.pages]
    return " ".join(f'<a href="{each.path}{query}">{each.fr if query else each.en}</a> ·' for each in pages)


def _start_page(services: Sequence[Service]) -> str:
    """The home page's body: what each service shows first."""
    return f"""\
<section><h2>English</h2><p>Open data of Canada's federal Parliament: bills, recorded votes with every ballot,
and members, in both languages, each with the document it was read from. Begin here:</p>{_links(services, "en")}
<p><a href="/docs">Documentation</a> · <a href="{PATH}">OpenAPI 3.1</a> ·
<a href="/dictionary">Data dictionary</a> · {_page_links(services, "en")}
<a href="/problems">Errors</a> · <a href="/ready">State</a></section>
<section lang=fr><h2>Français</h2>
<p>Les données ouvertes du Parlement fédéral du Canada&nbsp;: projets de loi, votes
par appel nominal avec le vote de chaque député, députées et députés, dans les deux langues, chacun avec
le document d’où il vient. Commencez ici&nbsp;:</p>{_links(services, "fr")}
<p><a href="/docs">Documentation</a> · <a href="{PATH}?lang=fr">OpenAPI 3.1</a> ·
<a href="/dictionary?lang=fr">Dictionnaire de données</a> · {_page_links(services, "fr")}
<a href="/problems">Erreurs</a> · <a href="/ready">État</a></section>"""


_DOCS_PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>OpenPolicy: documentation</title>"
    "<meta name=viewport content='width=device-width'><link rel=stylesheet href=/docs/swagger-ui.css>"
    f"<style>{NOTE_STYLE.replace('{', '{{').replace('}', '}}')}</style>"
    "<body>{notice}<div id=docs></div>"
    "<script src=/docs/swagger-ui-bundle.js></script><script src=/docs/start.js></script>"
)
