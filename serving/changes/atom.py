"""Corrections as an Atom feed (RFC 4287), in the wanted language or both. Links are relative to where the feed is."""

import re
import uuid
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import msgspec

from serving.core.answers.links import address_of
from serving.core.answers.texts import Lang, View
from warehouse.model.changes.envelope import event_id
from warehouse.model.changes.feed import FeedItem
from warehouse.model.keys import NAMESPACE
from warehouse.model.kinds import KINDS

MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
_ID: Final = uuid.uuid5(NAMESPACE, "feed|corrections")
_NEVER: Final = "1970-01-01T00:00:00Z"
_TITLE: Final = ("Corrections by Parliament of its own record", "Corrections que le Parlement apporte à ses documents")
_SIMULATED: Final = ("Simulated: nothing here is real", "Simulation\u00a0: rien ici n’est réel")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def feed_of(items: Sequence[FeedItem], address: str, view: View) -> bytes:
    """The feed document, newest correction first."""
    title = _in(view.lang, *_TITLE)
    if view.dataset == "simulated":
        title = f"{title} ({_in(view.lang, *_SIMULATED)})"
    updated = items[0].recorded_at.isoformat() if items else _NEVER
    entries = "".join(_entry(item, view.lang) for item in items)
    language = "" if view.lang == "both" else f' xml:lang="{view.lang}"'
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"{language}>'
        f"<id>urn:uuid:{_ID}</id><title>{_text(title)}</title><updated>{updated}</updated>"
        f'<author><name>OpenPolicy</name></author><link rel="self" href={quoteattr(address)}/>{entries}</feed>\n'
    )
    return text.encode()


def _entry(item: FeedItem, lang: Lang) -> str:
    here = f"{address_of(item.entity, item.key)}@v{item.revision}"
    kind = KINDS[item.entity]
    paths = ", ".join(each.path.removeprefix("/") for each in item.corrected[:5])
    title = _in(lang, f"Correction of {kind.name} {item.key}", f"Correction {kind.of_fr} {item.key}")
    lines = "\n".join(f"{each.path}: {_json(each.old)} → {_json(each.new)}" for each in item.corrected)
    return (
        f"<entry><id>urn:uuid:{event_id(item.log, item.seq)}</id><title>{_text(f'{title}: {paths}')}</title>"
        f"<updated>{item.recorded_at.isoformat()}</updated><link href={quoteattr(here)}/>"
        f'<content type="text">{_text(lines)}</content></entry>'
    )


def _in(lang: Lang, en: str, fr: str) -> str:
    return {"en": en, "fr": fr, "both": f"{en} / {fr}"}[lang]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
