"""The query language: what is meant, and where what is not understood goes wrong."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.model.read_models.search import BillReference, Filter, Phrase, Word
from warehouse.search.query.errors import QueryInvalid
from warehouse.search.query.parse import MAX_LENGTH, MAX_NODES, parse


@pytest.mark.parametrize(
    "text",
    ["C21", "c-21", "C-21", "Bill C-21", "bill c21", "projet de loi C-21", "Projets de  loi c‑21", "C 21", "c - 21",
     '"C-21"', "C–21", "C-21?", "(C-21)"],
)  # fmt: skip
def test_every_spelling_of_a_bill_number_means_the_bill(text: str) -> None:
    (node,) = parse(text).nodes
    assert isinstance(node, BillReference)
    assert (node.number, node.session) == ("C-21", None)


def test_a_bill_of_one_session() -> None:
    assert parse("45-1/c3").nodes == (BillReference(number="C-3", session="45-1", position=0),)
    assert parse("C-44A").nodes == (BillReference(number="C-44A", position=0),)


@pytest.mark.parametrize("text", ["C21st", "C-21xyz", "covid-19", "s'21", "C-12345"])
def test_what_only_looks_like_a_bill_number_is_a_word(text: str) -> None:
    assert parse(text).nodes == (Word(text=text, position=0),)


def test_words_phrases_and_what_is_left_out() -> None:
    assert parse('climate "net zero"  -carbon -“fuel charge”').nodes == (
        Word(text="climate", position=0),
        Phrase(text="net zero", position=8),
        Word(text="carbon", position=20, negated=True),
        Phrase(text="fuel charge", position=28, negated=True),
    )


def test_a_title_can_be_pasted() -> None:
    nodes = parse("Criminal Code (medical assistance in dying), what is it?").nodes
    assert [node.text for node in nodes if isinstance(node, Word)] == [
        "Criminal",
        "Code",
        "medical",
        "assistance",
        "in",
        "dying",
        "what",
        "is",
        "it",
    ]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("party:ndp", "party", "ndp"),
        ("parti:NPD", "party", "ndp"),
        ('caucus:"Bloc Québécois"', "party", "bloc-quebecois"),
        ("parti:quebec-debout", "party", "quebec-debout"),
        ("session:45-1", "session", "45-1"),
        ("45-1", "session", "45-1"),
        ("parrain:Guilbeault", "sponsor", "Guilbeault"),
        ("type:vote", "entity", "vote"),
        ("type:projet", "entity", "bill"),
        ("type:députée", "entity", "member"),
        ("type:private-member", "type", "private-member"),
        ("chambre:sénat", "chamber", "senate"),
        ("chamber:house", "chamber", "commons"),
        ("état:loi", "status", "royal-assent-received"),
        ("statut:awaiting-royal-assent", "status", "awaiting-royal-assent"),
        ("résultat:rejetée", "result", "negatived"),
        ("province:québec", "province", "QC"),
        ("année:2024", "year", "2024"),
    ],
)
def test_fields_and_values_of_either_language(text: str, field: str, value: str) -> None:
    (node,) = parse(text).nodes
    assert isinstance(node, Filter)
    assert (node.field, node.value, node.position) == (field, value, 0)


def test_a_value_can_mean_alternatives() -> None:
    nodes = parse("vote type:gouvernement").nodes
    assert nodes[1:] == (
        Filter(field="type", value="house-government", position=5),
        Filter(field="type", value="senate-government", position=5),
    )


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("date:2024-01..2024-06", dt.date(2024, 1, 1), dt.date(2024, 6, 30)),
        ("date:2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
        ("date:2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("date:2024-02-03", dt.date(2024, 2, 3), dt.date(2024, 2, 3)),
        ("date:..2024-02", None, dt.date(2024, 2, 29)),
        ("year:2019..", dt.date(2019, 1, 1), None),
    ],
)
def test_days_months_years_and_ranges(text: str, first: dt.date | None, last: dt.date | None) -> None:
    assert parse(text).nodes == (Filter(field="date", value="", position=0, from_on=first, to_on=last),)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ('climate "net zero', 8),
        ("climate” change", 7),
        ('climate ""', 8),
        ("climat*", 6),
        ("carb?on tax", 4),
        ("tax~2", 3),
        ("title:[a TO b]", 6),
        ("colour:red", 0),
        ("tax party:", 10),
        ("tax party: ndp", 10),
        ("tax party:rhino", 10),
        ("session:45", 8),
        ("date:2024-13", 5),
        ("date:2024-02-30", 5),
        ("date:2024-06..2024-01", 5),
        ("date:2024..soon", 11),
        ("date:..", 5),
        ("year:24", 5),
        ("year:1812", 5),
        ("tax or NOT carbon", 7),
        ("--tax", 1),
        ("-tax", 0),
        ("  -- ", 3),
        (" ?!,", 1),
        ("tax\x00cut", 3),
        ("tax\ud800", 3),
        ("x" * 61, 0),
        ("tax " * 200, MAX_LENGTH),
        ("a " * 40, MAX_NODES * 2),
        ("'; DROP TABLE bills; --", 1),
    ],
)
def test_a_broken_query_says_where(text: str, position: int) -> None:
    with pytest.raises(QueryInvalid) as caught:
        parse(text)
    assert caught.value.position == position
    assert caught.value.en != caught.value.fr


def test_the_nearest_field_and_value_are_named() -> None:
    with pytest.raises(QueryInvalid) as caught:
        parse("partey:ndp")
    assert caught.value.nearest == "party"
    with pytest.raises(QueryInvalid) as caught:
        parse("party:conservativ")
    assert caught.value.nearest == "conservative"
    assert "ndp" in caught.value.allowed


@pytest.mark.parametrize(
    "text", ["c 21", "C–21", "c-021", "C21", "c - 21", "C\u00a021", "Bill c-21", "pl C 21", "bill no. c21"]
)
def test_a_bill_number_in_any_spelling_is_the_bill(text: str) -> None:
    (node,) = parse(text).nodes
    assert isinstance(node, BillReference)
    assert (node.number, node.or_number) == ("C-21", None)


@pytest.mark.parametrize("text", ["21", "021", "bill 21", "projet de loi no 21", "session:44-1 21"])
def test_digits_alone_are_the_bill_of_either_chamber(text: str) -> None:
    (node,) = (node for node in parse(text).nodes if isinstance(node, BillReference))
    assert (node.number, node.or_number) == ("C-21", "S-21")


@pytest.mark.parametrize("text", ["2024", "0", "covid 19", "budget 21"])
def test_other_numbers_are_words(text: str) -> None:
    assert not any(isinstance(node, BillReference) for node in parse(text).nodes)


def test_nothing_asked_finds_everything() -> None:
    assert parse("").nodes == parse("  \n").nodes == ()


@given(st.text(max_size=80) | st.text(alphabet="\"-:()*C2 1'party.é", max_size=40))
@settings(max_examples=500)
def test_any_text_is_understood_or_refused_in_place(text: str) -> None:
    try:
        places = [node.position for node in parse(text).nodes]
    except QueryInvalid as error:
        places = [error.position - 1]  # the end of the text is a place too
    assert all(-1 <= place < max(len(text), 1) for place in places)
