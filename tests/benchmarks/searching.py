"""Searching two hundred thousand documents: the embedded engine through the port, beside PostgreSQL's own full text."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from tests.benchmarks.installation import Installation
from tests.benchmarks.tables import Table
from tests.conftest import RECORDED
from tests.support.hostile import HOSTILE
from tests.support.searching import asking, recorded_documents
from warehouse.model.search import FACETS, SearchDocument, SearchRequest
from warehouse.runtime.sqlfiles import queries
from warehouse.search.opening import open_index
from warehouse.search.port import SearchIndex
from warehouse.search.query import parse
from warehouse.search.query_errors import QueryInvalid

_DOCUMENTS: Final = 200_000
_BATCH: Final = 1000
_QUESTIONS: Final = 400
_GOAL_P99_MS: Final = 50.0
_GOAL_HOSTILE_MS: Final = 100.0
_SEED: Final = 20
Built = tuple[float, float, float]
"""Seconds of wall, seconds of CPU, megabytes."""
_SQL: Final = Path(__file__).parent / "searching.sql"


def measure(installed: Installation) -> list[Table]:
    """Index the recorded documents many times over with varied texts, and ask both engines the same."""
    documents = _multiplied(recorded_documents(RECORDED))
    folder = installed.folder / "search"
    index = open_index(f"tantivy:{folder}")
    began, cpu_began = time.perf_counter(), time.process_time()
    index.rebuild(documents[start : start + _BATCH] for start in range(0, len(documents), _BATCH))
    built_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    size_mb = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    questions = _questions(documents)
    with psycopg.connect(installed.catalog_url, autocommit=True) as connection:
        theirs = _fill(installed, connection, documents)
        try:
            return [
                _built(len(documents), (built_s, cpu_s, size_mb), theirs, _visible_ms(index)),
                _asked(index, connection, questions),
            ]
        finally:
            index.close()


def _multiplied(documents: Sequence[SearchDocument]) -> list[SearchDocument]:
    """Every document again and again, each time of another century and with a part of its words exchanged."""
    chance = random.Random(_SEED)
    words = {
        lang: [word for each in documents for word in (getattr(each, f"title_{lang}") or "").split() if len(word) > 4]
        for lang in ("en", "fr")
    }
    copies = -(-_DOCUMENTS // len(documents))
    return [
        msgspec.structs.replace(
            each, key=f"{copy}~{each.key}",
            **{f"title_{lang}": _varied(getattr(each, f"title_{lang}"), words[lang], chance) for lang in ("en", "fr")},
        )
        for copy in range(copies)
        for each in documents
    ]  # fmt: skip


def _varied(text: str | None, words: Sequence[str], chance: random.Random) -> str | None:
    if text is None:
        return None
    return " ".join(chance.choice(words) if chance.random() < 0.3 else word for word in text.split())


def _questions(documents: Sequence[SearchDocument]) -> list[str]:
    """One to three words of titles in either language, some of them a phrase: common and rare words as they come."""
    chance = random.Random(_SEED)
    found = []
    while len(found) < _QUESTIONS:
        document = chance.choice(documents)
        title = chance.choice([document.title_en, document.title_fr])
        words = ["".join(filter(str.isalnum, word)) for word in (title or "").split()]
        words = [word for word in words if len(word) > 3 and not word.isdigit()]
        if len(words) < 4:
            continue
        start = chance.randrange(len(words) - 2)
        kind = len(found) % 4
        chosen = words[start : start + 2] if kind == 3 else chance.sample(words, kind + 1)
        found.append(f'"{" ".join(chosen)}"' if kind == 3 else " ".join(chosen))
    return found


def _fill(installed: Installation, connection: psycopg.Connection[Any], documents: Sequence[SearchDocument]) -> Built:
    """PostgreSQL's table, its vectors and their index."""
    began, server = time.perf_counter(), installed.cpu()
    connection.execute(_query("create"))
    with connection.cursor() as cursor, cursor.copy("copy searched from stdin") as copy:
        for each in documents:
            copy.write_row((f"{each.entity}:{each.key}", each.entity, each.session, each.party, each.chamber,
                            each.status, each.year, each.title_en, each.title_fr, each.short_title_en,
                            each.short_title_fr, each.order))  # fmt: skip
    connection.execute(_query("index"))
    seconds = time.perf_counter() - began
    cpu_s = installed.cpu() - server
    connection.execute("vacuum analyze searched")
    row = connection.execute(_query("size")).fetchone()
    return seconds, cpu_s, (row[0] if row else 0) / 1e6


