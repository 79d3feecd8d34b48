"""The fields of the embedded index, the analysis of their texts, and the conversion of documents.

A text is indexed twice: by its stems, in its language, and by its plain words, for phrases and typing errors. Only the
id and the whole document are stored.
"""

from functools import cache
from typing import Final, cast

import msgspec
import tantivy

from warehouse.model.read_models.search import Removed, SearchDocument
from warehouse.search.texts import PLAIN, STEMMED_EN, STEMMED_FR, day_number, newest, recency_weight, searched_texts

VERSION: Final = 2
"""Raise it if an existing index would give wrong answers."""

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
    """Open the index in a folder, creating it if there is none. Analyzers are not stored on disk.

    Raises:
        ValueError, OSError: the folder has other content.
    """
    index = tantivy.Index(schema(), path)
    for name, analyzer in analyzers().items():
        index.register_tokenizer(name, analyzer)
    return index


def live() -> tantivy.Query:
    """All documents but those removed."""
    return tantivy.Query.term_query(schema(), "live", 1)


def tombstone(removed: Removed) -> tantivy.Document:
    """The remains of a removed document: enough to refuse an older revision, without anything to find it by."""
    made = tantivy.Document()
    made.add_text("id", removed.id)
    made.add_unsigned("revision", removed.revision)
    made.add_unsigned("live", 0)
    return made


def indexed(document: SearchDocument) -> tantivy.Document:
    """A document in tantivy's form."""
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
    """The original document."""
    return _decoder.decode(cast("bytes", document.get_first("document")))


def total(found: tantivy.SearchResult) -> int:
    """How many documents a query found in all."""
    return int(found.count or 0)  # type: ignore[attr-defined]  # its stubs forgot it
