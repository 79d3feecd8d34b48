"""Members over a session: taking part, and voting differently from most of their caucus."""

import msgspec
import numpy as np

from serving.core.answers.code_names import caucus_of
from serving.core.answers.envelope import PersonRef
from serving.core.answers.texts import Coded, View
from serving.statistics.figures.frame import Figure, Rate, figure, rate
from serving.statistics.figures.votes import person
from warehouse.statistics.counting.formulas import NONE, Codes, Flags
from warehouse.statistics.counting.intervals import percentiles
from warehouse.statistics.counting.sheets import Sheet, first_applied
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.dissent import LineOption, dissents, has_cabinet, lines
from warehouse.statistics.members.participation import Participation, participation

METHODS = (
    "line/1",
    "line/leave-one-out",
    "line/cabinet",
    "dissent/1",
    "participation/1",
    "presence-any/1",
    "percentile/1",
)


class MemberStatisticsOut(msgspec.Struct, frozen=True, kw_only=True):
    """A member over a session. `participation` is null for who was never eligible, such as the Speaker: never 0."""

    member: PersonRef
    caucuses: list[Coded]
    """Every caucus on the member's ballots, or of the seat where there are none, in the order of time."""
    eligible: int
    cast: int
    paired: int
    no_vote: int
    participation: Figure
    presence_any: Figure
    dissent: Rate
    caucus_median_participation: float | None


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Percentiles over the members of a chamber."""

    method: str
    n: int
    p25: float | None = None
    p50: float | None = None
    p75: float | None = None
    p90: float | None = None


class MemberInSession(msgspec.Struct, frozen=True, kw_only=True):
    """A member in one session, beside the chamber."""

    session: str
    figures: MemberStatisticsOut
    chamber_participation: Spread
    chamber_dissent: Spread
    rows: str


class MemberStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """A member in every session in which ballots of theirs are held."""

    member: PersonRef
    sessions: list[MemberInSession]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet, counted once for all its members."""

    sheet: Sheet
    part: Participation
    drawn: Codes
    dissent: Flags
    medians: dict[int, float]
    everybody: float
    """The share of all ballots with a line that differ from it."""


def count_members(sheet: Sheet, option: LineOption) -> Counted:
    """Count what every row needs."""
    drawn = lines(sheet, option)
    dissent, part = dissents(sheet, drawn), participation(sheet)
    with_line = int((drawn != NONE).sum())
    return Counted(
        sheet=sheet,
        part=part,
        drawn=drawn,
        dissent=dissent,
        medians=_medians(sheet, part),
        everybody=float(dissent.sum()) / with_line if with_line else 0.0,
    )


def members(loaded: LoadedSheet, option: LineOption, view: View, *, applied_once: bool) -> list[MemberStatisticsOut]:
    """Every member who was eligible or cast a ballot, by PersonId."""
    sheet = loaded.sheet.only(first_applied(loaded.sheet)) if applied_once else loaded.sheet
    counted = count_members(sheet, option)
    return [member(loaded, counted, at, view) for at in range(len(sheet.persons))]


def member(loaded: LoadedSheet, counted: Counted, at: int, view: View) -> MemberStatisticsOut:
    """The member in one column."""
    part, own = counted.part, _caucuses(counted.sheet, at)
    eligible, cast, paired = (int(column[at]) for column in (part.eligible, part.cast, part.paired))
    with_line = int((counted.drawn[:, at] != NONE).sum())
    return MemberStatisticsOut(
        member=person(loaded, int(counted.sheet.persons[at])),
        caucuses=[caucus_of(counted.sheet.names.caucus[group], view) for group in own],
        eligible=eligible,
        cast=cast,
        paired=paired,
        no_vote=eligible - cast - paired,
        participation=figure(float(part.share[at]), "participation/1", eligible - paired),
        presence_any=figure(float(part.presence_any[at]), "presence-any/1", eligible),
        dissent=rate(int(counted.dissent[:, at].sum()), with_line, "dissent/1", counted.everybody),
        caucus_median_participation=counted.medians.get(own[-1]) if own else None,
    )


def in_session(loaded: LoadedSheet, session: str, at: int, view: View) -> MemberInSession:
    """One member of a session beside the chamber."""
    counted = count_members(loaded.sheet, "party")
    with_line = (counted.drawn != NONE).sum(axis=0)
    shares = np.where(with_line >= 1, counted.dissent.sum(axis=0) / np.maximum(with_line, 1), np.nan)
    person_id = int(loaded.sheet.persons[at])
    return MemberInSession(
        session=session,
        figures=member(loaded, counted, at, view),
        chamber_participation=_spread(counted.part.share),
        chamber_dissent=_spread(shares),
        rows=f"/api/v1/members/{person_id}/ballots?session={session}",
    )


def left_out(loaded: LoadedSheet, *, applied_once: bool, option: LineOption = "party") -> dict[str, int]:
    """What rates of members do not count."""
    sheet = loaded.sheet
    found = {
        "no_ballots": int((~sheet.cast.any(axis=1)).sum()),
        "casting_ballots": int(np.count_nonzero(sheet.casting)),
        "broken_pairs": sheet.broken_pairs,
        "doubtful_house": int(sheet.doubtful.sum()),
    }
    if option == "cabinet":
        found["no_cabinet"] = int((~has_cabinet(sheet)).sum())
    return found | ({"applied": int((~first_applied(sheet)).sum())} if applied_once else {})


def _spread(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> Spread:
    return Spread(method="percentile/1", n=int((~np.isnan(values)).sum()), **percentiles(values))


def _caucuses(sheet: Sheet, at: int) -> list[int]:
    groups = sheet.caucus[:, at]
    return list(dict.fromkeys(int(group) for group in groups if group >= 0))


def _medians(sheet: Sheet, part: Participation) -> dict[int, float]:
    """The median participation of each caucus, a member being of the caucus of the latest division."""
    shares: dict[int, list[float]] = {}
    for at, share in enumerate(part.share):
        own = _caucuses(sheet, at)
        if own and not np.isnan(share):
            shares.setdefault(own[-1], []).append(float(share))
    return {group: float(np.median(values)) for group, values in shares.items()}
