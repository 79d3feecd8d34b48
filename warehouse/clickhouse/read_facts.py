"""Reads the facts that statistics are counted from; counting is in `warehouse.statistics`."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.clickhouse.client import ClickHouse, NamedRow
from warehouse.clickhouse.columns import ballots_of, code_of, groups_of, numbers
from warehouse.clickhouse.rows import BillRow, HolderRow, LatestRow, NameRow, OfficeRow, SeatRow, SessionRow, VoteRow
from warehouse.model.curated import Chair
from warehouse.model.keys import SessionCode
from warehouse.model.vocabulary.codes import CAUCUSES, PROVINCES
from warehouse.model.vocabulary.readings import way
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.sqlfiles import queries
from warehouse.statistics.bills import BillFacts, Milestone
from warehouse.statistics.counting.formulas import ABSTAIN, BOTH, NAY, PAIRED, YEA
from warehouse.statistics.counting.offices import OfficeTerm
from warehouse.statistics.counting.roster import Roster, roster_of
from warehouse.statistics.counting.sheets import Division, Seat, build, with_sides
from warehouse.statistics.counting.tallies import Tallies
from warehouse.statistics.inputs import (
    Holder,
    LoadedBills,
    LoadedSheet,
    LoadedTallies,
    SeatsOnDay,
    SessionHeld,
)

_FILE: Final = "clickhouse/queries/statistics.sql"
_SESSIONS: Final = "clickhouse/queries/closed_sessions.sql"
_ATTEMPTS: Final = 4
_NEVER: Final = dt.date(2299, 12, 31)
"""The last day that Date32 knows, for an interval without an end in a comparison."""
T = TypeVar("T")
_Version = tuple[int, int]
"""The number of revisions of members and the newest batch; together they identify a state."""
_MILESTONES: Final[dict[str, Milestone]] = {
    "passed_house_first_on": "H1",
    "passed_house_second_on": "H2",
    "passed_house_third_on": "H3",
    "passed_senate_first_on": "S1",
    "passed_senate_second_on": "S2",
    "passed_senate_third_on": "S3",
    "royal_assent_on": "RA",
}
"""The milestone that each day of a bill is of."""
_MILESTONE_OF: Final[dict[str, Milestone]] = dict(zip(way("commons"), _MILESTONES.values(), strict=True))


class _Votes(msgspec.Struct, frozen=True, kw_only=True):
    """Divisions, the batches of their ballots, and when the latest of them was recorded here."""

    divisions: tuple[Division, ...]
    batches: NDArray[np.uint64]
    was_cast: NDArray[np.bool_]
    """The divisions that must have ballots."""
    watermark: dt.datetime | None
    roster: _Version

    def rows_of(self, batches: NDArray[np.uint64]) -> NDArray[np.int64] | None:
        """The division of each ballot; None if ballots belong to another revision than the one read, or those of a
        division are gone because another revision replaced it."""
        order = np.argsort(self.batches)
        if not order.size:
            return None if len(batches) else np.zeros(0, np.int64)
        rows = order[np.searchsorted(self.batches, batches, sorter=order).clip(max=order.size - 1)]
        found = np.bincount(rows, minlength=order.size) > 0
        is_whole = (self.batches[rows] == batches).all() and found[self.was_cast].all()
        return rows.astype(np.int64) if is_whole else None


class FactReader:
    """The facts of one installation. Every method raises StoreUnavailable where ClickHouse is unavailable."""

    def __init__(self, clickhouse: ClickHouse) -> None:
        self._clickhouse = clickhouse
        self._kept_roster: tuple[_Version, Roster] = (0, 0), roster_of({}, {}, ())

    def ping(self) -> None:
        """Run an empty query to check that ClickHouse answers."""
        self._clickhouse.rows("select 1")

    def close(self) -> None:
        """Close the connections."""
        self._clickhouse.close()

    def sheet(self, session: str, chamber: str) -> LoadedSheet:
        """Every division of a session in a chamber."""
        parameters = {"session": session, "chamber": chamber}

        def read() -> LoadedSheet | None:
            return self._sheet(self._votes("votes_of_session", parameters), "ballots_of_session", parameters)

        return self._settled(read)

    def sheet_of_votes(self, keys: Sequence[str]) -> LoadedSheet:
        """Some divisions, in the order of their keys, without those that are not stored."""
        place = {key: at for at, key in enumerate(keys)}
        parts = [key.split("/") for key in keys]
        parameters = {"votes": [(session, chamber, int(number)) for session, chamber, number in parts]}

        def read() -> LoadedSheet | None:
            votes = self._votes("votes_by_key", parameters, lambda row: place[row.key])
            return self._sheet(votes, "ballots_by_key", parameters)

        return self._settled(read)

    def tallies(self, session: str, chamber: str) -> LoadedTallies:
        """The tallies of a session, or of all of them, by caucus."""
        parameters = {"session": session, "chamber": chamber}

        def read() -> LoadedTallies | None:
            votes = self._votes("votes_of_session", parameters)
            in_chair = self._roster(votes.roster).chairs
            known = [each for each in in_chair if each.chamber == chamber and each.person_id is not None]
            table = self._arrow("ballots_by_caucus", **parameters, **_intervals(known))
            batches = numbers(table, "batch")
            is_counted = ~numbers(table, "presiding") | np.isin(batches, votes.batches)
            rows = votes.rows_of(batches[is_counted])
            if rows is None:
                return None
            tallies = _matrices(table, is_counted, rows, len(votes.divisions))
            return LoadedTallies(divisions=votes.divisions, tallies=tallies, watermark=votes.watermark)

        return self._settled(read)

    def names(self) -> dict[int, str]:
        """The latest known name of every member, by PersonId."""
        return {row.person_id: row.name for row in self._named(NameRow, "names")}

    def latest(self, session: str) -> dict[str, dt.datetime]:
        """When the last vote and bill of a session (or of `all`), and the last member, were recorded, corrected or
        withdrawn."""
        rows = self._named(LatestRow, "latest", session=session)
        return {row.kind: row.latest.replace(tzinfo=row.latest.tzinfo or dt.UTC) for row in rows if row.rows}

    def state_of_session(self, session: str) -> tuple[int, ...]:
        """What the figures of a session are counted from, as numbers that no two states share."""
        ((*pairs,),) = self._clickhouse.rows(queries(_SESSIONS)["counted"], {"session": session})
        return tuple(int(number) for pair in pairs for number in pair)

    def sessions_of(self, person_id: int, chamber: str) -> list[str]:
        """The sessions in which a person has ballots, newest first."""
        found = [str(session) for (session,) in self._rows("votes_of_member", person=person_id, chamber=chamber)]
        return sorted(found, key=SessionCode.parse, reverse=True)

    def bills(self, session: str) -> LoadedBills:
        """The bills of a session, or of all of them."""
        rows = self._named(BillRow, "bills", session=session)
        days = self._rows("session", session=session)
        opened_on, closed_on = days[0] if days else (None, None)
        return LoadedBills(
            bills=tuple(_bill(row) for row in rows),
            opened_on=opened_on,
            closed_on=closed_on,
            watermark=_latest(row.recorded_at for row in rows),
        )

    def seats_on(self, on: dt.date) -> SeatsOnDay:
        """Members who sat on a day."""
        holders = [
            Holder(
                person_id=row.person_id,
                caucus=code_of(row.caucus, CAUCUSES),
                province=code_of(row.province, PROVINCES),
                riding=row.riding,
            )
            for row in self._named(HolderRow, "seats_on", on=on)
        ]
        return SeatsOnDay(on=on, holders=tuple(holders))

    def sessions_held(self) -> list[SessionHeld]:
        """For every known session, the stored divisions of the House."""
        found = [
            SessionHeld(
                session=row.session,
                opened_on=row.opened_on,
                closed_on=row.closed_on,
                divisions=row.divisions or 0,
                highest=row.highest or 0,
                with_ballots=row.with_ballots or 0,
                first_on=row.first_on if row.divisions else None,
                last_on=row.last_on if row.divisions else None,
            )
            for row in self._named(SessionRow, "sessions")
        ]
        return sorted(found, key=lambda each: SessionCode.parse(each.session))

    def _settled(self, read: Callable[[], T | None]) -> T:
        """Repeat a read until no vote was corrected meanwhile, and return its result."""
        for _ in range(_ATTEMPTS):
            if (found := read()) is not None:
                return found
        raise StoreUnavailable("Votes are being corrected faster than they can be read.", fix="Try again shortly.")

    def _votes(self, name: str, parameters: Mapping[str, Any], order: Callable[[VoteRow], int] | None = None) -> _Votes:
        rows = self._named(VoteRow, name, **parameters)
        if order is not None:
            rows.sort(key=order)
        return _Votes(
            divisions=tuple(_division(row) for row in rows),
            batches=np.array([row.batch for row in rows], np.uint64),
            was_cast=np.array([bool(row.was_cast) for row in rows], np.bool_),
            watermark=_latest(row.recorded_at for row in rows),
            roster=rows[0].roster if rows else self._kept_roster[0],
        )

    def _sheet(self, votes: _Votes, name: str, parameters: Mapping[str, Any]) -> LoadedSheet | None:
        """The sheet; None if a vote was corrected between the two reads."""
        table = self._arrow(name, **parameters, batches=votes.batches.tolist())
        rows = votes.rows_of(numbers(table, "batch"))
        if rows is None:
            return None
        ballots, names = ballots_of(table, rows)
        roster = self._roster(votes.roster)
        parliaments = sorted({SessionCode.parse(each.session).parliament for each in votes.divisions})
        seats = [seat for parliament in parliaments for seat in roster.seats.get(parliament, ())]
        ballots, names = with_sides(ballots, names, votes.divisions, roster.prime_ministers)
        sheet = build(votes.divisions, ballots, names, seats, roster.chairs, offices=roster.offices)
        return LoadedSheet(sheet=sheet, watermark=votes.watermark, names=roster.names)

    def _roster(self, version: _Version) -> Roster:
        """The roster of a version, or of a newer one."""
        if self._kept_roster[0] != version:
            self._kept_roster = self._settled(self._read_roster)
        return self._kept_roster[1]

    def _read_roster(self) -> tuple[_Version, Roster] | None:
        """The roster and its version; None if a member changed during the read."""
        version = self._version()
        names = self.names()
        seats: dict[int, list[Seat]] = {}
        for row in self._named(SeatRow, "seats"):
            seat = Seat(
                person_id=row.person_id,
                caucus=code_of(row.caucus, CAUCUSES),
                province=code_of(row.province, PROVINCES),
                from_on=row.from_on,
                to_on=row.to_on,
                riding=row.riding,
            )
            seats.setdefault(row.parliament, []).append(seat)
        offices = [
            OfficeTerm(
                person_id=term.person_id,
                office=term.office,
                in_cabinet=bool(term.office_in_cabinet),
                from_on=term.office_from,
                to_on=term.office_to,
            )
            for term in self._named(OfficeRow, "offices")
        ]
        if self._version() != version:
            return None
        return version, roster_of(names, seats, offices)

    def _version(self) -> _Version:
        count, newest = self._rows("roster")[0]
        return int(count), int(newest)

    def _rows(self, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self._clickhouse.rows(queries(_FILE)[name], parameters)

    def _named(self, row: type[NamedRow], name: str, **parameters: Any) -> list[NamedRow]:
        return self._clickhouse.named(row, queries(_FILE)[name], parameters)

    def _arrow(self, name: str, **parameters: Any) -> pa.Table:
        return self._clickhouse.arrow(queries(_FILE)[name], parameters)


def _matrices(table: pa.Table, counted: NDArray[np.bool_], rows: NDArray[np.int64], size: int) -> Tallies:
    """Convert long rows to matrices, for the divisions that are counted. Ballots without a caucus form a group with an
    empty name."""
    groups, words = groups_of(table, "caucus", CAUCUSES)
    names = (*words, "")
    cells = rows * len(names) + np.where(groups < 0, len(words), groups)[counted]  # two words may mean one caucus
    codes, presiding = numbers(table, "code")[counted], numbers(table, "presiding")[counted]
    ballots = numbers(table, "ballots")[counted].astype(np.int64)
    taken_off = np.where(presiding, -ballots, ballots)

    def spread(weights: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(cells, weights, size * len(names)).astype(np.int64).reshape(size, len(names))

    yea, nay, both, abstain, paired = (
        spread(taken_off * (codes == code)) for code in (YEA, NAY, BOTH, ABSTAIN, PAIRED)
    )
    return Tallies(
        groups=names,
        yea=yea + both,
        nay=nay + both,
        both=both,
        abstain=abstain,
        paired=paired,
        casting=spread(ballots * presiding),
    )


def _intervals(presiding: Sequence[Chair]) -> dict[str, Any]:
    return {
        "chairs": [chair.person_id for chair in presiding],
        "chairs_from": [chair.from_on for chair in presiding],
        "chairs_to": [chair.to_on or _NEVER for chair in presiding],
    }


def _division(row: VoteRow) -> Division:
    return Division(
        key=row.key,
        session=row.session,
        chamber=row.chamber,
        number=row.number,
        held_on=row.held_on,
        result=row.result,
        subject=row.subject_en,
        subject_fr=row.subject_fr,
        bill=row.bill,
        bill_type=row.bill_type,
        kind=row.kind,
        disputed=bool(row.disputed),
        yeas=row.yeas,
        nays=row.nays,
        paired=row.paired,
    )


def _bill(row: BillRow) -> BillFacts:
    return BillFacts(
        key=row.key,
        session=row.session,
        number=row.number,
        type=row.type or None,
        status=row.status or None,
        sponsor_person_id=row.sponsor_person_id,
        sponsor_name=row.sponsor_name,
        introduced_on=row.introduced_on,
        is_reinstated=bool(row.is_reinstated),
        provisional=bool(row.provisional),
        sponsor_basis=row.sponsor_basis or None,
        sponsor_caucus=row.sponsor_caucus or None,
        outcome=row.outcome or None,
        stage_reached=_MILESTONE_OF.get(row.stage_reached),
        milestones={
            milestone: day for column, milestone in _MILESTONES.items() if (day := getattr(row, column)) is not None
        },
    )


def _latest(instants: Iterable[dt.datetime]) -> dt.datetime | None:
    found = max(instants, default=None)
    return found.replace(tzinfo=dt.UTC) if found is not None and found.tzinfo is None else found
