"""What is declared as deprecated on a name-plate is in the headers of answers and in the OpenAPI document."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import msgspec
from litestar import Controller, get

from serving.core.http.deprecations import Deprecation, Deprecations
from serving.core.parameters.schemas import word_parameter
from serving.core.service import Service
from serving.core.site.openapi import document, in_language

OLD = Deprecation(
    since=dt.datetime(2023, 6, 30, 23, 59, 59, tzinfo=dt.UTC),
    sunset=dt.datetime(2024, 11, 11, 23, 59, 59, tzinfo=dt.UTC),
    successor="/api/v1/new",
    en="Use `/api/v1/new`.",
    fr="Utilisez `/api/v1/new`.",
)
SHADE = Deprecation(since=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), en="Use `colour`.", fr="Utilisez `colour`.")


class Toy(Controller):
    """Two toy routes."""

    path = "/api/v1"

    @get("/old", operation_id="getOld", summary="Old / Ancien", description="An old route. / Une ancienne route.")
    async def old(self) -> dict[str, str]:
        """A route that will be removed."""
        return {}

    @get("/toys", operation_id="getToys", summary="Toys / Jouets", description="Toys. / Des jouets.")
    async def toys(self) -> dict[str, str]:
        """A route with a parameter that will be removed."""
        return {}


TOY = Service(
    name="toy",
    controllers=(Toy,),
    parameters={
        "getToys": [
            word_parameter("shade", "The shade. / La teinte.", ("red",)),
            word_parameter("colour", "The colour. / La couleur.", ("red",)),
        ]
    },
    deprecations={"getOld": OLD, "getToys.shade": SHADE},
)


def _headers(operation: str, query: str = "") -> list[tuple[str, str]]:
    scope: dict[str, Any] = {
        "route_handler": SimpleNamespace(operation_id=operation),
        "query_string": query.encode(),
    }
    return Deprecations(TOY.deprecations).headers_of(scope)


def test_a_deprecated_route_says_since_when_until_when_and_what_replaces_it() -> None:
    assert _headers("getOld") == [
        ("deprecation", "@1688169599"),  # the examples of RFC 9745 and RFC 8594
        ("sunset", "Mon, 11 Nov 2024 23:59:59 GMT"),
        ("link", '</api/v1/new>; rel="successor-version"'),
    ]


def test_a_deprecated_parameter_says_it_only_where_it_is_given() -> None:
    assert _headers("getToys", "shade=red") == [("deprecation", "@1735689600")]
    assert _headers("getToys", "colour=red&shade__in=red") == [("deprecation", "@1735689600")]
    assert _headers("getToys", "colour=red") == []
    assert _headers("getOther", "shade=red") == []


def test_where_nothing_matched_or_nothing_is_declared_nothing_is_said() -> None:
    assert Deprecations({}).headers_of({"query_string": b""}) == []
    assert Deprecations(TOY.deprecations).headers_of({"query_string": b"a=1"}) == []


def test_the_document_marks_what_is_deprecated_in_both_languages() -> None:
    paths = document([TOY])["paths"]
    old = paths["/api/v1/old"]["get"]
    assert old["deprecated"] is True
    assert old["description"] == "An old route. Use `/api/v1/new`. / Une ancienne route. Utilisez `/api/v1/new`."
    assert {"Deprecation", "Sunset"} <= old["responses"]["200"]["headers"].keys()
    toys = paths["/api/v1/toys"]["get"]
    assert not toys["deprecated"]
    marked = {each["name"]: each for each in toys["parameters"] if each.get("deprecated")}
    assert list(marked) == ["shade"]
    assert marked["shade"]["description"] == "The shade. Use `colour`. / La teinte. Utilisez `colour`."
    french = in_language(msgspec.to_builtins(marked["shade"]), "fr")
    assert french["description"] == "La teinte. Utilisez `colour`."
