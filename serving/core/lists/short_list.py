"""A short list that is worked out whole: all of it on one page, in every format of lists."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from serving.core.answers.answer import Answer, dataset_header, meta
from serving.core.answers.envelope import Many, Page
from serving.core.answers.formats import CsvStyle
from serving.core.answers.texts import View
from serving.core.http.exchange import MEDIA_TYPES, Answered, Exchange, Format
from serving.core.lists.listing import MAX_LIMIT, encode
from serving.core.lists.page_links import link_header, links_of
from warehouse.runtime.versions import Stamp

T = TypeVar("T", bound=msgspec.Struct)


def short_list(
    exchange: Exchange,
    view: View,
    stamp: Stamp,
    listed: tuple[type[T], Sequence[T]],
    *,
    format_: Format,
    style: CsvStyle,
) -> Answer[Many[T]]:
    """The answer with all entries; `stamp` is what they depend on."""
    struct, items = listed
    page = Page(limit=MAX_LIMIT, next=None, prev=None, count=len(items))
    links = links_of(exchange, None, None)
    many = Many(data=list(items), page=page, meta=meta(None, view), links=links)
    answered = Answered(
        encode(format_, struct, many, view, style),
        stamp=stamp,
        media_type=MEDIA_TYPES[format_],
        etag_prefix="s",
        last_modified=None,
        headers=[("link", link_header(links)), *dataset_header(view)],
    )
    return Answer(answered)
