"""Texts that people read use one word for one thing, and no phrase that a reader has to translate.

Covered: README, CHANGELOG, CONTRIBUTING and SECURITY; every literal text of the product (errors, help, log phrases,
pages,
OpenAPI); help in docstrings of commands; and, for the phrases, all docstrings and comments. Names of identifiers are
not.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("assets", "deploy", "pipelines", "serving", "warehouse")
DOCUMENTS: Final = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")

RETIRED: Final = {
    r"\bparked?\b|\bparking\b": "quarantined record (refused at load), or dead letter (not applied by a read model)",
    r"\bunfit\b": "refused, or at fault",
    r"\bsinks?\b": "read model",
    r"\bfollowers?\b": "consumer",
    r"\b(?<!dead )letters?\b(?! (?:was|of the alphabet))": "dead letter",
    r"\btall(?:y|ies)\b": "bill statistics",
    r"\bout of reach\b|\b(?:is|are) away\b|\baway:": "unavailable",
}
"""Words with the word to use, in texts that people read."""
PHRASES: Final = {
    r"\bwhoever\b": "a person or a process",
    r"\bof ours\b": "OpenPolicy's, or the project's",
    r"\bheld here\b": "available, or 'There are no … for …'",
    r"\bsaid so\b": "stated it",
    r"\bgoes on\b": "continues, or resumes",
    r"\bfor want of\b": "without, or because there is no",
}
"""Phrases with what to write, in texts that people read and in docstrings and comments."""


class Text(NamedTuple):
    """A text and where it is."""

    where: str
    text: str


def _documents() -> Iterator[Text]:
    for name in DOCUMENTS:
        for number, line in enumerate((ROOT / name).read_text().splitlines(), start=1):
            yield Text(f"{name}:{number}", line)


def _modules() -> Iterator[tuple[str, str]]:
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text()


def _literals() -> Iterator[Text]:
    """Texts of more than one word; of docstrings, only those that are the help of a command."""
    for name, source in _modules():
        tree = ast.parse(source)
        own = {
            id(node.value): name.startswith("deploy/cli/")
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and own.get(id(node), True):
                text = node.value.strip()
                if " " in text and not text.startswith(("select ", "insert ", "update ")):
                    yield Text(f"{name}:{node.lineno}", text)


@cache
def _read() -> Sequence[Text]:
    """What people read; found when a test asks, not when it is collected."""
    return [*_documents(), *_literals()]


@cache
def _prose() -> Sequence[Text]:
    """Docstrings and comments."""
    return [*_strings_and_comments()]


def _strings_and_comments() -> Iterator[Text]:
    for name, source in _modules():
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.string.startswith('"""')):
                yield Text(f"{name}:{token.start[0]}", token.string)


def _found(texts: Sequence[Text], pattern: str) -> list[Text]:
    return [each for each in texts if re.search(pattern, each.text, re.IGNORECASE)]


@pytest.mark.parametrize(("pattern", "instead"), [*RETIRED.items(), *PHRASES.items()])
def test_texts_that_people_read_have_no_retired_word(pattern: str, instead: str) -> None:
    assert _found(_read(), pattern) == [], f"Write instead: {instead}."


@pytest.mark.parametrize(("pattern", "instead"), PHRASES.items())
def test_docstrings_and_comments_have_no_retired_phrase(pattern: str, instead: str) -> None:
    assert _found(_prose(), pattern) == [], f"Write instead: {instead}."
