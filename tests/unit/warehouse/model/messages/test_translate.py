"""Every message that a load can write has its French."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.checking.expectations import SUITES, Expectation
from tests.support.french import faults_of_typography
from warehouse.model.messages.expectations import EXPECTATIONS
from warehouse.model.messages.findings import FINDINGS
from warehouse.model.messages.reasons import REASONS
from warehouse.model.messages.translate import french, typeset
from warehouse.model.messages.words import WORDS
from warehouse.model.vocabulary.rules import RULES

ROOT = Path(__file__).parents[5]
WRITERS = [
    *(path for folder in ("bills", "checking", "members", "overrides", "sessions", "sources", "votes")
      for path in (ROOT / "assets" / folder).rglob("*.py")),
    *(ROOT / "assets" / "upstream" / name for name in ("fetch.py", "hosts.py", "transport.py", "wall.py")),
    ROOT / "assets" / "loading.py",
]  # fmt: skip
RAISED = {"SourceChanged", "ValueError", "DocumentRefused", "FetchFailed", "TimeIsUp", "give_up", "Unfit", "Doubt"}
VARIABLES = {"message", "reason", "said", "why", "kept", "fewer"}
PLACEHOLDER = re.compile(r"\{(\w+)(:\w+)?\}")

# What the reader of code sees in one piece and the table has in several, with a message of each.
IN_PIECES = {
    "The result is {} at {}–{}; {}.": "The result is 'Agreed To' at 1–2; the result is not counted on.",
    "the ballots bear the result out": "The result is 'Tie' at 1–2; the ballots bear the result out.",
    "the result is not counted on": "The result is 'Tie' at 1–2; the result is not counted on.",
    "{}; it is served with the code `unknown`.": "The list gives no result; it is served with the code `unknown`.",
    "The result {} is new": "The result 'X' is new; it is served with the code `unknown`.",
    "The list gives no result": "The list gives no result; it is served with the code `unknown`.",
    "The ballots give {}, announced were {} ({}); both are kept.": (
        "The ballots give 1–2, announced were 1–3 (paired 0 of 2); both are kept."
    ),
    "{}. {}": (
        "The ballots give 1–2, announced were 1–3 (paired 0 of 2); both are kept. The nays fall short by "
        "1: a ballot was "
        "struck later, or a member was on both lists, of which the House's CSV prints one."
    ),
    "LEGISinfo lists it twice under one id, differently; {}.": (
        "LEGISinfo lists it twice under one id, differently; not used: `a`, `b`."
    ),
    "`FromDateTime` is missing": "`FromDateTime` is missing",
    "the answer cannot be used: {} {}": "the answer cannot be used: ProtocolError something odd",
    "not used: {}": "LEGISinfo lists it twice under one id, differently; not used: `a`.",
    "the later one is served": "LEGISinfo lists it twice under one id, differently; the later one is served.",
    "The vote is dated {}; {} sat from {} to {}.": "The vote is dated 2026-01-02; 45-1 sat from 2026-01-03 to now.",
    "The members list has no PersonId for {} ({}), and {} in that Parliament.": (
        "The members list has no PersonId for A B (C), and several persons have this name and riding in "
        "that Parliament."
    ),
    "no person with a PersonId has this name and riding": (
        "The members list has no PersonId for A B (C), and no person with a PersonId has this name and riding in that "
        "Parliament."
    ),
    "several persons have this name and riding": (
        "The members list has no PersonId for A B (C), and several persons have this name and riding in "
        "that Parliament."
    ),
    "The roles document has no seat that can be read{}.": (
        "The roles document has no seat that can be read: the seat has no first day."
    ),
    "{}{} does not have this any more; the last known state stays.": (
        "LEGISinfo's list does not have this any more; the last known state stays."
    ),
}  # fmt: skip
# Errors that no finding and no refusal ends in: they show a fault of the caller, or a person at a terminal sees them.
NOT_STORED = {
    "a bill needs a list record or a detail record",
    "the records are of two bills: {} and {}",
    "a roles document gives every first day",
    "No rule for {}",
    "An instant needs its zone, such as 2020-01-06T20:30:00Z",
}


def _written(tree: ast.AST) -> Iterator[str]:
    """The texts that become messages: of errors, and of variables that are named so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in RAISED:
                yield from _texts(node.args)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id in VARIABLES for target in targets):
                yield from _texts([node.value])
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and getattr(node.elts[0], "value", None) in RULES:
            yield from _texts(node.elts[1:])
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.JoinedStr):
            yield from _texts([node.value])


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.IfExp):
            yield from _texts([node.body, node.orelse])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)  # type: ignore[misc]