def _query(name: str) -> Any:
    return queries(str(_SQL))[name]


def _visible_ms(index: SearchIndex) -> float:
    """From one changed document to a search that finds it; the median."""
    spent = []
    for revision in range(2, 22):
        document = SearchDocument(
            entity="vote", key="1-1/commons/1", revision=revision, order=101, title_en=f"Visible{revision}x"
        )
        began = time.perf_counter()
        index.apply([document])
        assert index.search(asking(f"visible{revision}x")).total == 1
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def _built(count: int, ours: Built, theirs: Built, visible_ms: float) -> Table:
    table = Table(f"Indexing {count:,} documents", ["engine", "documents/s a core", "CPU s", "wall s", "MB"])
    for name, (seconds, cpu_s, size_mb) in (("tantivy", ours), ("PostgreSQL full text", theirs)):
        table.add(name, f"{count / cpu_s:,.0f}", f"{cpu_s:.1f}", f"{seconds:.1f}", f"{size_mb:.0f}")
    table.note(
        "tantivy's megabytes hold the documents themselves; PostgreSQL's are table, vectors and GIN index. One changed "
        f"document is found {visible_ms:.0f} ms after it is given to the index (median of 20, commit included)."
    )
    return table


def _asked(index: SearchIndex, connection: psycopg.Connection[Any], questions: Sequence[str]) -> Table:
    table = Table(
        f"{len(questions)} questions, the best 20",
        ["what", "p50 ms", "p99 ms", "p99 CPU ms", "p99 of PostgreSQL's", "goal", ""],
    )

    def search(**more: Any) -> Callable[[str], object]:
        return lambda text: index.search(asking(text, **more))

    def postgres(*names: str) -> Callable[[str], object]:
        asked = [_query(name) for name in names]
        return lambda text: [connection.execute(each, {"q": text}).fetchall() for each in asked]

    cases = [
        ("hits and their number", search(), postgres("hits", "count")),
        ("with facets and highlights", search(facets=FACETS, highlight=True), postgres("marked", "count", "facets")),
    ]
    for name, ours, theirs in cases:
        found, other = _times(ours, questions), _times(theirs, questions)
        held = "held" if found[1] <= _GOAL_P99_MS else "MISSED"
        table.add(name, f"{found[0]:.1f}", f"{found[1]:.1f}", f"{found[2]:.1f}", f"{found[1] / other[1]:.2f}",
                  f"≤ {_GOAL_P99_MS:.0f}", held)  # fmt: skip
        table.add("… in PostgreSQL full text", f"{other[0]:.1f}", f"{other[1]:.1f}", "", "", "", "")
    hostile = _times(lambda text: _attempt(index, text), HOSTILE)
    held = "held" if hostile[1] <= _GOAL_HOSTILE_MS else "MISSED"
    table.add(f"{len(HOSTILE)} hostile queries", f"{hostile[0]:.1f}", f"{hostile[1]:.1f}", f"{hostile[2]:.1f}", "",
              f"≤ {_GOAL_HOSTILE_MS:.0f}", held)  # fmt: skip
    table.note(
        "Words and phrases of the titles, of both languages, common and rare as they come; one at a time, after a "
        "first round that is not counted. PostgreSQL ranks by ts_rank_cd over an English and a French vector."
    )
    return table


def _attempt(index: SearchIndex, text: str) -> None:
    """As the API does: parse, and search what is understood, with everything on."""
    try:
        query = parse(text)
    except QueryInvalid:
        return
    index.search(SearchRequest(query=query, facets=FACETS, highlight=True))


def _times(work: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float, float]:
    """Median and 99th percentile in milliseconds, and the 99th percentile of the CPU that this thread spent."""
    for text in texts[:40]:
        work(text)
    spent, cpu = [], []
    for text in texts:
        began, cpu_began = time.perf_counter(), time.thread_time()
        work(text)
        spent.append((time.perf_counter() - began) * 1000)
        cpu.append((time.thread_time() - cpu_began) * 1000)
    return statistics.median(spent), _p99(spent), _p99(cpu)


def _p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[98]
