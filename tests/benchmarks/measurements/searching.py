"""Searching two hundred thousand documents: both engines through the port, beside PostgreSQL's own full text."""

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import psycopg

from tests.benchmarks.harness.installation import Installation
from tests.benchmarks.harness.search_engines import Built, Engine, build, elasticsearch, tantivy, visible_ms
from tests.benchmarks.harness.tables import Table
from tests.conftest import RECORDED
from tests.support.data.hostile import HOSTILE
from tests.support.data.searching import asking, recorded_documents
from warehouse.model.read_models.search import FACETS, SearchDocument, SearchRequest
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.sqlfiles import queries
from warehouse.search.port import SearchIndex
from warehouse.search.query.errors import QueryInvalid
from warehouse.search.query.parse import parse

_DOCUMENTS: Final = 200_000
_QUESTIONS: Final = 400
_GOAL_P99_MS: Final = 50.0
_GOAL_HOSTILE_MS: Final = 100.0
_SEED: Final = 20
_SQL: Final = Path(__file__).parent / "searching.sql"
_POSTGRES: Final = "PostgreSQL full text"
_CASES: Final[Mapping[str, tuple[Mapping[str, Any], Sequence[str]]]] = {
    "hits and their number": ({}, ("hits", "count")),
    "with facets and highlights": ({"facets": FACETS, "highlight": True}, ("marked", "count", "facets")),
}
"""What an engine is asked, and the queries that ask PostgreSQL the same."""
_HOSTILE: Final = f"{len(HOSTILE)} hostile queries"


class Times(NamedTuple):
    """Milliseconds of wall, median and 99th percentile; CPU: the 99th percentile of our thread's, the mean of all."""

    p50: float
    p99: float
    p99_cpu: float
    mean_cpu: float


def measure(installed: Installation) -> list[Table]:
    """Index the recorded documents many times over with varied texts, and ask every engine the same."""
    documents = _multiplied(recorded_documents(RECORDED))
    questions = _questions(documents)
    built: dict[str, Built] = {}
    asked: dict[str, dict[str, Times]] = {}
    notes = []
    for name, opening in (("tantivy", tantivy), ("Elasticsearch", elasticsearch)):
        with ExitStack() as stack:
            try:
                engine = stack.enter_context(opening(installed.folder / name.lower()))
            except StoreUnavailable as error:
                notes.append(f"{name} is not measured: {error}")
                continue
            built[name] = build(engine, documents)
            asked[name] = _ask(engine, questions)
            notes.append(
                f"{name}: one changed document is found {visible_ms(engine):.0f} ms after it is given to the index "
                "(median of 20, commit included)."
            )
    with psycopg.connect(installed.catalog_url, autocommit=True) as connection:
        built[_POSTGRES] = _fill(installed, connection, documents)
        asked[_POSTGRES] = _ask_postgres(installed, connection, questions)
    return [_built(len(documents), built, notes), _asked(len(questions), asked)]


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
            each,
            key=f"{copy}~{each.key}",
            **{f"title_{lang}": _varied(getattr(each, f"title_{lang}"), words[lang], chance) for lang in ("en", "fr")},
        )
        for copy in range(copies)
        for each in documents
    ]


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
            copy.write_row(
                (
                    f"{each.entity}:{each.key}",
                    each.entity,
                    each.session,
                    each.party,
                    each.chamber,
                    each.status,
                    each.year,
                    each.title_en,
                    each.title_fr,
                    each.short_title_en,
                    each.short_title_fr,
                    each.order,
                )
            )
    connection.execute(_query("index"))
    seconds = time.perf_counter() - began
    cpu_s = installed.cpu() - server
    connection.execute("vacuum analyze searched")
    row = connection.execute(_query("size")).fetchone()
    return Built(seconds, cpu_s, (row[0] if row else 0) / 1e6)


def _query(name: str) -> Any:
    return queries(str(_SQL))[name]


