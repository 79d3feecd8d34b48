"""Every field, parameter and code of the API is described in both languages."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from serving.app import SERVICES
from serving.core.answers.texts import View
from serving.core.site.descriptions import BETWEEN, CODES, enums, structs_of
from serving.core.site.dictionary import DictionaryOut, dictionary_out, may_be_null, parameters_of
from serving.core.site.dictionary_page import page
from serving.core.site.openapi import Documents, in_language
from serving.core.site.service import SITE
from tests.support.french import faults_of_typography, is_english_sentence

NOT_YET: Final[frozenset[str]] = frozenset()
"""The packages whose structs are not described yet."""
NULL: Final = (re.compile(r"\bnull\b", re.IGNORECASE), re.compile(r"\bnul(?:le|s|les)?\b", re.IGNORECASE))
"""How each language says when a field is null."""


@pytest.fixture(scope="module")
def documents() -> Documents:
    """What describes all services."""
    return Documents((*SERVICES, SITE))


@pytest.fixture(scope="module")
def document(documents: Documents) -> dict[str, Any]:
    return asyncio.run(documents.read())


def dictionary(documents: Documents, lang: Any = "both") -> DictionaryOut:
    return dictionary_out(asyncio.run(documents.read()), documents.code_lists, View(lang, "recorded"))


def fields(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of the document by `Struct.field`, but those of packages that are not described yet."""
    structs = structs_of((*SERVICES, SITE))
    for name, schema in document["components"]["schemas"].items():
        struct = structs.get(schema.get("title", name).partition("[")[0])
        if struct is not None and NOT_YET.intersection(struct.__module__.split(".")):
            continue
        for field, of_field in schema["properties"].items():
            yield f"{name}.{field}", of_field


def faults(text: str) -> list[str]:
    """What is wrong with a text in both languages."""
    parts = BETWEEN.split(text)
    if len(parts) != 2 or not all(part.strip() for part in parts):
        return ["not in both languages: write the docstring under it as `English. / Français.`"]
    return [*faults_of_typography(parts[1]), *(["English in the French"] if is_english_sentence(parts[1]) else [])]


def test_every_field_is_described(document: dict[str, Any]) -> None:
    found = dict(fields(document))
    assert {name: why for name, of_field in found.items() if (why := faults(of_field.get("description", "")))} == {}
    assert len(found) > 100


def test_every_field_that_may_be_null_says_when(document: dict[str, Any]) -> None:
    silent = [
        name
        for name, of_field in fields(document)
        if may_be_null(of_field)
        and not all(
            pattern.search(part)
            for pattern, part in zip(NULL, BETWEEN.split(of_field.get("description", "")), strict=False)
        )
    ]
    assert silent == []


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    found = [(operation, each["name"], faults(each["description"])) for operation, each in parameters_of(document)]
    assert [each for each in found if each[2]] == []
    assert len(found) > 400


def test_every_code_is_described(document: dict[str, Any]) -> None:
    lists = list(enums(document))
    assert [each["enum"] for each in lists if CODES not in each] == []
    assert len(lists) > 100


def test_closed_lists_have_one_name_each_and_both_languages(documents: Documents) -> None:
    names = [each.name for each in documents.code_lists]
    assert len(names) == len(set(names))
    for each in documents.code_lists:
        for english, french in [(each.en, each.fr), *each.codes.values()]:
            assert english
            assert french
            assert faults_of_typography(french) == [], (each.name, french)


def test_a_language_of_the_document_has_none_of_the_other(document: dict[str, Any]) -> None:
    for lang, word in (("en", "législature"), ("fr", "Parliament")):
        schema = in_language(document, lang)["components"]["schemas"]["SessionOut"]["properties"]["parliament"]
        assert word not in schema["description"]
        assert " / " not in schema["description"]
    french = in_language(document, "fr")["components"]["schemas"]["Meta"]["properties"]["lang"]
    assert french[CODES]["both"] == "Les deux langues"


def test_the_dictionary_says_of_a_field_what_the_document_says(documents: Documents) -> None:
    found = {each.name: each for each in dictionary(documents).objects}
    closed_on = next(field for field in found["SessionOut"].fields if field.name == "closed_on")
    assert closed_on.type == "string (date)"
    assert closed_on.may_be_null
    assert "prorogation" in str(closed_on.text.en)
    assert str(closed_on.text.fr).startswith("La date de prorogation")
    lang = next(field for field in found["Meta"].fields if field.name == "lang")
    assert lang.codes == "languages"
    assert [field.name for field in found["Many"].fields].count("data") == 1


@pytest.mark.parametrize(("lang", "other"), [("en", "Le numéro"), ("fr", "The number")])
def test_the_page_has_one_language_and_no_script(documents: Documents, lang: Any, other: str) -> None:
    html = page(dictionary(documents), lang)
    assert "<h3 id='SessionOut'>" in html
    assert other not in html
    assert "<script" not in html
    assert " on" + "load=" not in html