def test_every_message_that_code_writes_is_in_the_tables() -> None:
    known = {PLACEHOLDER.sub("{}", english) for english, _ in (*FINDINGS, *REASONS, *EXPECTATIONS)}
    written = {
        text for path in WRITERS for text in _written(ast.parse(path.read_text()))
        if re.sub(r"\{\}", "", text).count(" ") >= 2
    }  # fmt: skip
    assert len(written) > 80
    assert sorted(written - known - IN_PIECES.keys() - NOT_STORED) == []


@pytest.mark.parametrize("item", [item for suite in SUITES.values() for item in suite], ids=lambda item: item.name)
def test_reasons_of_suites_have_french(item: Expectation) -> None:
    meaning = french(item.meaning)
    assert meaning is not None
    assert french(f"{item.name}: expected: {item.meaning}") == f"{item.name}\u00a0: attendu\u00a0: {meaning}"


@pytest.mark.parametrize("message", IN_PIECES.values())
def test_messages_in_pieces_have_french(message: str) -> None:
    assert french(message) is not None


@pytest.mark.parametrize(("english", "translation"), [*FINDINGS, *REASONS], ids=lambda text: text[:40])
def test_a_text_and_its_french_have_the_same_placeholders(english: str, translation: str) -> None:
    optional = {"session", "number"} if english.startswith("{text:quoted} is not a") else set()
    assert {*PLACEHOLDER.findall(english)} - optional == {*PLACEHOLDER.findall(translation)}
    assert faults_of_typography(typeset(translation)) == []


def test_words_have_french() -> None:
    for english, translation in WORDS.items():
        assert faults_of_typography(translation) == [], english


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        (
            "`passed_house_first_reading_on` is 2031-01-02, which is still to come; it is not served. "
            "`royal_assent_on` is "
            "2031-02-03, which is still to come; it is not served.",
            "`passed_house_first_reading_on` est le 2031-01-02, une date encore à venir; elle n’est pas publiée. "
            "`royal_assent_on` est le 2031-02-03, une date encore à venir; elle n’est pas publiée.",
        ),
        (
            "`title_en` is 'TBD', which is no title; it is not served.",
            "`title_en` est «\u00a0TBD\u00a0», ce qui n’est pas un titre; ce texte n’est pas publié.",
        ),
        (
            "`title_fr` is in the other language: \"Bill's title. It has two sentences\"; it is not served.",
            "`title_fr` est dans l’autre langue\u00a0: «\u00a0Bill's title. It has two sentences\u00a0»; "
            "ce texte n’est pas "
            "publié.",
        ),
        (
            "No bill of 4,026 can be read: Object missing required field `BillId` - at `$.x`",
            "Aucun des 4\u00a0026 enregistrements (projet de loi) ne peut être lu\u00a0: le champ "
            "obligatoire `BillId` manque – "
            "à `$.x`",
        ),
        (
            "The document cannot be read: TypeError something inside.",
            "Le document est illisible\u00a0: «\u00a0TypeError something inside\u00a0».",
        ),
        (
            "A Name (1) appears in 2 rows with a different position, paired; B Name (2) appears in 2 rows "
            "with a different "
            "riding. They are one ballot, and what they disagree about is not known.",
            "A Name (1) figure sur 2 lignes qui diffèrent (position, pairage); B Name (2) figure sur 2 "
            "lignes qui diffèrent "
            "(circonscription). C’est une seule voix, et ce sur quoi les lignes divergent reste inconnu.",
        ),
        ("www.ourcommons.ca failed 3 times in a row: HTTP 503",
         "www.ourcommons.ca a échoué 3 fois de suite\u00a0: HTTP 503"),
        ("`a_on` is 2026-01-02, `b_on` is 2026-01-03; by LEGISinfo's list 45-1 did not sit then.",
         "`a_on` est le 2026-01-02, `b_on` est le 2026-01-03; selon la liste de LEGISinfo, la session 45-1 "
         "ne siégeait pas "
         "alors."),
    ],
)  # fmt: skip
def test_french(message: str, translation: str) -> None:
    assert french(message) == translation


def test_a_message_of_an_earlier_version_has_no_french() -> None:
    assert french("The moon was in the seventh house.") is None
