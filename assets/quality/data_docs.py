"""Great Expectations' Data Docs as self-contained pages: its rendered HTML without anything loaded from other hosts.

The results are those that the loaders stored. Great Expectations writes English only, so each page begins with a table
of its expectations in both languages.
"""

import os
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

import lxml.html
from lxml import etree

from assets.checking.checks import SHOWN
from assets.checking.expectations import SUITES, Expectation, Suite
from warehouse.model.messages.translate import french
from warehouse.postgres.catalog.quality import Judged

_NEVER_RAISED: Final = {"raised_exception": False, "exception_message": None, "exception_traceback": None}
_DROPPED: Final = (
    "//script | //link | //style | //noscript | //iframe | //img | //button | //nav | //footer"
    # The column of filters and contents works by scripts; the newsletter is an advertisement.
    " | //*[contains(concat(' ', @class, ' '), ' col-lg-2 ')] | //*[contains(@class, 'ge-walkthrough')]"
    " | //p[contains(., 'newsletter')]"
)
_STYLE: Final = """\
body{font:1rem/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;
vertical-align:top}.badge{background:#f1f1f1;padding:.1rem .4rem;border-radius:.2rem}.text-success{color:#11633a}
.text-danger{color:#a3161c}i{font-style:normal}i.text-success::before{content:"✓ met"}
i.text-danger::before{content:"✗ not met"}i.text-danger{white-space:nowrap}i.text-success{white-space:nowrap}"""

_NOTE: Final = (
    "The rest of this page is by Great Expectations, which writes in English only.",
    "Le reste de cette page est de Great Expectations, qui n’écrit qu’en anglais.",
)
_COLUMNS: Final = (
    ("met", "satisfaite"),
    ("expectation", "attente"),
    ("records at fault", "enregistrements en défaut"),
    ("the first of them", "les premiers"),
)

Page = tuple[str, str, bool, bytes]
"""Suite, session, whether all expectations are met, HTML."""


def pages(found: Iterable[Judged]) -> list[Page]:
    """A page for each suite of each session's last load."""
    return [
        (suite, each.session, bool(each.check["passed"]), page(suite, each))
        for each in found
        if (suite := _suite(each)) is not None
    ]


def _suite(found: Judged) -> Suite | None:
    name = str(found.check["name"]).removeprefix("expect_")
    return next((suite for suite in SUITES if suite == name), None)


def page(suite: Suite, found: Judged) -> bytes:
    """One self-contained page: without scripts, and without anything from another host."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # before the import: it would report to its maker
    from great_expectations.render.renderer import ValidationResultsPageRenderer  # noqa: PLC0415  costs seconds
    from great_expectations.render.view import DefaultJinjaPageView  # noqa: PLC0415

    rendered = ValidationResultsPageRenderer(run_info_at_end=True).render(_validation(suite, found))
    title = f"{suite} {found.session}".strip()
    html = DefaultJinjaPageView().render(rendered)
    return standalone(html, f"OpenPolicy: Great Expectations, {title}", _summary(suite, found))


def _summary(suite: Suite, found: Judged) -> list[etree._Element]:
    """The suite in both languages: each expectation, whether it is met, and the first records at fault."""
    by_name = {row["expectation"]: row for row in found.check["metadata"].get("expectations", [])}
    table = etree.Element("table")
    heads = etree.SubElement(table, "tr")
    for pair in _COLUMNS:
        _both(etree.SubElement(heads, "th"), pair)
    for item in SUITES[suite]:
        if row := by_name.get(item.name):
            cells = etree.SubElement(table, "tr")
            _both(etree.SubElement(cells, "td"), ("✓ yes", "✓ oui") if row["passed"] else ("✗ no", "✗ non"))
            _both(etree.SubElement(cells, "td"), (item.meaning, french(item.meaning) or item.meaning))
            etree.SubElement(cells, "td").text = str(row["count"])
            etree.SubElement(cells, "td").text = ", ".join(row["keys"][:SHOWN])
    note = etree.Element("p")
    _both(note, _NOTE)
    return [table, note]


def _both(parent: etree._Element, pair: tuple[str, str]) -> None:
    """Write a text in English and below it in French."""
    parent.text = pair[0]
    etree.SubElement(parent, "br")
    etree.SubElement(parent, "span", lang="fr").text = pair[1]


def standalone(html: str, title: str, begin_with: Iterable[etree._Element] = ()) -> bytes:
    """The page without scripts and foreign addresses, with OpenPolicy's style and title and these first elements."""
    document = lxml.html.document_fromstring(html)
    for element in document.xpath(_DROPPED):
        if element.getparent() is not None:
            element.drop_tree()
    for element in document.iter():
        for name in [name for name in element.attrib if name.startswith("on") or name in {"href", "src", "style"}]:
            del element.attrib[name]  # its links lead to other pages of a site that is not here
    head = document.find("head")
    for element in list(head):
        head.remove(element)
    etree.SubElement(head, "meta", charset="utf-8")
    etree.SubElement(head, "title").text = title
    etree.SubElement(head, "style").text = _STYLE
    for position, element in enumerate(begin_with):
        document.find("body").insert(position, element)
    document.set("lang", "en")
    return bytes(lxml.html.tostring(document, doctype="<!doctype html>", encoding="utf-8"))


def _validation(suite: Suite, found: Judged) -> Any:
    """The result in Great Expectations' own form."""
    import great_expectations as gx  # noqa: PLC0415  costs seconds
    from great_expectations.core import ExpectationSuiteValidationResult  # noqa: PLC0415

    details = found.check["metadata"]
    by_name = {row["expectation"]: row for row in details.get("expectations", [])}
    results = [
        _result(item, by_name[item.name], details.get("rows", 0)) for item in SUITES[suite] if item.name in by_name
    ]
    met = sum(result.success for result in results)
    title = f"{suite} {found.session}".strip()
    time = found.loaded_at.isoformat()
    return ExpectationSuiteValidationResult(
        success=met == len(results),
        results=results,
        suite_name=suite,
        suite_parameters={},
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": 100 * met / len(results) if results else None,
        },
        meta={
            "great_expectations_version": gx.__version__,
            "validation_time": time,
            "run_id": {"run_name": found.session or "all", "run_time": time},
            "batch_kwargs": {"data_asset_name": title},
        },
    )


def _result(item: Expectation, row: Mapping[str, Any], rows: int) -> Any:
    """One expectation's result. The renderer writes values into its page as they are, so they come escaped."""
    from great_expectations.core import ExpectationValidationResult  # noqa: PLC0415  costs seconds
    from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415
        ExpectationConfiguration,
    )

    configuration = ExpectationConfiguration(
        type=_snake(item.type),
        kwargs={name: _plain(value) for name, value in item.kwargs.items()},
    )
    result = {
        "element_count": rows,
        "unexpected_count": row["count"],
        "unexpected_percent": 100 * row["count"] / rows if rows else 0.0,
        "partial_unexpected_list": [escape(key) for key in row["keys"][:SHOWN]],
    }
    return ExpectationValidationResult(
        success=row["passed"],
        expectation_config=configuration,
        result=result,
        meta={},
        exception_info=_NEVER_RAISED,
    )


def _snake(name: str) -> str:
    """`ExpectColumnValuesToNotBeNull` as Great Expectations names it in results."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _plain(value: Any) -> Any:
    """Days as text: the renderer prints JSON."""
    return value.date().isoformat() if hasattr(value, "date") else value
