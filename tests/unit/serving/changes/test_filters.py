"""The `keys` of the feed: any kind's keys, in the spelling of the kind."""

from typing import Any
from urllib.parse import quote

import pytest

from serving.changes.filters import wanted_of
from serving.core.http.errors import InvalidValue
from serving.core.parameters.query_string import Parameters
from warehouse.model.kinds import KINDS, Kind


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("45-1", "45-1"),
        ("45-1/c 3", "45-1/C-3"),
        ("45\N{EN DASH}1/C\N{EN DASH}003", "45-1/C-3"),
        ("45-1/S-201", "45-1/S-201"),
        ("45-1/commons/43", "45-1/commons/43"),
        ("45-1/senate/043", "45-1/senate/43"),
        ("89156", "89156"),
    ],
)
def test_a_key_is_written_as_its_kind_writes_it(text: str, key: str) -> None:
    assert wanted_of(Parameters(f"keys={quote(text)}")).keys == (key,)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_example_of_a_kind_is_one_of_its_keys(kind: Kind[Any]) -> None:
    assert kind.read_key(kind.example_key) == kind.example_key


@pytest.mark.parametrize(
    "text",
    ["x", "45-1/", "45-1/X-3", "45-1/lords/3", "45-1/commons/", "45-1/commons/x", "45-1/commons/1/2", "1234567890",
     "-5", "\N{ARABIC-INDIC DIGIT ONE}", "45-1/commons/\N{SUPERSCRIPT TWO}"],
)  # fmt: skip
def test_what_is_no_key_is_refused_with_an_example_of_each_kind(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        wanted_of(Parameters(f"keys={quote(text)}"))
    assert refused.value.message == "`keys` has keys such as 45-1/C-3, 45-1/commons/43, 89156 or 45-1."
