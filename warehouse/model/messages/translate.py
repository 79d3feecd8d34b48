"""From a stored English message to French, by the tables of texts."""

import ast
import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

from warehouse.model.messages.expectations import EXPECTATIONS
from warehouse.model.messages.findings import FINDINGS
from warehouse.model.messages.reasons import REASONS
from warehouse.model.messages.words import WORDS

_PLACEHOLDER: Final = re.compile(r"\{(\w+)(:\w+)?\}")
_KINDS: Final = {
    "": r".+?",
    ":day": r"\d{4}-\d\d-\d\d",
    ":count": r"[\d,]+",
    ":quoted": r"(?:'.*?'|\".*?\"|None)",
    ":text": r".+?",
    ":words": r".+?",
}
"""What a placeholder stands for. `:quoted` is a text as `repr` writes it, and becomes a quotation. `:text` is a further
message, `:words` an English expression of the list: both are translated in turn."""
_SENTENCE: Final = re.compile(r"(?<=[.]) (?=[A-Z`])")
_REMEMBERED: Final = 10_000
_DEEPEST: Final = 5


class _Template(NamedTuple):
    pattern: re.Pattern[str]
    french: str


def typeset(text: str) -> str:
    """A French text with no-break spaces before colons and inside guillemets."""
    return text.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")


@lru_cache(_REMEMBERED)
def french(message: str) -> str | None:
    """The message in French; None where no text of the tables is the message, as with those of earlier versions."""
    return _french(message, 0)


def _french(message: str, depth: int) -> str | None:
    if depth > _DEEPEST:
        return None
    for separator in (_SENTENCE, re.compile("; ")):
        parts = separator.split(message)
        if len(parts) > 1:
            translated = [_whole(part, depth) for part in parts]
            if None not in translated:
                return ("; " if separator is not _SENTENCE else " ").join(filter(None, translated))
    return _whole(message, depth)


def _whole(message: str, depth: int) -> str | None:
    for template in _templates():
        if match := template.pattern.fullmatch(message):
            return _filled(template, match, depth)
    return None


def _filled(template: _Template, match: re.Match[str], depth: int) -> str:
    values = match.groupdict()

    def value(placeholder: re.Match[str]) -> str:
        text = values[placeholder[1]]
        match placeholder[2] or "":
            case ":count":
                return text.replace(",", "\u00a0")
            case ":quoted":
                return quotation(text)
            case ":words":
                return ", ".join(WORDS.get(word, word) for word in text.split(", "))
            case ":text":
                return _french(text, depth + 1) or quotation(text)
            case _:
                return text

    return _PLACEHOLDER.sub(value, template.french)


def quotation(text: str) -> str:
    """What Parliament or a library wrote, in its own words."""
    if text == "None":
        return "non précisé"
    try:
        said = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        said = text
    return f"«\u00a0{said if isinstance(said, str) else text}\u00a0»"


@cache
def _templates() -> tuple[_Template, ...]:
    """Made when the first message is translated: most processes never do that."""
    return tuple(_template(english, translation) for english, translation in (*FINDINGS, *REASONS, *EXPECTATIONS))


def _template(english: str, translation: str) -> _Template:
    last, pattern = 0, ""
    for placeholder in _PLACEHOLDER.finditer(english):
        pattern += re.escape(english[last : placeholder.start()])
        pattern += f"(?P<{placeholder[1]}>{_KINDS[placeholder[2] or '']})"
        last = placeholder.end()
    return _Template(re.compile(pattern + re.escape(english[last:]), re.DOTALL), typeset(translation))
