"""Texts that people read use one word for one thing, and no phrase that a reader has to translate.

Covered: README, CHANGELOG, CONTRIBUTING and SECURITY; every literal text of the product (errors, help, log phrases,
pages, OpenAPI); help in docstrings of commands; comments in SQL; and, for the phrases, all docstrings and comments.
Identifiers are covered in SQL only: names of queries, aliases, common table expressions and parameters. Names of
tables and columns may stay.
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

SQL_NAMES: Final = {
    r"parked?|parking|(?<!chamber )letters?": "quarantined (refused at load), or dead_letter (by a read model)",
    r"sinks?|followers?|projections?": "read_model, or consumer",
    r"tall(?:y|ies|ied)": "what is counted, by what",
    r"unfit|away": "quarantined, or unavailable",
    r"^(?:found|each|one|held|chosen|listed|asked|wanted|told)$": "what the rows are",
}
"""Words of identifiers in SQL, with what to write."""
OLD_MIGRATIONS: Final = {
    "sql/postgres/catalog/migrations/0005_pre_parked.sql",
    "sql/postgres/catalog/migrations/0007_pre_scorecards.sql",
    "sql/postgres/catalog/migrations/0008_pre_overrides.sql",
    "sql/postgres/catalog/migrations/0009_pre_sink_moves.sql",
    "sql/postgres/catalog/migrations/0021_pre_text_index.sql",
    "sql/postgres/catalog/migrations/0026_pre_bill_statistics_renamed.sql",
    "sql/postgres/common/migrations/0002_pre_relay.sql",
    "sql/postgres/common/migrations/0007_pre_changes_told.sql",
}
"""Applied migrations are never edited: the runner refuses one that has changed. They keep the words of their time."""


class Text(NamedTuple):
    """A text and where it is."""

    where: str
    text: str


def _documents() -> Iterator[Text]:
    for name in DOCUMENTS:
        for number, line in enumerate((ROOT / name).read_text().splitlines(), start=1):
            yield Text(f"{name}:{number}", re.sub(r"`\w+`", "", line))  # names, such as those of public fields


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


def _sql_files() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "sql").rglob("*.sql")):
        yield str(path.relative_to(ROOT)), path.read_text()


def _sql_comments() -> list[Text]:
    return [
        Text(f"{name}:{number}", line.partition("--")[2])
        for name, source in _sql_files()
        if name not in OLD_MIGRATIONS
        for number, line in enumerate(source.splitlines(), start=1)
        if "--" in line and not line.startswith("-- name:")
    ]


def _sql_names() -> list[Text]:
    """The words of every name that a query gives: its own, aliases, common table expressions and parameters."""
    names = re.compile(
        r"-- name: (\w+)|\bas (\w+)|\b(\w+) as (?:not materialized |materialized )?\(|%\((\w+)\)s|\{(\w+):\w+"
    )
    return [
        Text(f"{name}:{source.count(chr(10), 0, match.start()) + 1}", (match[match.lastindex or 0]).replace("_", " "))
        for name, source in _sql_files()
        if "/queries/" in name
        for match in names.finditer(re.sub(r"-- (?!name:).*", "", source))
    ]


@pytest.mark.parametrize(("pattern", "instead"), [*RETIRED.items(), *PHRASES.items()])
def test_comments_in_sql_have_no_retired_word(pattern: str, instead: str) -> None:
    assert _found(_sql_comments(), pattern) == [], f"Write instead: {instead}."


@pytest.mark.parametrize(("pattern", "instead"), SQL_NAMES.items())
def test_names_in_sql_have_no_retired_word(pattern: str, instead: str) -> None:
    assert _found(_sql_names(), rf"(?<!dead )\b(?:{pattern})\b") == [], f"Write instead: {instead}."


def test_every_exempt_migration_needs_to_be_exempt() -> None:
    sources = dict(_sql_files())
    words = "|".join([*RETIRED, *PHRASES])
    assert [name for name in sorted(OLD_MIGRATIONS) if not re.search(words, sources[name], re.IGNORECASE)] == []
