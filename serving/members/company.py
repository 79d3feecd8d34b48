"""A member's ballots beside those of others: the line of their caucus, and another member.

The rules are those of the statistics (`line/1`, `dissent/1`, `agreement/1`), and so are the facts: they are worked out
from the same sheets, so that a list has as many ballots as the statistics count.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import numpy as np

from serving.core.answers.envelope import PersonRef
from serving.core.answers.texts import View
from serving.core.http.errors import InvalidValue
from serving.core.lists.ballots import BallotOut, ballot_out
from serving.core.process.facts import StampedResult
from serving.core.process.platform import Platform
from warehouse.model.read_models.selection import Condition
from warehouse.model.stored import RecordedBallot
from warehouse.statistics.counting.formulas import NAMES, NONE
from warehouse.statistics.counting.tallies import by_caucus
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.dissent import LineOption, lines
from warehouse.statistics.members.pairs import side_by_side

_CHAMBER: Final = "commons"


class CaucusCounts(msgspec.Struct, frozen=True):
    """How many of the member's caucus voted which way, the member included."""

    yeas: int
    nays: int
    abstentions: int


class BallotInCompany(BallotOut, frozen=True, kw_only=True):
    """A ballot beside the caucus and, where one is asked for, beside another member."""

    line: str | None
    """The position of most of the caucus; null on a tie, below two ballots, and for members in no caucus."""
    dissents: bool | None
    """Whether the ballot differs from the line; null where there is no line or no ballot was cast."""
    caucus_counts: CaucusCounts | None
    other: PersonRef | None
    other_position: str | None
    agrees: bool | None
    """Whether both cast the same; null where nobody is compared."""


class CompanyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a request for company."""

    dissent: bool | None = None
    line: LineOption = "party"
    other: int | None = None
    agrees: bool | None = None

    @classmethod
    def of(cls, computed: Mapping[str, Any]) -> "CompanyOptions | None":
        """Read the computed filters of a request; None where there is none.

        Raises:
            InvalidValue: `agrees` without `with`.
        """
        if "agrees" in computed and "with" not in computed:
            raise InvalidValue(
                "`agrees` needs `with`, the PersonId of the other member.",
                "`agrees` demande `with`, le PersonId de l’autre personne.",
                param="agrees",
            )
        if not computed:
            return None
        return cls(
            dissent=computed.get("dissent"),
            line=computed.get("line", "party"),
            other=computed.get("with"),
            agrees=computed.get("agrees"),
        )


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """The company of one ballot."""

    line: str | None
    dissents: bool | None
    caucus_counts: CaucusCounts | None
    other_position: str | None
    agrees: bool | None


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """The company of each ballot of a page, by the key of its vote."""

    beside: dict[str, Beside]
    other: PersonRef | None
    watermark: dt.datetime | None
    stale_s: int | None


async def company_of(
    platform: Platform, person_id: int, wanted: CompanyOptions, conditions: Iterable[Condition]
) -> Company:
    """Work out what is wanted of a member's ballots, in the sessions that the other conditions leave.

    Raises:
        StoreUnavailable: ClickHouse does not answer and never has answered this.
    """
    reads: list[StampedResult[Any]] = []
    sessions = await platform.facts.read(("sessions", person_id), lambda facts: facts.sessions_of(person_id, _CHAMBER))
    reads.append(sessions)
    beside: dict[str, Beside] = {}
    other, marks = None, []
    for session in _left(sessions.value, conditions):
        read = await platform.facts.read(
            ("sheet", session, _CHAMBER),
            lambda facts, session=session: facts.sheet(session, _CHAMBER),  # type: ignore[misc]
        )
        reads.append(read)
        loaded: LoadedSheet = read.value
        beside |= await platform.facts.compute(_beside, loaded, person_id, wanted)
        marks += [loaded.watermark] if loaded.watermark else []
        if wanted.other is not None:
            other = PersonRef(wanted.other, loaded.names.get(wanted.other, ""))
    stale = [each.stale_s for each in reads if each.stale_s is not None]
    return Company(beside=beside, other=other, watermark=max(marks, default=None), stale_s=max(stale, default=None))


def in_company(recorded: RecordedBallot, company: Company, view: View) -> BallotInCompany:
    """The ballot as published, with its company."""
    found = company.beside[recorded.vote.entity.key]
    plain = ballot_out(recorded, view)
    own = {name: getattr(plain, name) for name in plain.__struct_fields__}
    return BallotInCompany(
        **own,
        line=found.line,
        dissents=found.dissents,
        caucus_counts=found.caucus_counts,
        other=company.other,
        other_position=found.other_position,
        agrees=found.agrees,
    )


def _left(sessions: list[str], conditions: Iterable[Condition]) -> list[str]:
    """The sessions that match the conditions on session and Parliament; the list itself applies all others."""
    left = sessions
    for each in conditions:
        if each.operator == "eq" and each.field == "session":
            left = [session for session in left if session in each.values]
        if each.operator == "eq" and each.field == "parliament":
            left = [session for session in left if int(session.partition("-")[0]) in each.values]
    return left


def _beside(loaded: LoadedSheet, person_id: int, wanted: CompanyOptions) -> dict[str, Beside]:
    sheet = loaded.sheet
    column = sheet.column(person_id)
    if column is None:
        return {}
    drawn, cast, position = lines(sheet, wanted.line)[:, column], sheet.cast[:, column], sheet.position[:, column]
    has_line = cast & (drawn != NONE)
    dissents = has_line & (position != drawn)
    taken = np.ones(len(cast), np.bool_)
    if wanted.dissent is not None:
        taken = has_line & (dissents == wanted.dissent)
    pair, other = None, None
    if wanted.other is not None:
        other = sheet.column(wanted.other)
        if other is None:
            return {}
        pair = side_by_side(sheet, column, other)
        taken &= pair.both if wanted.agrees is None else pair.both & (pair.same == wanted.agrees)
    tallies, caucus = by_caucus(sheet), sheet.caucus[:, column]
    found: dict[str, Beside] = {}
    for row in np.nonzero(taken)[0].tolist():
        group = int(caucus[row])
        found[sheet.divisions[row].key] = Beside(
            line=NAMES[int(drawn[row])] if has_line[row] else None,
            dissents=bool(dissents[row]) if has_line[row] else None,
            caucus_counts=CaucusCounts(
                int(tallies.yea[row, group]), int(tallies.nay[row, group]), int(tallies.abstain[row, group])
            )
            if group >= 0 and tallies.is_caucus[group]
            else None,
            other_position=None if other is None else NAMES[int(sheet.position[row, other])],
            agrees=None if pair is None else bool(pair.same[row]),
        )
    return found
