"""One request for statistics: its parameters taken strictly, the facts read, the answer made."""

import datetime as dt
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from serving.core.answers.answer import (
    Answer,
    AnyRequest,
    dataset_header,
    encoder,
    http_date,
    meta,
    require_format,
)
from serving.core.answers.formats import CSV_NAMES, as_csv, csv_style, ndjson
from serving.core.answers.links import API
from serving.core.answers.texts import View
from serving.core.entities.past import known_at_of, snapshot_of
from serving.core.http.errors import NO_SENATE_VOTES, SESSION_FORM_FR, InvalidValue, NotFound, NotKept
from serving.core.http.exchange import CURRENT, MEDIA_TYPES, UNSETTLED, Answered, Format, exchange_of
from serving.core.parameters.query_string import Parameters, one_word
from serving.core.process.facts import StampedResult
from serving.core.process.platform import Platform
from serving.core.process.snapshots import ListSnapshot
from serving.statistics.coverage import PeriodCoverage
from serving.statistics.figures.frame import FigureLinks, FigureTable, Single, exclusions, methods, notes
from warehouse.model.entities import Vote
from warehouse.model.keys import SessionCode
from warehouse.postgres.entities import listed, vote_sheets
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.versions import Stamp
from warehouse.statistics.inputs import LoadedSheet

if TYPE_CHECKING:
    from warehouse.clickhouse.read_facts import FactReader

T = TypeVar("T")
W = TypeVar("W", bound=str)
CHAMBERS: Final = ("commons", "senate")
APPLIED: Final = ("all", "once")
_KINDS: Final = {
    "vote": ("votes", "des votes"),
    "bill": ("bills", "des projets de loi"),
    "member": ("members", "des membres"),
}
_SESSION_IN_PATH: Final = re.compile(r"/(\d+-\d+)(?:/|$)")
_COMMON: Final = (
    "Every figure has its method, what it was counted from, and what was left out.",
    "Chaque chiffre a sa méthode, sa base et ses exclusions.",
)
_OF_A_SESSION: Final = frozenset({"sheet", "tallies", "bills", "latest"})
"""The first word of the key of what is read of one session, which follows it."""
TABLE: Final[tuple[Format, ...]] = ("json", "csv", "ndjson")
JSON: Final[tuple[Format, ...]] = ("json",)


