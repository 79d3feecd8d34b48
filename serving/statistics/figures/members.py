"""Members over a session: participation, and voting differently from most of their caucus."""

import msgspec
import numpy as np

from serving.core.answers.code_names import caucus_of
from serving.core.answers.envelope import PersonRef
from serving.core.answers.texts import Coded, View
from serving.statistics.figures.frame import Figure, Rate, figure, rate
from serving.statistics.figures.votes import person_ref
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
    """A member over a session: taking part, and voting differently from most of the caucus.
    / Une personne sur une session : sa participation, et ses votes différents de la plupart de son caucus."""

    member: PersonRef
    """The member. / La personne."""
    caucuses: list[Coded]
    """Every caucus on the member’s ballots, or of the seat where there are none, in the order of time, as codes of
    `caucuses`.
    / Chaque caucus inscrit avec les voix de la personne, ou du siège s’il n’y en a pas, dans l’ordre du temps, en codes
    de `caucuses`."""
    eligible: int
    """Votes on days on which the member held a seat and was not in the Chair.
    / Les votes des jours où la personne occupait un siège et ne présidait pas."""
    cast: int
    """Votes in which the member cast a ballot. / Les votes où la personne a voté."""
    paired: int
    """Votes in which the member was paired and cast no ballot.
    / Les votes où la personne était pairée et n’a pas voté."""
    no_vote: int
    """`eligible` − `cast` − `paired`. Not absence: the House publishes no reasons.
    / `eligible` − `cast` − `paired`. Ce n’est pas l’absence : la Chambre ne publie pas de motifs."""
    participation: Figure
    """`cast`/(`eligible` − `paired`); its value is null for who was never eligible, such as the Speaker.
    / `cast`/(`eligible` − `paired`); sa valeur est nulle pour qui n’a jamais été habilité à voter, comme la
    présidence."""
    presence_any: Figure
    """(`cast` + `paired`)/`eligible`; its value is null for who was never eligible.
    / (`cast` + `paired`)/`eligible`; sa valeur est nulle pour qui n’a jamais été habilité à voter."""
    dissent: Rate
    """Votes that differ from the line of the caucus, of ballots cast where it had one; whips are not published.
    / Les votes différents de la ligne du caucus, sur les voix données quand il en avait une; les consignes de vote ne
    sont pas publiées."""
    caucus_median_participation: float | None
    """The median participation in the member’s last caucus, 0 to 1; null for who was in none.
    / La participation médiane dans le dernier caucus de la personne, de 0 à 1; nul pour qui n’en avait pas."""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Percentiles over the members of a chamber. / Les centiles des membres d’une chambre."""

    method: str
    """The id of the method. / L’identifiant de la méthode."""
    n: int
    """Over how many members. / Sur combien de membres."""
    p25: float | None = None
    """A quarter of them are at or below; null where there is nobody.
    / Un quart d’entre eux sont à cette valeur ou dessous; nul s’il n’y a personne."""
    p50: float | None = None
    """Half of them are at or below; null where there is nobody.
    / La moitié d’entre eux sont à cette valeur ou dessous; nul s’il n’y a personne."""
    p75: float | None = None
    """Three quarters of them are at or below; null where there is nobody.
    / Les trois quarts d’entre eux sont à cette valeur ou dessous; nul s’il n’y a personne."""
    p90: float | None = None
    """Nine tenths of them are at or below; null where there is nobody.
    / Les neuf dixièmes d’entre eux sont à cette valeur ou dessous; nul s’il n’y a personne."""


class MemberInSession(msgspec.Struct, frozen=True, kw_only=True):
    """A member in one session, next to the chamber. / Une personne dans une session, à côté de la chambre."""

    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    figures: MemberStatisticsOut
    chamber_participation: Spread
    """The participation of all members of the chamber. / La participation de tous les membres de la chambre."""
    chamber_dissent: Spread
    """The dissent of all members of the chamber. / La dissidence de tous les membres de la chambre."""
    rows: str
    """The address of the ballots that were counted. / L’adresse des voix comptées."""


class MemberStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """A member in every session in which ballots of theirs are available.
    / Une personne dans chaque session où ses voix sont disponibles."""

    member: PersonRef
    """The member. / La personne."""
    sessions: list[MemberInSession]
    """Each session, newest first. / Chaque session, la plus récente d’abord."""


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
    """Compute what all rows need."""
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
        member=person_ref(loaded, int(counted.sheet.persons[at])),
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
    """One member of a session, compared with the chamber."""
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
    """What the rates of members leave out."""
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
    """The median participation of each caucus; a member belongs to the caucus of the latest division."""
    shares: dict[int, list[float]] = {}
    for at, share in enumerate(part.share):
        own = _caucuses(sheet, at)
        if own and not np.isnan(share):
            shares.setdefault(own[-1], []).append(float(share))
    return {group: float(np.median(values)) for group, values in shares.items()}
