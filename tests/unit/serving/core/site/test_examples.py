"""Every operation shows a request and its answer, and the answer is what the document says."""

import asyncio
from typing import Any

import jsonschema_rs
import pytest

from serving.app import SERVICES
from serving.core.site.openapi import Documents, in_language
from serving.core.site.service import SITE
from tests.support import examples

Operations = dict[str, tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncio.run(Documents((*SERVICES, SITE)).read())


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> Operations:
    """Method and path, and the operation, by its id."""
    return {
        operation["operationId"]: (f"{method.upper()} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_every_operation_has_an_example_and_no_example_is_of_another(operations: Operations) -> None:
    known = examples.read()
    lacking = operations.keys() - known.keys()
    assert lacking == set(), "Add a request to examples.json, and let tests/support/examples.py ask the demo."
    assert known.keys() <= operations.keys()


def test_every_example_is_what_the_document_says(document: dict[str, Any], operations: Operations) -> None:
    for name, (address, operation) in operations.items():
        example, responses = operation["x-example-request"], operation["responses"]
        assert example["request"].startswith(address.partition("{")[0]), name
        media_type, content = next(iter((responses.get("201") or responses["200"])["content"].items()))
        if media_type.endswith("json"):
            assert _faults(document, content["schema"], content["example"]) == [], name
        else:
            assert isinstance(content["example"], str), name
        if "body" in example:
            sent = operation["requestBody"]["content"]["application/json"]["schema"]
            assert _faults(document, sent, example["body"]) == [], name


def _faults(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    validator = jsonschema_rs.validator_for({**schema, "components": document["components"]})
    return [str(error) for error in validator.iter_errors(value)]


def test_an_example_is_the_same_in_every_language(document: dict[str, Any]) -> None:
    french = in_language(document, "fr")["paths"]["/api/v1/bills"]["get"]["responses"]["200"]["content"]
    assert french["application/json"]["example"] == examples.read()["listBills"]["answer"]


@pytest.mark.parametrize(
    ("kept", "found", "where"),
    [
        ({"a": 1}, {"a": 2.5}, []),
        ({"a": None}, {"a": {"b": 1}}, []),
        ({"a": 1}, {"a": "1"}, [".a"]),
        ({"a": 1}, {"b": 1}, [".a", ".b"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]}, []),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}]}, [".a[].b", ".a[].c"]),
        ({"facets": {"x": 1}}, {"facets": {}}, []),
    ],
)
def test_answers_are_compared_by_how_they_are_built(kept: Any, found: Any, where: list[str]) -> None:
    assert sorted(examples.differences(kept, found)) == where
