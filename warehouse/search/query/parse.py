"""The query language: words, "phrases", -without, field:value, and bill numbers in any spelling. No engine in it.

A pasted title is found, because parentheses, commas and question marks are ignored. Operators of other query languages
(`*`, `~`, `[a TO b]`, `OR`) are refused with their position instead of being searched as words.
"""

import re
import unicodedata
from typing import Final

from warehouse.model.folding import DASHES
from warehouse.model.keys import BillNumber, SessionCode
from warehouse.model.read_models.search import BillReference, Filter, Node, Phrase, Query, Word
from warehouse.search.query.errors import QueryInvalid
from warehouse.search.query.fields import field_named, filters_of

MAX_LENGTH: Final = 500
MAX_NODES: Final = 32
_LONGEST_WORD: Final = 60

_CLOSING: Final = {'"': '"', "“": "”", "«": "»", "„": "”"}
_FOREIGN: Final = frozenset("*\\^~{}[]<>|=;")
_OPERATORS: Final = frozenset({"OR", "NOT"})
_FIELD: Final = re.compile(r"([^\W\d_]{2,20}):(?=\S)")
_FIELD_ALONE: Final = re.compile(r"([^\W\d_]{2,20}):(?=\s|$)")
_END: Final = r"(?=$|[\s\"“”«»,.:!?()])"
_BLANKS: Final = r"[\s\u00a0\u2007\u202f]"
_BILL: Final = re.compile(
    rf"(?:(?P<session>\d{{1,3}}[{DASHES}]\d{{1,2}})/)?(?P<prefix>[CS]){_BLANKS}*[{DASHES}]?{_BLANKS}*"
    rf"(?P<number>\d{{1,4}})(?P<suffix>[A-Z]?){_END}",
    re.IGNORECASE | re.ASCII,
)
_DIGITS: Final = re.compile(rf"(?P<number>\d{{1,3}})(?P<suffix>[A-Z]?){_END}", re.IGNORECASE | re.ASCII)
_SESSION: Final = re.compile(rf"(\d{{1,3}}-\d{{1,2}}){_END}", re.ASCII)
_CALLED: Final = re.compile(
    r"(?:bills?|projets?\s+de\s+loi|pl)\s+(?:(?:no|n°|number|numéro|numero)\.?\s*)?(?=[CS\d])", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\s\"“”«»„]+")
_NOTHING: Final = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum()) + "’‘…¿¡" + DASHES


def parse(text: str) -> Query:
    """Parse a query. An empty one finds everything.

    Raises:
        QueryInvalid: it is too long, or has characters or a form without meaning; has the position.
    """
    _check_characters(text)
    nodes = _number_alone(_Reader(text).nodes())
    if text.strip() and not nodes:
        raise QueryInvalid("The query has no word.", "La requête n’a aucun mot.", len(text) - len(text.lstrip()))
    if nodes and all(node.negated for node in nodes):
        raise QueryInvalid(
            "Name at least one word to find, not only words to exclude.",
            "Donnez au moins un mot à trouver, et non seulement des mots à exclure.",
            nodes[0].position,
        )
    return Query(text=text, nodes=tuple(nodes))


def _check_characters(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise QueryInvalid(
            f"A query has at most {MAX_LENGTH} characters.",
            f"Une requête compte au plus {MAX_LENGTH} caractères.",
            MAX_LENGTH,
        )
    for position, character in enumerate(text):
        if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} and character not in "\t\n\r":
            raise QueryInvalid("This character is not allowed.", "Ce caractère n’est pas permis.", position)
        if character in _FOREIGN:
            raise QueryInvalid(
                f"`{character}` has no meaning here. Word endings and typing errors are matched without it.",
                f"`{character}` n’a pas de sens ici. Les terminaisons et les fautes de frappe sont reconnues sans lui.",
                position,
            )