def _ask(engine: Engine, questions: Sequence[str]) -> dict[str, Times]:
    """Every case, and what nobody means well with, one at a time."""

    def search(more: Mapping[str, Any]) -> Callable[[str], object]:
        return lambda text: engine.index.search(asking(text, **more))

    found = {name: _times(search(more), questions, engine.cpu) for name, (more, _) in _CASES.items()}
    return found | {_HOSTILE: _times(lambda text: _attempt(engine.index, text), HOSTILE, engine.cpu)}


def _ask_postgres(
    installed: Installation, connection: psycopg.Connection[Any], questions: Sequence[str]
) -> dict[str, Times]:
    def search(names: Sequence[str]) -> Callable[[str], object]:
        asked = [_query(name) for name in names]
        return lambda text: [connection.execute(each, {"q": text}).fetchall() for each in asked]

    def cpu() -> float:
        return time.process_time() + installed.cpu()

    return {name: _times(search(names), questions, cpu) for name, (_, names) in _CASES.items()}


def _built(count: int, built: Mapping[str, Built], notes: Sequence[str]) -> Table:
    table = Table(f"Indexing {count:,} documents", ["engine", "documents/s a core", "CPU s", "wall s", "MB"])
    for name, (wall_s, cpu_s, size_mb) in built.items():
        table.add(name, f"{count / cpu_s:,.0f}", f"{cpu_s:.1f}", f"{wall_s:.1f}", f"{size_mb:.0f}")
    table.note("The engines' megabytes hold the documents themselves; PostgreSQL's are table, vectors and GIN index.")
    for note in notes:
        table.note(note)
    return table


def _asked(count: int, asked: Mapping[str, Mapping[str, Times]]) -> Table:
    table = Table(
        f"{count} questions, the best 20",
        ["what", "p50 ms", "p99 ms", "p99 CPU ms", "mean CPU ms", "p99 of PostgreSQL's", "goal", ""],
    )
    for case in (*_CASES, _HOSTILE):
        goal = _GOAL_HOSTILE_MS if case == _HOSTILE else _GOAL_P99_MS
        for name, times in asked.items():
            if case not in times:
                continue
            p50, p99, p99_cpu, mean_cpu = times[case]
            other = asked[_POSTGRES].get(case)
            judged = ["", "", ""]
            if name != _POSTGRES:
                ratio = f"{p99 / other.p99:.2f}" if other else ""
                judged = [ratio, f"≤ {goal:.0f}", "held" if p99 <= goal else "MISSED"]
            own = f"{p99_cpu:.1f}" if name == "tantivy" else ""
            table.add(f"{case}: {name}", f"{p50:.1f}", f"{p99:.1f}", own, f"{mean_cpu:.1f}", *judged)
    table.note(
        "Words and phrases of the titles, of both languages, common and rare as they come; one at a time, after a "
        "first round that is not counted. PostgreSQL ranks by ts_rank_cd over an English and a French vector. The mean "
        "CPU is that of server and client."
    )
    return table


def _attempt(index: SearchIndex, text: str) -> None:
    """As the API does: parse, and search what is understood, with everything on."""
    try:
        query = parse(text)
    except QueryInvalid:
        return
    index.search(SearchRequest(query=query, facets=FACETS, highlight=True))


def _times(work: Callable[[str], object], texts: Sequence[str], cpu_s: Callable[[], float]) -> Times:
    """What it takes to do this with every text, one after the other; `cpu_s` are the CPU seconds until now."""
    for text in texts[:40]:
        work(text)
    spent, own = [], []
    before = cpu_s()
    for text in texts:
        began, own_began = time.perf_counter(), time.thread_time()
        work(text)
        spent.append((time.perf_counter() - began) * 1000)
        own.append((time.thread_time() - own_began) * 1000)
    mean_cpu = (cpu_s() - before) * 1000 / len(texts)
    return Times(statistics.median(spent), _p99(spent), _p99(own), mean_cpu)


def _p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[98]
