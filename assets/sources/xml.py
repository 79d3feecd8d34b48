"""Reads untrusted XML: no entities, no network, no DOCTYPE, no huge trees, and clear reasons for refusal."""

import re
from collections.abc import Collection
from typing import Any

from lxml import etree

from assets.sources.parsed import require_few
from assets.sources.text import characters, without_bom
from warehouse.runtime.errors import SourceChanged
from warehouse.runtime.printable import printable

_PROLOG_DOCTYPE = re.compile(
    rb"\s*+(?:<(?>\?.*?\?>|!--.*?-->)\s*+)*+<!DOCTYPE",  # possessive: linear, whatever the document holds
    re.IGNORECASE | re.DOTALL,
)


def read_xml(document: bytes, roots: Collection[str]) -> Any:
    """The root element of a document whose root is one of `roots`.

    Raises:
        SourceChanged: a web page, a DOCTYPE, text that breaks off or is no XML, or another root.
    """
    document = without_bom(document)
    if _PROLOG_DOCTYPE.match(document):
        raise SourceChanged("The document declares a DOCTYPE, which Parliament's feeds never do; it was not read.")
    root = _parsed(document)
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceChanged("The document declares a DOCTYPE, which Parliament's feeds never do; it was not read.")
    if root.tag not in roots:
        raise SourceChanged(f"The document's root is {root.tag!r} instead of {' or '.join(sorted(roots))}.")
    require_few(len(root))
    return root


def fields(element: Any) -> dict[str, str | None]:
    """The texts of an element's children by name, without hidden characters; blank, empty and nil elements are null.

    A field that is given twice with the same text counts once. If the texts differ, it is null here and
    `contradictions` names it.
    """
    found: dict[str, str | None] = {}
    for child in element:
        text = printable(text_of(child)).strip() or None
        found[child.tag] = text if found.get(child.tag, text) == text else None
    return found


def contradictions(element: Any) -> list[str]:
    """The names of fields that are given more than once, with different texts."""
    texts: dict[str, set[str]] = {}
    for child in element:
        texts.setdefault(child.tag, set()).add(text_of(child).strip())
    return sorted(name for name, found in texts.items() if len(found) > 1)


def text_of(element: Any) -> str:
    """All text of an element, with nested elements as tags; `plain_text` removes them."""
    if not len(element):
        return element.text or ""
    inside = ((etree.QName(each).localname, text_of(each), each.tail or "") for each in element)
    return (element.text or "") + "".join(f"<{name}>{text}</{name}>{tail}" for name, text, tail in inside)


def source_of(element: Any) -> str:
    """The element as published, for the quarantine."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def _parsed(document: bytes) -> Any:
    try:
        return etree.fromstring(document, _parser())
    except etree.XMLSyntaxError as error:
        # Web pages write `&eacute;`, which XML does not know without a DOCTYPE; its meaning is certain.
        if "Entity" in str(error) and (replaced := characters(document)) != document:
            try:
                return etree.fromstring(replaced, _parser())
            except etree.XMLSyntaxError as other:
                error = other
        raise SourceChanged(_reason(document, str(error))) from error


def _parser() -> Any:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _reason(document: bytes, message: str) -> str:
    if not document.strip():
        return "The document is empty."
    if not document.lstrip().startswith(b"<"):
        return "The document is not XML."
    if not document.rstrip().endswith(b">") or "Premature end" in message:
        return f"The document breaks off: {message}."
    return f"The document is not well-formed XML: {message}."
