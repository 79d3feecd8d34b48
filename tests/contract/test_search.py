"""One suite for every search engine. It is not told which one it has."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from tests.support.data.searching import asking, bill_document, member_document, recorded_documents, vote_document
from warehouse.model.read_models.search import FacetCount, Removed, SearchDocument, SearchRow, SuggestRequest
from warehouse.runtime.errors import RowRefused, StoreUnavailable
from warehouse.search.opening import open_index
from warehouse.search.port import SearchIndex

Open = Callable[[], SearchIndex]


@pytest.fixture
def opened(search_url: str) -> Iterator[Open]:
    """Opens the index as a process of its own would; every one of them is closed."""
    indexes: list[SearchIndex] = []

    def open_one() -> SearchIndex:
        indexes.append(open_index(search_url))
        return indexes[-1]

    yield open_one
    for index in indexes:
        index.close()


@pytest.fixture
def index(opened: Open) -> SearchIndex:
    return opened()


def keys(index: SearchIndex, text: str = "", **other: object) -> list[str]:
    """What is found, in order."""
    return [hit.document.key for hit in index.search(asking(text, **other)).hits]  # type: ignore[arg-type]


def test_there_is_nothing_to_search_before_the_first_batch(index: SearchIndex) -> None:
    with pytest.raises(StoreUnavailable):
        index.search(asking("act"))


def test_a_revision_that_is_not_newer_changes_nothing(index: SearchIndex) -> None:
    index.apply([bill_document("C-1", revision=2, title_en="Second"), bill_document("C-1", revision=1)])
    before = index.version()
    index.apply([bill_document("C-1", revision=2, title_en="Other")])
    index.apply([bill_document("C-1", revision=1, title_en="First")])
    assert index.version() == before
    assert keys(index, "second") == ["45-1/C-1"]
    assert index.stored_revisions()["bill"] == {"45-1/C-1": 2}
    index.apply([bill_document("C-1", revision=3, title_en="Third")])
    assert index.version() != before
    assert (keys(index, "second"), keys(index, "third")) == ([], ["45-1/C-1"])


def test_what_is_removed_is_not_found_until_a_newer_revision_brings_it_back(index: SearchIndex) -> None:
    index.apply([bill_document("C-1"), bill_document("C-2")])
    index.apply([], [Removed(entity="bill", key="45-1/C-1", revision=2)])
    index.apply([bill_document("C-1")])
    assert keys(index) == ["45-1/C-2"]
    assert (index.count(), index.stored_revisions()["bill"]) == (1, {"45-1/C-2": 1})
    index.apply([bill_document("C-1", revision=3)])
    assert sorted(keys(index)) == ["45-1/C-1", "45-1/C-2"]


def test_other_readers_see_what_was_applied(opened: Open) -> None:
    writer, reader = opened(), opened()
    writer.apply([bill_document("C-1")])
    assert keys(reader) == ["45-1/C-1"]
    before = reader.version()
    writer.apply([bill_document("C-2")])
    assert reader.version() != before
    assert reader.count() == 2


def test_what_was_applied_is_there_after_the_writer_has_gone(opened: Open) -> None:
    writer = opened()
    writer.apply([bill_document("C-1", title_en="Pêche", title_fr="Pêche")])
    writer.close()
    again = opened()
    again.apply([bill_document("C-2", title_fr="Loi sur les pêches")])
    assert sorted(keys(again, "pêches")) == ["45-1/C-1", "45-1/C-2"]


def test_a_row_that_can_never_be_taken_is_refused_with_its_batch(index: SearchIndex) -> None:
    index.apply([bill_document("C-1")])
    with pytest.raises(RowRefused):
        index.apply([bill_document("C-2"), bill_document("C-3", revision=2**64)])
    assert index.count() == 1
    index.apply([bill_document("C-2")])
    assert index.count() == 2


@pytest.mark.parametrize(
    "text",
    ["C21", "c-21", "C-21", "Bill C-21", "projet de loi C-21", "C 21", '"C-21"', "the bill C‑21", "c 021", "C – 21"],
)
def test_a_number_in_any_spelling_finds_the_bill_first_and_the_newest_one_before_others(
    index: SearchIndex, text: str
) -> None:
    index.apply(
        [
            bill_document("C-21", "43-2", date=dt.date(2021, 2, 1)),
            bill_document("C-21", "45-1", date=dt.date(2025, 9, 1)),
            bill_document("C-21", "44-1", date=dt.date(2023, 12, 1)),
            bill_document("C-210", title_en="Bill C-21 is not this one: Bill C-21, C-21, C-21"),
            bill_document("C-2"),
            vote_document(7, "44-1", bill="C-21", date=dt.date(2023, 5, 1), title_en="3rd reading"),
            vote_document(8, bill="C-2", title_en="2nd reading"),
        ]
    )
    found = keys(index, text)
    assert found[:4] == ["45-1/C-21", "44-1/C-21", "43-2/C-21", "44-1/commons/7"]
    assert "45-1/C-2" not in found
    assert "45-1/commons/8" not in found


@pytest.mark.parametrize("text", ["21", "021", "bill 21", "projet de loi no 21"])
def test_digits_alone_find_the_bill_of_that_number_before_all_else(index: SearchIndex, text: str) -> None:
    index.apply(
        [
            bill_document("S-21", "45-1", date=dt.date(2026, 1, 1)),
            bill_document("C-21", "44-1", date=dt.date(2023, 12, 1)),
            bill_document("C-210", title_en="An Act"),
            bill_document("C-5", title_en="An Act for the 21 trees"),
            vote_document(7, "44-1", bill="C-21", date=dt.date(2023, 5, 1), title_en="3rd reading"),
            vote_document(21, bill="C-2", title_en="2nd reading"),
        ]
    )
    assert keys(index, text) == ["44-1/C-21", "45-1/S-21", "44-1/commons/7", "45-1/C-5"]
    assert keys(index, "trees 21") == ["45-1/C-5"]


def test_a_bill_of_one_session(index: SearchIndex) -> None:
    index.apply([bill_document("C-3"), bill_document("C-3", "44-1"), vote_document(1, "44-1", bill="C-3")])
    assert keys(index, "44-1/c3") == ["44-1/C-3", "44-1/commons/1"]
    assert keys(index, "C-3 44-1") == ["44-1/C-3", "44-1/commons/1"]


BROADCASTING = bill_document(
    "C-11",
    title_en="An Act to amend the Broadcasting Act",
    title_fr="Loi modifiant la Loi sur la radiodiffusion",
    short_title_en="Online Streaming Act",
    short_title_fr="Loi sur la diffusion continue en ligne",
)
ELECTIONS = bill_document(
    "C-65",
    title_en="An Act to amend the Canada Elections Act",
    title_fr="Loi modifiant la Loi électorale du Canada",
    sponsor_en="Hon. Dominic LeBlanc",
    sponsor_fr="L’hon. Dominic LeBlanc",
)
PROTECTION = bill_document(
    "S-5",
    title_en="Strengthening Environmental Protection for a Healthier Canada Act",
    title_fr="Loi sur le renforcement de la protection de l’environnement pour un Canada en santé",
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("streaming", "45-1/C-11"),
        ("streams online", "45-1/C-11"),
        ("diffusion en ligne", "45-1/C-11"),
        ("radiodiffusion", "45-1/C-11"),
        ("election", "45-1/C-65"),
        ("electorale", "45-1/C-65"),
        ("électoral", "45-1/C-65"),
        ("protect the environment", "45-1/S-5"),
        ("environnement", "45-1/S-5"),
        ("l'environnement", "45-1/S-5"),
        ("l’environnement en santé", "45-1/S-5"),
        ("sante", "45-1/S-5"),
        ("renforcer l'environnement", "45-1/S-5"),
        ("leblanc", "45-1/C-65"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_words_of_either_language_in_any_form_and_without_accents(
    index: SearchIndex, text: str, key: str, lang: str
) -> None:
    index.apply([BROADCASTING, ELECTIONS, PROTECTION])
    assert keys(index, text, lang=lang)[:1] == [key]


def test_a_summary_is_searched_too_and_counts_less_than_a_title(index: SearchIndex) -> None:
    summarized = bill_document(
        "C-2",
        title_en="An Act respecting borders",
        title_fr="Loi sur les frontières",
        summary_en="It amends the Broadcasting Act.\n\n" + 60 * "It says more. " + "It also bans leghold traps.",
        summary_fr="Il modifie la Loi sur la radiodiffusion et interdit les pièges à mâchoires.",
    )
    index.apply([summarized, BROADCASTING, ELECTIONS])
    assert keys(index, "broadcasting") == ["45-1/C-11", "45-1/C-2"]
    assert keys(index, "trap") == keys(index, "piege", lang="fr") == keys(index, '"leghold traps"') == ["45-1/C-2"]
    assert keys(index, "legholt") == ["45-1/C-2"]
    assert keys(index, "broadcasting -traps") == ["45-1/C-11"]
    (hit,) = index.search(asking("traps", highlight=True)).hits
    shown = hit.highlights["summary_en"]
    assert shown.startswith("…")
    assert shown.endswith("leghold <mark>traps</mark>.")


@pytest.mark.parametrize(
    ("text", "key"),
    [("broadcsting", "45-1/C-11"), ("enviromental", "45-1/S-5"), ("électroale", "45-1/C-65"), ("lebalnc", "45-1/C-65")],
)
def test_a_misspelt_word_finds_what_was_meant(index: SearchIndex, text: str, key: str) -> None:
    index.apply([BROADCASTING, ELECTIONS, PROTECTION])
    assert keys(index, text) == [key]


def test_a_number_is_never_taken_for_another(index: SearchIndex) -> None:
    index.apply([bill_document("C-1", title_en="Budget 20251 Act"), bill_document("C-2", title_en="Budget 20252 Act")])
    assert keys(index, "20251") == ["45-1/C-1"]
    assert keys(index, "20253") == []
    assert keys(index, "C-3") == []


def test_phrases_and_what_is_left_out(index: SearchIndex) -> None:
    index.apply(
        [
            bill_document("C-1", title_en="Net zero emissions by 2050", title_fr="Émissions nettes nulles"),
            bill_document("C-2", title_en="Zero net cost of emissions"),
            bill_document("C-3", title_en="Emissions trading"),
        ]
    )
    assert keys(index, '"net zero"') == ["45-1/C-1"]
    assert keys(index, '"emissions nettes"') == ["45-1/C-1"]
    assert sorted(keys(index, "emissions")) == ["45-1/C-1", "45-1/C-2", "45-1/C-3"]
    assert sorted(keys(index, 'emissions -"net zero"')) == ["45-1/C-2", "45-1/C-3"]
    assert keys(index, "emissions -net") == ["45-1/C-3"]
    assert sorted(keys(index, "emissions -C-3")) == ["45-1/C-1", "45-1/C-2"]


def test_most_words_of_a_question_have_to_match(index: SearchIndex) -> None:
    index.apply([BROADCASTING, ELECTIONS, PROTECTION])
    assert keys(index, "elections broadcasting") == []
    assert keys(index, "What does the Canada Elections Act say about foreign money?") == ["45-1/C-65"]


FILTERED = [
    bill_document(
        "C-1", type="house-government", status="royal-assent-received", date=dt.date(2024, 3, 1), sponsor_en="Jane Roe",
    ),
    bill_document("C-2", "44-1", type="private-member", status="defeated", date=dt.date(2023, 12, 31)),
    bill_document("S-1", type="senate-public", status="senate-committee", date=dt.date(2024, 6, 30)),
    vote_document(1, result="agreed", date=dt.date(2024, 7, 1), title_en="A motion"),
    member_document(5, "Ann Able", party="ndp", province="QC"),
    member_document(6, "Bea Baker", party="liberal", province="ON"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("party:ndp", {"5"}),
        ("parti:npd parti:libéral", {"5", "6"}),
        ("party:ndp province:ON", set()),
        ("province:québec", {"5"}),
        ("session:44-1", {"44-1/C-2"}),
        ("type:bill", {"45-1/C-1", "44-1/C-2", "45-1/S-1"}),
        ("type:projet -session:44-1", {"45-1/C-1", "45-1/S-1"}),
        ("type:private-member", {"44-1/C-2"}),
        ("type:government", {"45-1/C-1"}),
        ("chambre:sénat", {"45-1/S-1"}),
        ("status:law", {"45-1/C-1"}),
        ("résultat:adoptée", {"45-1/commons/1"}),
        ("sponsor:roe", {"45-1/C-1"}),
        ('parrain:"Jane Roe"', {"45-1/C-1"}),
        ("sponsor:doe", set()),
        ("year:2023", {"44-1/C-2"}),
        ("date:2024-01..2024-06", {"45-1/C-1", "45-1/S-1"}),
        ("date:2024-07..", {"45-1/commons/1"}),
        ("date:..2023", {"44-1/C-2"}),
        ("type:bill -date:2024", {"44-1/C-2"}),
    ],
)
def test_filters(index: SearchIndex, text: str, found: set[str]) -> None:
    index.apply(FILTERED)
    assert set(keys(index, text)) == found


def test_filters_beside_the_query_mean_the_same(index: SearchIndex) -> None:
    index.apply(FILTERED)
    assert keys(index, "", entity="bill", session="44-1") == keys(index, "type:bill session:44-1") == ["44-1/C-2"]


def test_totals_and_facets_are_exact(index: SearchIndex) -> None:
    documents = [
        bill_document(
            f"C-{n}",
            "45-1" if n % 4 else "44-1",
            status="defeated" if n % 2 else "senate-committee",
            date=dt.date(2020 + n % 3, 1, 1),
        )
        for n in range(1, 301)
    ]
    index.apply([*documents, member_document(5, "Act Able", party="ndp"), vote_document(1, title_en="Nothing")])
    index.apply([], [Removed(entity="bill", key="45-1/C-1", revision=2)])
    result = index.search(asking("act", facets=("type", "session", "party", "chamber", "status", "year"), limit=3))
    assert (result.total, len(result.hits)) == (300, 3)
    assert result.facets == {
        "type": (FacetCount("bill", 299), FacetCount("member", 1)),
        "session": (FacetCount("45-1", 224), FacetCount("44-1", 75)),
        "party": (FacetCount("ndp", 1),),
        "chamber": (FacetCount("commons", 300),),
        "status": (FacetCount("senate-committee", 150), FacetCount("defeated", 149)),
        "year": (FacetCount("2022", 100), FacetCount("2021", 99), FacetCount("2020", 100)),
    }


def test_order_by_date_and_pages_without_gap_or_repeat(index: SearchIndex) -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=n * 37 % 100) for n in range(100)]
    index.apply([vote_document(n + 1, date=day, title_en="A motion") for n, day in enumerate(days)])
    for sort, descending in (("newest", True), ("oldest", False)):
        pages = [index.search(asking("motion", sort=sort, limit=7, offset=at)).hits for at in range(0, 105, 7)]  # type: ignore[arg-type]
        walked = [hit.document for page in pages for hit in page]
        assert [document.date for document in walked] == sorted(days, reverse=descending)
        assert len({document.key for document in walked}) == 100
        assert all(hit.score is None for page in pages for hit in page)


def test_equals_come_newest_first(index: SearchIndex) -> None:
    sessions = ["41-1", "45-1", "43-2", "44-1", "42-1"]
    index.apply([bill_document("C-9", each, title_en="An Act respecting bees") for each in sessions])
    assert keys(index, "bees") == [f"{each}/C-9" for each in sorted(sessions, reverse=True)]
    scores = [hit.score for hit in index.search(asking("bees")).hits]
    assert None not in scores


def test_highlights_are_safe(index: SearchIndex) -> None:
    title = 'An Act <script>alert("x")</script> & <mark>fisheries</mark> of Québec’s fishing fleet'
    index.apply([bill_document("C-1", title_en=title, title_fr="Loi sur l’Œuvre des pêches <b>")])
    (hit,) = index.search(asking("fishery fleet script", highlight=True)).hits
    shown = hit.highlights["title_en"]
    assert "<mark>fleet</mark>" in shown
    assert "<mark>fisheries</mark>" in shown
    assert "&lt;" in shown
    assert set(_tags(shown)) == {"<mark>", "</mark>"}
    (hit,) = index.search(asking("pêche", lang="fr", highlight=True)).hits
    assert "<mark>pêches</mark>" in hit.highlights["title_fr"]
    assert "<b>" not in hit.highlights["title_fr"]
    assert not index.search(asking("fleet")).hits[0].highlights


def _tags(html: str) -> list[str]:
    return [f"<{part.partition('>')[0]}>" for part in html.split("<")[1:]]


def test_suggestions(index: SearchIndex) -> None:
    index.apply(
        [
            member_document(1, "Élisabeth Brière", riding_en="Sherbrooke", date=dt.date(2025, 4, 28)),
            member_document(
                2,
                "Elizabeth May",
                riding_en="Saanich—Gulf Islands",
                riding_fr="Saanich—Gulf Islands",
                other_names=("Liz May",),
            ),
            member_document(3, "Bob Old", riding_en="Sherbrooke", date=dt.date(2011, 5, 2)),
            member_document(4, "Jean Roy", riding_en="Vancouver East", riding_fr="Vancouver-Est"),
            bill_document("C-21", short_title_en="Elm Trees Act", short_title_fr="Loi sur les ormes"),
            bill_document("C-2", "44-1"),
            bill_document("C-2", date=dt.date(2025, 6, 1)),
            bill_document("C-213", date=dt.date(2026, 6, 1)),
            vote_document(1, title_en="Eligibility"),
        ]
    )

    def suggested(text: str, limit: int = 10) -> list[tuple[str, str]]:
        return [(each.kind, each.key) for each in index.suggest(SuggestRequest(text=text, limit=limit))]

    assert suggested("élis") == suggested("ELIS") == [("member", "1")]
    assert suggested("may") == [("member", "2")]
    assert suggested("liz") == [("member", "2")]
    assert suggested("sherb") == [("riding", "1")]
    assert suggested("vancouver e") == [("riding", "4")]
    assert suggested("elm") == suggested("loi sur les orm") == [("bill", "45-1/C-21")]
    assert suggested("c2")[:2] == suggested("Bill C-2")[:2] == [("bill", "45-1/C-2"), ("bill", "44-1/C-2")]
    assert set(suggested("c-21")) == {("bill", "45-1/C-21"), ("bill", "45-1/C-213")}
    assert suggested("c-21")[0] == ("bill", "45-1/C-21")
    assert suggested("21") == suggested("C–021") == suggested("c-21")
    assert len(suggested("e", limit=2)) == 2
    assert suggested("?!") == suggested("zzz") == []
    (riding,) = index.suggest(SuggestRequest(text="vancouver-est", kinds=("riding",)))
    assert (riding.text_en, riding.text_fr) == ("Vancouver East", "Vancouver-Est")


def test_a_rebuild_replaces_everything_at_once_while_readers_go_on(opened: Open) -> None:
    writer, reader = opened(), opened()
    writer.apply([bill_document(f"C-{n}") for n in range(1, 51)])
    counts: set[int] = set()
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            counts.add(index_total(reader))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        rebuilt = writer.rebuild(_batches())
    finally:
        ended.set()
        thread.join(30)
    assert rebuilt == 70
    assert index_total(reader) == 70
    assert counts <= {50, 70}
    assert 50 in counts
    writer.apply([bill_document("C-900")])
    assert index_total(reader) == 71


def index_total(index: SearchIndex) -> int:
    return index.search(asking("act")).total


def _batches() -> Iterator[list[SearchRow]]:
    yield [bill_document(f"C-{n}", revision=2) for n in range(101, 151)]
    yield [Removed(entity="bill", key="45-1/C-1", revision=5), bill_document("C-101", revision=1, title_en="Older")]
    yield [bill_document(f"C-{n}") for n in range(151, 171)]


def test_a_rebuild_that_fails_leaves_what_there_was(opened: Open) -> None:
    index = opened()
    index.apply([bill_document("C-1")])

    def broken() -> Iterator[list[SearchDocument]]:
        yield [bill_document("C-2")]
        raise StoreUnavailable("The log is away.")

    with pytest.raises(StoreUnavailable):
        index.rebuild(broken())
    assert keys(index) == ["45-1/C-1"]
    index.apply([bill_document("C-3")])
    assert index.count() == 2


def test_a_rebuild_makes_the_first_index_too(opened: Open) -> None:
    assert opened().rebuild([[bill_document("C-1")], []]) == 1
    assert opened().stored_revisions() == {"bill": {"45-1/C-1": 1}, "vote": {}, "member": {}}


@pytest.mark.recorded
def test_real_questions_find_what_was_meant(index: SearchIndex, recorded_data: Path) -> None:
    """The recorded Parliament, half of the questions in each language, each with the keys somebody looks for."""
    index.rebuild([recorded_documents(recorded_data)])
    questions = msgspec.json.decode((Path(__file__).parent / "relevance.json").read_bytes(), type=Questions).questions
    assert min(sum(each.lang == lang for each in questions) for lang in ("en", "fr")) >= 30
    recalls: dict[str, list[float]] = {"en": [], "fr": []}
    ranks: list[float] = []
    for each in questions:
        found = keys(index, each.q, lang=each.lang, limit=10)
        places = [found.index(key) + 1 for key in each.expected if key in found]
        recalls[each.lang].append(len(places) / len(each.expected))
        ranks.append(1 / min(places) if places else 0)
    figures = {lang: sum(each) / len(each) for lang, each in recalls.items()} | {"mrr": sum(ranks) / len(ranks)}
    print({name: round(figure, 3) for name, figure in figures.items()})
    assert min(figures["en"], figures["fr"]) >= 0.9
    assert figures["mrr"] >= 0.8


class Question(msgspec.Struct):
    """What somebody types, and the keys of what they look for."""

    lang: Literal["en", "fr"]
    q: str
    expected: list[str]


class Questions(msgspec.Struct):
    questions: list[Question]


def test_an_unreadable_place_is_an_engine_that_is_away(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    index = open_index(f"tantivy:{blocked}")
    with pytest.raises(StoreUnavailable):
        index.search(asking("act"))
    with pytest.raises(StoreUnavailable):
        index.apply([bill_document("C-1")])
