"""A page of any list: from parameters to a selection, and from rows to an answer with its cursors and links."""

import datetime as dt
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import UNSET, UnsetType

from serving.core.answers.answer import (
    Answer,
    cache_control,
    dataset_header,
    http_date,
    meta,
    meta_of,
    require_format,
)
from serving.core.answers.envelope import DidYouMean, Many, Page
from serving.core.answers.fields import opened, sparse
from serving.core.answers.formats import TIDY, CsvStyle, as_csv, csv_style, encoder, ndjson
from serving.core.answers.texts import Text, View
from serving.core.http.compression import compressed_pieces
from serving.core.http.errors import NO_SENATE_VOTES, CursorMismatch, InvalidValue
from serving.core.http.event_stream import Streamed
from serving.core.http.exchange import IMMUTABLE, MEDIA_TYPES, SHORT, Answered, Exchange, Format, Stream
from serving.core.lists.nearest import Around, other_lists
from serving.core.lists.page_links import first_address, links_of, list_headers
from serving.core.parameters.conditions import ListSpec, computed_of, conditions_of, order_of
from serving.core.parameters.query_string import Parameters
from serving.core.process.cursors import Cursor, expired
from serving.core.process.platform import Platform
from warehouse.model.past import Past
from warehouse.model.read_models.selection import Condition, PageOf, Selection
from warehouse.model.stored import Stored
from warehouse.model.vocabulary.codes import CHAMBERS
from warehouse.postgres.lists.closed_sessions import SessionRows
from warehouse.postgres.lists.pages import VersionForgotten
from warehouse.runtime.versions import Stamp

T = TypeVar("T", bound=msgspec.Struct)
FORMATS: Final[tuple[Format, ...]] = ("json", "csv", "ndjson")
DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 500
MAX_OFFSET: Final = 10_000
MOST_OF_ALL: Final = 50_000
"""Entries that `limit=all` gives at most."""


class ListVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What a walk sees: a version of the list tables, or a revision of the entity whose parts are listed."""

    prefix: str
    """Begins the ETag."""
    is_versioned: bool = False
    """Whether the number is one of the list tables."""
    snapshot: str | None = None
    """The token of the snapshot that was asked for, of a list that is the same now as it was then."""
    number: int | None = None
    oldest: int | None = None
    """The oldest number that can still be read."""
    newest: int | None = None
    """The newest, where that is not `number`."""
    made_at: dt.datetime | None = None
    known_at: dt.datetime | None = None
    """The instant that was asked for, of a list as it was then."""
    is_pinned: bool = False
    """Whether a snapshot was asked for: no other version will do, and the answer never changes."""


def _place_of(parameters: Parameters) -> tuple[int, int, str | None]:
    """`limit`, `offset` and `cursor`.

    Raises:
        InvalidValue: one of them has a value it may not have, or both `offset` and `cursor` are given.
    """
    limit = parameters.whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = parameters.single("cursor")
    if cursor is not None and "offset" in parameters.names:
        raise InvalidValue(
            "`offset` and `cursor` cannot be combined.",
            "`offset` et `cursor` ne vont pas ensemble.",
            param="offset",
        )
    return limit, parameters.whole("offset", 0, 0, MAX_OFFSET), cursor


class ListRequest:
    """One request for a page, understood."""

    def __init__(
        self,
        platform: Platform,
        exchange: Exchange,
        listed: ListSpec,
        moment: ListVersion,
        *,
        scope: dict[str, Any] | None = None,
        fixed: tuple[Condition, ...] = (),
    ) -> None:
        """Read the parameters. `scope` and `fixed` are what the address itself says.

        Raises:
            RequestError: a parameter is unknown or has a value it may not have, or the cursor does not fit, or expired.
        """
        self._platform = platform
        self._exchange = exchange
        self._listed = listed
        self._moment = moment
        self.format: Format = require_format(exchange, FORMATS)
        parameters = Parameters(exchange.query)
        self.view = View(parameters.lang(), platform.versions.dataset, parameters.fields())
        self._style = csv_style(parameters, exchange, self.format)
        self.wants_all = self._wants_all(parameters)
        """Whether all pages are asked for: the first is found like any, `all_pages` sends the others."""
        limit, offset, cursor = _place_of(parameters)
        limit = MAX_LIMIT if self.wants_all else limit
        order = order_of(listed, parameters.single("sort") or listed.default_sort)
        self.includes = platform.relations.wanted(listed.entity, parameters, limit, is_pinned=moment.is_pinned)
        """What comes with each entry."""
        if self.includes and self.format == "csv":
            raise InvalidValue(
                "`include` is for JSON and NDJSON: a table has no place for it.",
                "`include` est pour JSON et NDJSON\u00a0: un tableau n’a pas de place pour cela.",
                param="include",
            )
        self.computed = computed_of(listed, parameters)
        """The filters that are left to the caller, who answers them with `narrow`."""
        conditions = fixed + conditions_of(listed, parameters)
        own = (self.computed,) if self.computed else ()
        self._fixed = fixed
        self._narrowing: tuple[Condition, ...] = ()
        self._nearest: list[DidYouMean] = []
        self._query = _hash(listed.listing, scope, conditions, order, *own)
        self._cursor = None if cursor is None else self._fitting(platform.cursors.read(cursor))
        self.selection = Selection(
            listing=listed.listing,
            scope=scope or {},
            conditions=conditions,
            order=order,
            limit=limit,
            offset=offset,
            place=None if self._cursor is None else tuple(self._cursor.place),
            backwards=self._cursor is not None and self._cursor.backwards,
            version=moment.number if self._cursor is None else self._cursor.moment,
        )
        made_at = moment.made_at if self._cursor is None else self._cursor.made_at
        token = platform.snapshots.token(self.selection.version, made_at) if moment.is_versioned else moment.snapshot
        self.view = msgspec.structs.replace(self.view, snapshot=token)

    def _wants_all(self, parameters: Parameters) -> bool:
        """Whether `limit=all` is given, which is then taken.

        Raises:
            InvalidValue: it cannot be had in this format, or with another of the parameters.
        """
        if not self._listed.has_all or not parameters.take("limit", "all"):
            return False
        if self.format == "json":
            raise InvalidValue(
                "`limit=all` is for CSV and NDJSON. Add `.csv` or `.ndjson` to the path, or follow `page.next`.",
                "`limit=all` est pour CSV et NDJSON. Ajoutez `.csv` ou `.ndjson` au chemin, ou suivez `page.next`.",
                param="limit",
            )
        for name in ("cursor", "offset", "include"):
            if name in parameters.names:
                raise InvalidValue(
                    f"`limit=all` cannot be combined with `{name}`.",
                    f"`limit=all` ne va pas avec `{name}`.",
                    param="limit",
                )
        return True

    def all_pages(
        self,
        struct: type[T],
        found: tuple[PageOf, int],
        read: Callable[[Selection], Awaitable[PageOf]],
        items_of: Callable[[PageOf], Sequence[T]],
    ) -> Streamed:
        """All entries from the page that was found on, sent page by page: one is held at a time, of the same version.

        Raises:
            InvalidValue: there are too many, or a column or field is asked for that there is not.
        """
        page, count = found
        if count > MOST_OF_ALL:
            raise InvalidValue(
                f"`limit=all` gives {MOST_OF_ALL} entries at most, and there are {count}. Add a filter, such as "
                "`session`.",
                f"`limit=all` donne au plus {MOST_OF_ALL} entrées, et il y en a {count}. Ajoutez un filtre, comme "
                "`session`.",
                param="limit",
            )

        def piece(of: PageOf, *, is_first: bool) -> bytes:
            many = list(items_of(of))
            if self.format == "csv":
                return as_csv(struct, many, self.view.lang, self._style, self.view.fields, is_first=is_first)
            return ndjson(sparse(many, struct, self.view.fields))

        first = piece(page, is_first=True)

        async def pieces() -> AsyncGenerator[bytes]:
            yield first
            current = page
            while current.more:
                place = tuple(current.places[-1])
                current = await read(msgspec.structs.replace(self.selection, place=place, offset=0))
                yield piece(current, is_first=False)

        coding = self._exchange.coding
        links = links_of(self._exchange, None, None)
        headers = [
            ("content-type", MEDIA_TYPES[self.format]),
            ("cache-control", SHORT),
            ("vary", "Accept, Accept-Encoding, Accept-Charset"),
            *([("content-encoding", coding)] if coding else []),
            *list_headers(links, count),
            *dataset_header(self.view),
        ]
        chunks = (lambda: compressed_pieces(pieces(), coding)) if coding else pieces
        return Streamed(Stream(chunks, tuple((name.encode(), value.encode()) for name, value in headers)))

    def _fitting(self, cursor: Cursor) -> Cursor:
        """The cursor, if it belongs to this query and its moment is kept."""
        if cursor.listing != self._listed.listing or cursor.query != self._query:
            raise CursorMismatch(
                "The cursor was made with other filters, another order or another list. "
                "Keep them while walking, or begin again without `cursor`.",
                "Le curseur vient d’autres filtres, d’un autre ordre ou d’une autre liste. "
                "Gardez-les en chemin, ou recommencez sans `cursor`.",
                param="cursor",
                links={"restart": first_address(self._exchange)},
            )
        if self._moment.is_pinned and cursor.moment != self._moment.number:
            raise CursorMismatch(
                "The cursor is of another snapshot. Begin again without `cursor`.",
                "Le curseur vient d’un autre instantané. Recommencez sans `cursor`.",
                param="cursor",
                links={"restart": first_address(self._exchange)},
            )
        newest, oldest = self._moment.newest or self._moment.number, self._moment.oldest
        is_versioned = newest is not None and oldest is not None and cursor.moment is not None
        if is_versioned and not oldest <= cursor.moment <= newest:  # type: ignore[operator]
            raise expired(first_address(self._exchange))
        return cursor

    def narrow(self, condition: Condition) -> None:
        """Add what computed filters turned out to mean. Cursors do not depend on it: it may change during a walk."""
        self._narrowing = (*self._narrowing, condition)
        self.selection = msgspec.structs.replace(self.selection, conditions=(*self.selection.conditions, condition))

    async def find(
        self, read: Callable[[Selection], Awaitable[PageOf]], count: Callable[[Selection], Awaitable[int]]
    ) -> tuple[PageOf, int]:
        """The page and how many entries all pages have; they are counted once a walk, then the cursor knows.

        Raises:
            CursorExpired: the moment of the walk was forgotten just now.
        """
        is_counted = self._cursor is None and self.selection.version is None
        try:
            page = await read(msgspec.structs.replace(self.selection, is_counted=is_counted))
        except VersionForgotten:
            raise expired(first_address(self._exchange)) from None
        if self._cursor is not None:
            return page, self._cursor.count
        if not page.more and not self.selection.offset:
            if not page.rows and self.format == "json" and self.selection.conditions:
                await self._look_around(count)
            return page, len(page.rows)
        if page.count is not None:
            return page, page.count
        return page, await self._platform.counts.of(self.selection, count)

    async def _look_around(self, count: Callable[[Selection], Awaitable[int]]) -> None:
        """Nothing is found: find out what was nearest."""
        own = (*self._fixed, *self._narrowing)
        around = Around(
            self._exchange, self._listed, self.selection, own, lambda other: self._platform.counts.of(other, count)
        )
        self._nearest = await other_lists(self._platform.vocabularies, around, self.view)

    def _note(self, items: Sequence[Any]) -> Text | UnsetType:
        """That no votes of the Senate are held, where they are asked for."""
        wanted = dict(parse_qsl(self._exchange.query)).get("chamber")
        wants_senate = wanted is not None and CHAMBERS.code_of(wanted) == "senate"
        is_votes = self._exchange.path.endswith("/votes")
        return self.view.text(*NO_SENATE_VOTES) if wants_senate and is_votes and not items else UNSET

    def answer(
        self,
        stamp: Stamp,
        struct: type[T],
        items: Sequence[T],
        found: tuple[PageOf, int],
        of_past: tuple[Stored[Any], Past] | None = None,
        *,
        included: Sequence[dict[str, Any]] = (),
    ) -> Answer[Many[T]]:
        """The answer in the wanted format; its links are in the `Link` header, and of JSON in the body too.

        `of_past` is the past state whose parts are listed, and how it was asked for; `included` is what comes with each
        entry.
        """
        made_at = self._moment.made_at if self._cursor is None else self._cursor.made_at
        next_, prev = self._cursors(found, made_at)
        page = Page(limit=self.selection.limit, next=next_, prev=prev, count=found[1])
        links = links_of(self._exchange, next_, prev)
        version = self.selection.version
        about = (
            meta(made_at, self.view, self._moment.known_at)
            if of_past is None
            else meta_of(of_past[0], self.view, of_past[1])
        )
        near = self._nearest or UNSET
        many = Many(data=list(items), page=page, meta=about, links=links, did_you_mean=near, note=self._note(items))
        answered = Answered(
            encode(self.format, struct, many, self.view, self._style, included=included),
            stamp=stamp,
            media_type=MEDIA_TYPES[self.format],
            etag_prefix=f"{self._moment.prefix}{'' if version is None else version}",
            last_modified=None if made_at is None else http_date(made_at),
            headers=[*list_headers(links, found[1]), *dataset_header(self.view)],
            cache_control=IMMUTABLE if self._moment.is_pinned else cache_control(of_past and of_past[1]),
        )
        return Answer(answered)

    def _cursors(self, found: tuple[PageOf, int], made_at: dt.datetime | None) -> tuple[str | None, str | None]:
        """The cursors of the next and the previous page; none where the list begins or ends."""
        (page, count), selection = found, self.selection
        if not page.places:
            return None, None
        is_begun = selection.place is not None or selection.offset > 0
        has_next = selection.backwards or page.more
        has_prev = page.more if selection.backwards else is_begun

        def written(place: tuple[Any, ...], *, backwards: bool) -> str:
            values = [value.isoformat() if isinstance(value, dt.date) else value for value in place]
            cursor = Cursor(selection.listing, self._query, selection.version, made_at, backwards, values, count)
            return self._platform.cursors.write(cursor)

        next_ = written(page.places[-1], backwards=False) if has_next else None
        return next_, written(page.places[0], backwards=True) if has_prev else None


def whole_list(
    exchange: Exchange,
    view: View,
    stamp: Stamp,
    owner: Stored[Any],
    listed: tuple[type[T], Sequence[T]],
    *,
    past: Past | None = None,
    style: CsvStyle = TIDY,
) -> Answer[Many[T]]:
    """A short list that belongs to one entity, as it is or was, all of it on one page."""
    format_ = require_format(exchange, FORMATS)
    struct, items = listed
    page = Page(limit=MAX_LIMIT, next=None, prev=None, count=len(items))
    links = links_of(exchange, None, None)
    many = Many(data=list(items), page=page, meta=meta_of(owner, view, past), links=links)
    answered = Answered(
        encode(format_, struct, many, view, style),
        stamp=stamp,
        media_type=MEDIA_TYPES[format_],
        etag_prefix=f"r{owner.revision}",
        last_modified=http_date(owner.recorded_at),
        headers=[*list_headers(links, len(items)), *dataset_header(view)],
        cache_control=cache_control(past),
    )
    return Answer(answered)


def encode(
    format_: Format,
    struct: type[T],
    many: Many[T],
    view: View,
    style: CsvStyle,
    *,
    included: Sequence[dict[str, Any]] = (),
) -> bytes:
    """A page in a format; CSV and NDJSON hold the entries only."""
    if format_ == "csv":
        return as_csv(struct, many.data, view.lang, style, view.fields)
    items = sparse(many.data, struct, view.fields)
    if included:
        items = [opened(item, parts) for item, parts in zip(items, included, strict=True)]
    return ndjson(items) if format_ == "ndjson" else encoder.encode(msgspec.structs.replace(many, data=items))


def _hash(*parts: Any) -> bytes:
    return hashlib.sha256(msgspec.msgpack.encode(parts)).digest()[:12]


def list_moment(platform: Platform) -> ListVersion:
    """The newest version of the list tables."""
    window = platform.versions.window
    return ListVersion(
        prefix="v", is_versioned=True, number=window.newest, oldest=window.oldest, made_at=window.made_at
    )


def session_moment(platform: Platform, rows: SessionRows) -> ListVersion:
    """The version of the list tables that last changed a closed session: the newest one reads the same. It names no
    snapshot: at other addresses that would be of long ago."""
    window = platform.versions.window
    return ListVersion(
        prefix="v",
        number=rows.changed_in,
        oldest=min(window.oldest, rows.changed_in),
        newest=max(window.newest, rows.changed_in),
        made_at=rows.made_at,
    )