def about(en: str, fr: str) -> str:
    """The description of an address for OpenAPI, in both languages."""
    return f"{_COMMON[0]} {en} / {_COMMON[1]} {fr}"


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What figures rest on, beside the figures."""

    methods: Sequence[str]
    exclusions: dict[str, int]
    notes: Sequence[str] = ()
    disputed: int = 0
    rows: str
    watermark: dt.datetime | None
    coverage: PeriodCoverage | None = None


class StatisticsRequest:
    """A request on its way. Parameters are taken one by one; `finish` refuses what nobody took."""

    def __init__(self, platform: Platform, request: AnyRequest, formats: Sequence[Format] = TABLE) -> None:
        self._platform = platform
        self.exchange = exchange_of(request.scope)
        self._parameters = Parameters(self.exchange.query)
        self.view = View(self._parameters.lang(), platform.versions.dataset)
        self._format = require_format(self.exchange, formats)
        self._style = csv_style(self._parameters, self.exchange, self._format)
        self._names: list[str] = [*CSV_NAMES] if "csv" in formats else []
        self._snapshot = snapshot_of(platform, self._parameters)
        self._known_at = known_at_of(self._parameters)
        self._names += ["known_at", "snapshot"]
        if (snapshot := self._snapshot) is not None:
            token = platform.snapshots.token(snapshot.version, snapshot.made_at)
            self.view = msgspec.structs.replace(self.view, snapshot=token)
        self._session: str | None = None
        self._reads: list[StampedResult[Any]] = []
        self._closed: Stamp | None = None
        """What the answer depends on while all that is read is of one closed session."""
        self._is_kept = True

    def text(self, name: str) -> str | None:
        """A parameter as it is; None when it is not given."""
        self._names.append(name)
        found = self._parameters.single(name)
        if name == "session":
            self._session = found
        return found

    def session(self, *, or_all: bool = False) -> str:
        """The session asked for, which must be named.

        Raises:
            InvalidValue: none is, or no session is written like that.
        """
        text = self.text("session")
        words, words_fr = (" or `all`", " ou `all`") if or_all else ("", "")
        if text is None:
            raise InvalidValue(
                f"Say which `session`, for example 45-1{words}.",
                f"Dites quelle `session`, par exemple 45-1{words_fr}.",
                param="session",
            )
        if text == "all" and or_all:
            return text
        try:
            return str(SessionCode.parse(text))
        except ValueError as error:
            raise InvalidValue(f"{str(error)[:200]}{words}.", SESSION_FORM_FR, param="session") from None

    def sessions(self) -> list[str] | None:
        """The sessions asked for, with commas between them; None for all of them, which is also the default.

        Raises:
            InvalidValue: no session is written like that.
        """
        text = self.text("session")
        if text is None or text == "all":
            return None
        try:
            return [str(SessionCode.parse(part)) for part in text.split(",")]
        except ValueError as error:
            raise InvalidValue(f"{str(error)[:200]} or `all`.", SESSION_FORM_FR, param="session") from None

    def word(self, name: str, allowed: Sequence[W], default: W) -> W:
        """One word of a closed list.

        Raises:
            InvalidValue: it is not in the list.
        """
        text = self.text(name)
        return default if text is None else one_word(name, text, allowed)

    def chamber(self) -> str:
        """The chamber, the House unless another is named."""
        return self.word("chamber", CHAMBERS, "commons")

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number within bounds."""
        self._names.append(name)
        return self._parameters.whole(name, default, lowest, highest)

    def person(self, name: str) -> int | None:
        """A PersonId.

        Raises:
            InvalidValue: it is no whole number.
        """
        text = self.text(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise InvalidValue(
                f"`{name}` is a PersonId, a whole number.", f"`{name}` est un PersonId, un nombre entier.", param=name
            )
        return int(text)

    def day(self, name: str, default: dt.date) -> dt.date:
        """A day.

        Raises:
            InvalidValue: it is none.
        """
        text = self.text(name)
        try:
            return default if text is None else msgspec.convert(text, dt.date)
        except msgspec.ValidationError:
            raise InvalidValue(
                f"`{name}` is a day, such as 2025-05-26.", f"`{name}` est un jour, comme 2025-05-26.", param=name
            ) from None

    def finish(self) -> None:
        """Refuse parameters that nobody took."""
        self._parameters.finish(self._names)

    async def read(self, key: Hashable, question: "Callable[[FactReader], T]") -> T:
        """Read facts; the answer depends on all that was read."""
        if not self._reads:
            self._closed = await self._platform.closed_sessions.of_figures(self._one_session)
            if self._known_at is not None or self._snapshot is not None:
                await self._require_unchanged()
        if not _is_of(key, self._one_session):
            self._closed = None
        found = await self._platform.facts.read(key, question)
        self._reads.append(found)
        return found.value

    async def read_vote(self, key: str) -> LoadedSheet | None:
        """One vote laid out for counting, from its own row; None when there is no such vote.

        Raises:
            StoreUnavailable: its shard is away, or the catalog while the members must be read.
            NotKept: it, or a member, was recorded after the instant that the figures are asked for.
        """
        readers = self._platform.readers
        stamp = self._platform.versions.of_vote_and_members(key)
        row = await vote_sheets.vote_row(readers, key)
        if row is None:
            return None
        of_day = await self._platform.roster.of_day(*vote_sheets.day_of_row(row))
        loaded = vote_sheets.sheet_of_row(key, row, of_day)
        self._reads.append(StampedResult(loaded, stamp))
        if self._known_at is not None:
            latest = {"vote": loaded.watermark, "member": await vote_sheets.members_changed_at(readers)}
            _require_unchanged(self._known_at, {kind: last for kind, last in latest.items() if last is not None})
        if self._snapshot is not None:
            await self._require_vote_of(self._snapshot, key, loaded.watermark)
        return loaded

    async def _require_vote_of(self, snapshot: ListSnapshot, key: str, watermark: dt.datetime | None) -> None:
        """That a vote and the members, from whom its figures are counted, are those of a snapshot."""
        platform, version = self._platform, snapshot.version
        await platform.snapshots.require_kept(version)
        catalog = platform.readers.catalog
        vote = (await listed.at_version(catalog, "vote", Vote, [key], version)).get(key)
        now: dict[str, dt.datetime | None] = {
            "vote": watermark,
            "member": await vote_sheets.members_changed_at(platform.readers),
        }
        then = {
            "vote": None if vote is None else vote.recorded_at,
            "member": await listed.latest(catalog, "member", version),
        }
        require_same(now, then)

    async def _require_unchanged(self) -> None:
        """Facts are kept as they are now. So a figure is what was known at an instant if nothing that it may be counted
        from has been recorded since; all else is refused.

        Raises:
            NotKept: something has.
        """
        session = self._one_session
        read = await self._platform.facts.read(("latest", session), lambda facts: facts.latest(session))
        self._reads.append(read)
        if self._known_at is not None:
            _require_unchanged(self._known_at, read.value)
        if (snapshot := self._snapshot) is not None:
            await self._platform.snapshots.require_kept(snapshot.version)
            catalog, version = self._platform.readers.catalog, snapshot.version
            of_session = None if session == "all" else session
            then = {
                "vote": await listed.latest(catalog, "vote", version, of_session),
                "bill": await listed.latest(catalog, "bill", version, of_session),
                "member": await listed.latest(catalog, "member", version),
            }
            require_same({kind: read.value.get(kind) for kind in then}, then)

    @property
    def _one_session(self) -> str:
        """The session that is asked for, by the path or by `session`; `all` for any number of them."""
        in_path = _SESSION_IN_PATH.search(self.exchange.path)
        session = in_path[1] if in_path else self._session or "all"
        return "all" if "," in session else session

    async def compute(self, work: Callable[..., T], *arguments: Any) -> T:
        """Count, off the event loop."""
        return await self._platform.facts.compute(work, *arguments)

    def changes_daily(self) -> None:
        """The answer depends on the day as well as on the facts, so it is not kept."""
        self._is_kept = False

    def single(self, data: T, basis: Basis) -> Answer[Single[T]]:
        """The answer about one thing."""
        body = encoder.encode(Single(data=data, **self._frame(basis)))
        return self._answer(body, basis)

    @property
    def wants_rows(self) -> bool:
        """Whether the caller takes a table of rows and nothing around it."""
        return self._format != "json"

    def table(self, struct: type[msgspec.Struct], data: list[T], basis: Basis) -> Answer[FigureTable[T]]:
        """The answer with a table; CSV and NDJSON are its rows alone."""
        if self._format == "json":
            body = encoder.encode(FigureTable(data=data, **self._frame(basis)))
        elif self._format == "csv":
            body = as_csv(struct, _structs(data), self.view.lang, self._style)
        else:
            body = ndjson(data)
        return self._answer(body, basis)

    def _frame(self, basis: Basis) -> dict[str, Any]:
        names = [*basis.notes, *(["disputed"] if basis.disputed else []), *(["stale"] if self._stale_s else [])]
        query = f"?{self.exchange.query}" if self.exchange.query else ""
        return {
            "methods": methods(self.view, basis.methods),
            "exclusions": exclusions(self.view, basis.exclusions),
            "notes": notes(self.view, names, count=basis.disputed),
            "coverage": basis.coverage,
            "meta": meta(basis.watermark, self.view, self._known_at),
            "links": FigureLinks(f"{self.exchange.path}{query}", f"{API}{basis.rows}"),
        }

    @property
    def _stale_s(self) -> int | None:
        ages = [read.stale_s for read in self._reads if read.stale_s is not None]
        return max(ages) if ages else None

    def _answer(self, body: bytes, basis: Basis) -> Answer[Any]:
        stamp, stale_s = self._reads[0].stamp, self._stale_s
        if not self._is_kept or any(read.stamp.version != stamp.version for read in self._reads):
            stamp = stamp._replace(
                version=None
            )  # also where the facts moved between two reads: right, and not to be kept
        elif self._closed is not None and stamp.cell is self._platform.versions.facts:
            stamp = self._closed
        headers = dataset_header(self.view)
        if stale_s is not None:
            stamp = stamp._replace(version=None)
            headers.append(("x-openpolicy-stale", str(stale_s)))
        return Answer(
            Answered(
                body,
                stamp=stamp,
                media_type=MEDIA_TYPES[self._format],
                etag_prefix="s",
                last_modified=http_date(basis.watermark) if basis.watermark else None,
                headers=headers,
                cache_control=CURRENT if stale_s is None else UNSETTLED,
            )
        )


def _is_of(key: Hashable, session: str) -> bool:
    """Whether what is read under a key is of one session, or of the members, who are part of each."""
    return key == "names" or (isinstance(key, tuple) and key[0] in _OF_A_SESSION and key[1] == session)


def _structs(data: Iterable[Any]) -> list[msgspec.Struct]:
    return [each for each in data if isinstance(each, msgspec.Struct)]


def _require_unchanged(at: dt.datetime, latest: Mapping[str, dt.datetime]) -> None:
    """Refuse figures of an instant after which something they are counted from was recorded.

    Raises:
        NotKept: something was.
    """
    since = {kind: last for kind, last in latest.items() if last > at}
    if since:
        last = max(since.values()).isoformat()
        en, fr = (", ".join(_KINDS[kind][place] for kind in since) for place in (0, 1))
        raise NotKept(
            f"Figures are counted from the records as they are now, and some were recorded or corrected since that "
            f"instant ({en}). Ask with a `known_at` no earlier than {last}, or for single entities, whose "
            "whole history is kept.",
            "Les chiffres se comptent sur les données actuelles, et certaines ont été inscrites ou corrigées "
            f"depuis cet instant ({fr}). Demandez un `known_at` à partir de {last}, ou des objets un à un\u00a0: "
            "tout leur historique est conservé.",
            param="known_at",
        )


def require_same(now: Mapping[str, dt.datetime | None], then: Mapping[str, dt.datetime | None]) -> None:
    """That the last record of each kind that figures are counted from is the last one that a snapshot has.

    Raises:
        NotKept: something was recorded since the snapshot.
        StoreUnavailable: what the snapshot has was not counted yet.
    """
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    newer = [kind for kind in now if (now[kind] or never) > (then[kind] or never)]
    if newer:
        en, fr = (", ".join(_KINDS[kind][place] for kind in newer) for place in (0, 1))
        raise NotKept(
            f"Figures are counted from the records as they are now, and some were recorded or corrected since that "
            f"snapshot ({en}). Get a new one from /api/v1/snapshot, or ask for single entities, which snapshots keep.",
            "Les chiffres se comptent sur les données actuelles, et certaines ont été inscrites ou corrigées depuis "
            f"cet instantané ({fr}). Obtenez-en un nouveau à /api/v1/snapshot, ou demandez des objets un à un, que "
            "les instantanés conservent.",
            param="snapshot",
        )
    if any((now[kind] or never) < (then[kind] or never) for kind in now):
        raise StoreUnavailable("Statistics do not have all of this snapshot yet.", fix="Try again in a few seconds.")


def no_ballot_of(person_id: int, param: str) -> NotFound:
    """The error for a person of whom no ballot is held."""
    return NotFound(
        f"There are no ballots of person {person_id}.",
        f"Aucun vote de la personne {person_id} n’est disponible.",
        param=param,
    )


def no_votes(session: str, chamber: str) -> NotFound:
    """The error for a session of which no vote is held. Of the Senate none is held at all."""
    if chamber == "senate":
        return NotFound(*NO_SENATE_VOTES, param="chamber")
    return NotFound(
        f"There are no recorded votes for session {session}.",
        f"Aucun vote par appel nominal n’est disponible pour la session {session}.",
        param="session",
    )