class _Reader:
    """One pass over the query, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._nodes: list[Node] = []

    def nodes(self) -> list[Node]:
        while self._at < len(self._text):
            if self._text[self._at].isspace() or self._text[self._at] in "(),":
                self._at += 1
                continue
            if len(self._nodes) >= MAX_NODES:
                raise QueryInvalid(
                    f"A query has at most {MAX_NODES} words.",
                    f"Une requête compte au plus {MAX_NODES} mots.",
                    self._at,
                )
            self._item()
        return self._nodes

    def _item(self) -> None:
        start = self._at
        negated = self._negation()
        if self._text[self._at] in _CLOSING:
            self._phrase(start, negated)
        elif self._text[self._at] in _CLOSING.values():
            raise _unbalanced(self._at)
        elif match := _FIELD.match(self._text, self._at):
            self._filter(start, match, negated)
        elif not self._number(start, negated):
            self._word(start, negated)

    def _negation(self) -> bool:
        """Skip a minus sign; returns whether there was one."""
        if self._text[self._at] not in "-−":
            return False
        following = self._text[self._at + 1 : self._at + 2]
        if following in {"-", "−"}:
            raise QueryInvalid("One minus is enough.", "Un seul moins suffit.", self._at + 1)
        if not following or following.isspace():
            return False
        self._at += 1
        return True

    def _quoted(self) -> str:
        """Read a phrase and skip its quotes."""
        opening = self._at
        end = self._text.find(_CLOSING[self._text[opening]], opening + 1)
        if end < 0:
            raise _unbalanced(opening)
        self._at = end + 1
        return self._text[opening + 1 : end].strip()

    def _phrase(self, start: int, negated: bool) -> None:
        quoted = self._quoted()
        if not any(character.isalnum() for character in quoted):
            raise QueryInvalid("There is no word between the quotes.", "Il n’y a aucun mot entre guillemets.", start)
        if (match := _BILL.fullmatch(quoted)) and (reference := _reference(match, start, negated)):
            self._nodes.append(reference)
        else:
            self._nodes.append(Phrase(text=quoted, position=start, negated=negated))

    def _filter(self, start: int, match: re.Match[str], negated: bool) -> None:
        field = field_named(match[1], match.start())
        self._at = match.end()
        value_at = self._at
        if self._text[self._at] in _CLOSING:
            value = self._quoted()
        else:
            word = _WORD.match(self._text, self._at)
            value = "" if word is None else word[0].rstrip(",;")
            self._at = self._at if word is None else word.end()
        self._nodes.extend(filters_of(field, value, value_at, start=start, negated=negated))

    def _number(self, start: int, negated: bool) -> bool:
        """Read a bill's number or a session, if there is one at this position."""
        called = _CALLED.match(self._text, self._at)
        at = self._at if called is None else called.end()
        found = _BILL.match(self._text, at)
        if found is None and called is not None:
            found = _DIGITS.match(self._text, at)
        if found is not None and (reference := _reference(found, start, negated)):
            self._nodes.append(reference)
        elif (found := _SESSION.match(self._text, self._at)) and _is_session(found[1]):
            self._nodes.append(Filter(field="session", value=found[1], position=start, negated=negated))
        else:
            return False
        self._at = found.end()
        return True

    def _word(self, start: int, negated: bool) -> None:
        match = _WORD.match(self._text, self._at)
        assert match is not None, "quotes and blanks were dealt with"
        if alone := _FIELD_ALONE.match(self._text, self._at):
            self._refuse_field_alone(alone)
        self._at = match.end()
        word = match[0].strip(_NOTHING)
        if not any(character.isalnum() for character in word):
            return
        if "?" in word:
            at = match.start() + match[0].index(word) + word.index("?")
            raise QueryInvalid(
                "A `?` inside a word has no meaning here.", "Un `?` dans un mot n’a pas de sens ici.", at
            )
        if len(word) > _LONGEST_WORD:
            raise QueryInvalid("This word is too long.", "Ce mot est trop long.", start)
        if word in _OPERATORS and self._text.upper() != self._text:
            raise QueryInvalid(
                f"`{word}` has no meaning here; all words are required, and `-word` excludes.",
                f"`{word}` n’a pas de sens ici; tous les mots sont exigés, et `-mot` exclut.",
                match.start(),
            )
        self._nodes.append(Word(text=word, position=start, negated=negated))

    def _refuse_field_alone(self, match: re.Match[str]) -> None:
        """`party:` and then nothing; `Budget: more` is a title."""
        try:
            field = field_named(match[1], match.start())
        except QueryInvalid:
            return
        filters_of(field, "", match.end())


def _reference(match: re.Match[str], start: int, negated: bool) -> BillReference | None:
    """The bill of a match; None if its session is not valid."""
    parts = match.groupdict()
    session, prefix, digits = parts.get("session"), parts.get("prefix"), f"{parts['number']}{parts['suffix']}"
    if (session is not None and not _is_session(session)) or not int(parts["number"]):
        return None
    number = str(BillNumber.parse(f"{prefix or 'C'}{digits}"))
    return BillReference(
        number=number,
        or_number=None if prefix else str(BillNumber.parse(f"S{digits}")),
        position=start,
        session=None if session is None else str(SessionCode.parse(session)),
        negated=negated,
    )


def _number_alone(nodes: list[Node]) -> list[Node]:
    """If a number is the only search term besides filters, it is a bill's: `21` is C-21, or the Senate's S-21. Among
    other words, as in `covid 19`, it is a word."""
    words = [node for node in nodes if not isinstance(node, Filter)]
    if len(words) == 1 and isinstance(word := words[0], Word) and not word.negated:
        match = _DIGITS.fullmatch(word.text)
        reference = None if match is None else _reference(match, word.position, negated=False)
        return [reference if node is word and reference is not None else node for node in nodes]
    return nodes


def _is_session(text: str) -> bool:
    try:
        SessionCode.parse(text)
    except ValueError:
        return False
    return True


def _unbalanced(position: int) -> QueryInvalid:
    return QueryInvalid("This quotation mark is not closed.", "Ce guillemet n’est pas fermé.", position)
