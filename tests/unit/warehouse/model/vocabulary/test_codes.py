"""The closed lists: codes are found from either language and never invented."""

import pytest

from assets.upstream.simulator.story.people import PARTIES
from warehouse.model.vocabulary import codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Private Member’s Bill", "private-member"),
        ("Private Member's Bill", "private-member"),
        ("Projet de loi émanant d’un député", "private-member"),
        ("Brand new bill", "unknown"),
        (None, None),
    ],
)
def test_apostrophes_of_both_kinds_mean_the_same(text: str | None, code: str | None) -> None:
    assert codes.BILL_TYPES.code_of(text) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Conservative Party", "conservative"), ("parti conservateur du canada", "conservative"),
        ("New Democratic Party", "ndp"), ("nouveau parti démocratique", "ndp"), ("npd", "ndp"),
        ("Néo-Démocrates", "ndp"), ("The Liberal Party of Canada", "liberal"), ("PLC", "liberal"),
        ("le bloc", "bloc-quebecois"), ("Bloc-Quebecois", "bloc-quebecois"), ("people’s party", "peoples-party"),
        ("Peoples Party", "peoples-party"), ("Greens", "green"), ("parti vert", "green"),
        ("independent", "independent"),
        ("Progressive–Conservative Party", "progressive-conservative"),
        ("Independent Conservative", "independent-conservative"), ("Rhinoceros", None), ("", None),
    ],
)  # fmt: skip
def test_a_caucus_is_found_by_what_people_type(typed: str, code: str | None) -> None:
    found = codes.CAUCUSES.typed(typed)
    assert (found.code if found else None) == code


def test_what_people_type_is_never_read_as_a_record() -> None:
    assert codes.CAUCUSES.code_of("Conservative Party") == codes.UNKNOWN


@pytest.mark.parametrize("codelist", [codes.CAUCUSES, codes.PROVINCES, codes.RESULTS, codes.CHAMBERS])
def test_no_typed_name_means_two_values(codelist: codes.CodeList) -> None:
    for code in codelist.codes:
        for text in (code.code, code.en, code.fr or code.en, *code.also, *code.typed):
            assert codelist.typed(text) == code, text


def test_results_in_both_languages() -> None:
    texts = ("Agreed To", "Agreed to", "Adoptée", "Negatived", "Rejetée", "Tie")
    assert [codes.RESULTS.code_of(text) for text in texts] == ["agreed"] * 3 + ["negatived"] * 2 + ["tie"]


def test_a_code_gives_its_texts() -> None:
    quebec = codes.PROVINCES.get("QC")
    assert quebec is not None
    assert (quebec.en, quebec.fr) == ("Quebec", "Québec")
    assert codes.PROVINCES.get("unknown") is None
    assert codes.PROVINCES.get(None) is None
    assert len(codes.PROVINCES.codes) == 13


@pytest.mark.parametrize(
    "codelist",
    [
        codes.CHAMBERS, codes.BILL_TYPES, codes.BILL_STATUSES, codes.STAGES, codes.STAGE_STATES, codes.RESULTS,
        codes.POSITIONS, codes.CAUCUSES, codes.PROVINCES,
    ],
)  # fmt: skip
def test_codes_are_unique_and_every_text_leads_to_its_own(codelist: codes.CodeList) -> None:
    assert len({code.code for code in codelist.codes}) == len(codelist.codes)
    for code in codelist.codes:
        assert code.code in codelist
        for text in (code.en, code.fr, *code.also):
            assert text is None or codelist.code_of(text) == code.code


def test_simulated_caucuses_are_known_in_both_languages() -> None:
    for party in PARTIES:
        known = codes.CAUCUSES.get(codes.CAUCUSES.code_of(party.en))
        assert known is not None
        assert known.fr == party.fr
