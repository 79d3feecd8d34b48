"""The fields of the embedded index, how their text is cut into words, and documents as tantivy takes them.

A text is indexed twice: by its stems, in its language, and by its plain words, in which phrases and typing errors are
looked for. The document itself is stored whole beside its id, and nothing else is.
"""

from functools import cache
from typing import Final, cast

import msgspec
import tantivy

from warehouse.model.read_models.search import Removed, SearchDocument
from warehouse.search.texts import PLAIN, STEMMED_EN, STEMMED_FR, day_number, newest, recency_weight, searched_texts

VERSION: Final = 2
"""Raised whenever an index made before would answer wrongly."""

CODES: Final = ("entity", "session", "chamber", "type", "party", "province", "status", "result", "bill")
"""Indexed and counted as they are."""

_LONGEST_WORD: Final = 100
_WEIGHTS_A_UNIT: Final = 1 << 20

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(SearchDocument)


@cache
def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """By name. French is stemmed before accents go, since its endings are told by them; `l'` falls off as a word."""

    def analyzer(*filters: tantivy.Filter) -> tantivy.TextAnalyzer:
        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
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


def tombstone(removed: Removed) -> tantivy.Document:
    """What remains of a removed document: enough to refuse an older revision, nothing to be found by."""
    made = tantivy.Document()
    made.add_text("id", removed.id)
    made.add_unsigned("revision", removed.revision)
    made.add_unsigned("live", 0)
    return made


def indexed(document: SearchDocument) -> tantivy.Document:
    """A document as the index takes it."""
    made = tantivy.Document()
    made.add_text("id", document.id)
    made.add_bytes("document", _encoder.encode(document))
    made.add_unsigned("revision", document.revision)
    made.add_unsigned("live", 1)
    for field, texts in searched_texts(document).items():
        for text in texts:
            made.add_text(field, text)
    for code in CODES:
        if value := getattr(document, code):
            made.add_text(code, value)
    if document.date is not None:
        made.add_integer("day", day_number(document.date))
        made.add_unsigned("year", document.date.year)
    made.add_unsigned("newest", newest(document))
    made.add_unsigned("weight", int(recency_weight(document) * _WEIGHTS_A_UNIT))
    return made


def stored(document: tantivy.Document) -> SearchDocument:
    """The document as it was given."""
    return _decoder.decode(cast("bytes", document.get_first("document")))


def total(found: tantivy.SearchResult) -> int:
    """How many documents a query found in all."""
    return int(found.count or 0)  # type: ignore[attr-defined]  # its stubs forgot it
