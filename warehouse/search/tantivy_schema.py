"""The fields of the embedded index, how their text is cut into words, and documents as tantivy takes them.

A text is indexed twice: by its stems, in its language, and by its plain words, in which phrases and typing errors are
looked for. The document itself is stored whole beside its id, and nothing else is.
"""

import datetime as dt
from functools import cache
from typing import Final, cast

import msgspec
import tantivy

from warehouse.model.codes import GENERAL_ELECTIONS
from warehouse.model.search import Removed, SearchDocument

VERSION: Final = 1
"""Raised whenever an index made before would answer wrongly."""

STEMMED_EN: Final = ("title_en", "short_title_en", "status_en")
STEMMED_FR: Final = ("title_fr", "short_title_fr", "status_fr")
PLAIN: Final = ("words", "names", "sponsor", "riding", "numbered")
CODES: Final = ("entity", "session", "chamber", "type", "party", "province", "status", "result", "bill")
"""Indexed and counted as they are."""

_FIRST_DAY: Final = dt.date(1867, 7, 1)
_NUMBERS_A_DAY: Final = 1 << 20
_WORD: Final = r"[\p{L}\p{N}]+"
_LONGEST_WORD: Final = 100

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(SearchDocument)


@cache
def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """By name. French is stemmed before accents go, since its endings are told by them; `l'` falls off as a word."""

    def analyzer(*filters: tantivy.Filter) -> tantivy.TextAnalyzer:
        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD))
        for each in (tantivy.Filter.remove_long(_LONGEST_WORD), tantivy.Filter.lowercase(), *filters):
            builder = builder.filter(each)
        return builder.build()

    return {
        "english": analyzer(tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer("english")),
        "french": analyzer(tantivy.Filter.stemmer("french"), tantivy.Filter.ascii_fold()),
        "plain": analyzer(tantivy.Filter.ascii_fold()),
    }


@cache
def schema() -> tantivy.Schema:
    """All fields; an index on disk knows its schema too, but not the analyzers."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("document", stored=True)
    builder.add_unsigned_field("revision", fast=True)
    builder.add_unsigned_field("live", indexed=True, fast=True)
    for fields, analyzer in ((STEMMED_EN, "english"), (STEMMED_FR, "french"), (PLAIN, "plain")):
        for name in fields:
            builder.add_text_field(name, tokenizer_name=analyzer)
    for name in CODES:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("year", indexed=True, fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_unsigned_field("newest", fast=True)
    builder.add_unsigned_field("weight", fast=True)
    return builder.build()


def open_at(path: str) -> tantivy.Index:
    """The index in a folder, made if there is none. Analyzers are no part of what is on disk.

    Raises:
        ValueError, OSError: there is something else.
    """
    index = tantivy.Index(schema(), path)
    for name, analyzer in analyzers().items():
        index.register_tokenizer(name, analyzer)
    return index


def live() -> tantivy.Query:
    """All documents but those removed."""
    return tantivy.Query.term_query(schema(), "live", 1)


def day_number(day: dt.date) -> int:
    """Days since Confederation."""
    return (day - _FIRST_DAY).days


def tombstone(removed: Removed) -> tantivy.Document:
    """What remains of a removed document: enough to refuse an older revision, nothing to be found by."""
    made = tantivy.Document()
    made.add_text("id", removed.id)
    made.add_unsigned("revision", removed.revision)
    made.add_unsigned("live", 0)
    return made


def indexed(document: SearchDocument) -> tantivy.Document:
    """A document as the index takes it."""
    day = _recency(document)
    made = tantivy.Document()
    made.add_text("id", document.id)
    made.add_bytes("document", _encoder.encode(document))
    made.add_unsigned("revision", document.revision)
    made.add_unsigned("live", 1)
    for field, text in _texts(document):
        if text:
            made.add_text(field, text)
    for code in CODES:
        if value := getattr(document, code):
            made.add_text(code, value)
    if document.date is not None:
        made.add_integer("day", day_number(document.date))
        made.add_unsigned("year", document.date.year)
    made.add_unsigned("newest", day * _NUMBERS_A_DAY + min(document.number or 0, _NUMBERS_A_DAY - 1))
    made.add_unsigned("weight", int(2 ** (20 + 4 * day / 100_000)))
    return made


def stored(document: tantivy.Document) -> SearchDocument:
    """The document as it was given."""
    return _decoder.decode(cast("bytes", document.get_first("document")))


def total(found: tantivy.SearchResult) -> int:
    """How many documents a query found in all."""
    return int(found.count or 0)  # type: ignore[attr-defined]  # its stubs forgot it


def _texts(document: SearchDocument) -> list[tuple[str, str | None]]:
    """Every text with the field it belongs into."""
    titles = (document.title_en, document.title_fr, document.short_title_en, document.short_title_fr)
    texts = [(field, getattr(document, field)) for field in (*STEMMED_EN, *STEMMED_FR)]
    if document.entity == "member":
        texts = [("names", name) for name in {document.title_en, *document.other_names}]
        texts += [("riding", riding) for riding in {document.riding_en, document.riding_fr}]
    texts += [("words", title) for title in titles if document.entity != "member"]
    texts += [("sponsor", name) for name in {document.sponsor_en, document.sponsor_fr}]
    if document.entity == "bill" and document.bill:
        texts.append(("numbered", document.bill))
    return texts


def _recency(document: SearchDocument) -> int:
    """The day by which newer comes first; of what has no date, soon after the election of its Parliament."""
    if document.date is not None:
        return max(0, day_number(document.date))
    parliament, session = divmod(document.order, 100)
    elected = max((day for number, day in GENERAL_ELECTIONS.items() if number <= parliament), default=_FIRST_DAY)
    return day_number(elected) + session
