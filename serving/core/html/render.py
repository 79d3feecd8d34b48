"""Renders a page from a Jinja template in one language; everything that is put in is escaped."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from serving.core.answers.texts import Text
from serving.core.parameters.query_string import Parameters
from warehouse.runtime.clock import OTTAWA

PageLang = Literal["en", "fr"]
HTML: Final = "text/html; charset=utf-8"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may load: the stylesheet and pictures of its own host."""
_SERVING: Final = Path(__file__).resolve().parents[2]
_NO_BREAK: Final = "\u00a0"
_UNITS: Final = ("kB", "MB", "GB"), ("ko", "Mo", "Go")


@cache
def _environment() -> Environment:
    """Templates of the frame, and of each service below its own name: `releases/page.html`."""
    services = {path.parent.name for path in _SERVING.glob("*/templates")}
    loaders = [PackageLoader("serving.core.html")] + [_Named(name) for name in sorted(services)]
    return Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


class _Named(PackageLoader):
    """The templates of one service, whose names begin with that of the service."""

    def __init__(self, service: str) -> None:
        super().__init__(f"serving.{service}")
        self._prefix = f"{service}/"

    def get_source(self, environment: Environment, template: str) -> Any:
        """The source of a template of this service; others are looked for elsewhere."""
        name = template.removeprefix(self._prefix) if template.startswith(self._prefix) else "\0"
        return super().get_source(environment, name)


def page_lang(parameters: Parameters) -> PageLang:
    """The language of a page: French with `lang=fr`, else English.

    Raises:
        InvalidValue: the language is not offered.
    """
    return "fr" if parameters.lang() == "fr" else "en"


def render(template: str, lang: PageLang, *, here: str, simulated: bool, **values: Any) -> bytes:
    """A page. `here` is its address without its language, for the links to itself."""
    is_french = lang == "fr"

    def said(en: str | Text, fr: str | None = None) -> str | None:
        """The text in the language of the page."""
        if isinstance(en, Text):
            return str(en.fr if is_french and en.fr else en.en)
        return fr if is_french else en

    def number(value: int) -> str:
        """Thousands as each language writes them."""
        return f"{value:,}".replace(",", _NO_BREAK) if is_french else f"{value:,}"

    def percent(value: float) -> str:
        """A percentage with one decimal."""
        return f"{value:.1f}".replace(".", ",") + f"{_NO_BREAK}%" if is_french else f"{value:.1f}%"

    def size(count: int) -> str:
        """Bytes for people."""
        amount, unit = count / 1000, 0
        while amount >= 1000 and unit < 2:
            amount, unit = amount / 1000, unit + 1
        text = f"{amount:.1f}".replace(".", ",") if is_french else f"{amount:.1f}"
        return f"{text}{_NO_BREAK}{_UNITS[is_french][unit]}"

    def instant(value: dt.datetime) -> Markup:
        """An instant as Ottawa's clock shows it, with the exact one for machines."""
        shown = f"{value.astimezone(OTTAWA):%Y-%m-%d %H:%M}"
        return Markup("<time datetime='{}'>{}</time>").format(value.isoformat(), shown)

    def in_lang(address: str) -> str:
        """An address of a page in the language of this one."""
        return f"{address}{'&' if '?' in address else '?'}lang=fr" if is_french else address

    found = _environment().get_template(template)
    helpers = {"t": said, "number": number, "percent": percent, "size": size, "instant": instant, "in_lang": in_lang}
    text = found.render(
        lang=lang, other="en" if is_french else "fr", here=here, simulated=simulated, **helpers, **values
    )
    return text.encode()
