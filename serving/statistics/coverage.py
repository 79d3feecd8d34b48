"""Whether the data behind a figure is complete: which sessions, how many of their divisions, and with ballots."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import numpy as np

from serving.core.answers.texts import Text, View
from warehouse.model.curated import house_seats
from warehouse.model.keys import SessionCode
from warehouse.model.vocabulary.codes import DISSOLUTIONS, FIRST_VOTES, GENERAL_ELECTIONS, SESSIONS
from warehouse.statistics.counting.formulas import Flags
from warehouse.statistics.counting.sheets import Division
from warehouse.statistics.inputs import LoadedSheet, LoadedTallies, SeatsOnDay, SessionHeld

ALL: Final = "all"
_SIMULATED: Final = 90
"""Invented Parliaments have numbers from here on."""
_NEARLY_ALL: Final = 0.9
"""Below this share of the House's seats, members are missing from the data; it is not that so many seats are vacant."""


class DivisionCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """How many votes of one session are available; they are numbered from 1, so the highest number says how many there
    are.
    / Combien de votes d’une session sont disponibles; ils sont numérotés à partir de 1, le plus grand numéro dit donc
    combien il y en a."""

    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    divisions: int
    """How many votes are available. / Combien de votes sont disponibles."""
    of: int
    """The number of the last vote. / Le numéro du dernier vote."""
    with_ballots: int
    """How many of them have ballots. / Combien d’entre eux ont le vote de chaque député."""


class PeriodCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """What is available of the period that figures are about. / Ce qui est disponible de la période dont il s’agit."""

    complete: bool
    """Whether all of it is; where it is false, the figures are about a part of the period.
    / Si tout l’est; si c’est faux, les chiffres portent sur une partie de la période."""
    text: Text
    """The same in a sentence. / Le même en une phrase."""
    sessions: list[DivisionCoverage]
    """The votes of each session that is available. / Les votes de chaque session disponible."""
    missing_sessions: list[str]
    """Sessions of the period of which nothing is available. / Les sessions de la période dont rien n’est disponible."""


def of_sheet(loaded: LoadedSheet, view: View) -> PeriodCoverage:
    """The coverage of a session, by its sheet."""
    sheet = loaded.sheet
    return _of_divisions(sheet.divisions, _has_ballots(loaded), (), view)


def of_sheets(loaded: Sequence[LoadedSheet], view: View) -> PeriodCoverage:
    """The coverage of several sessions."""
    divisions = [division for each in loaded for division in each.sheet.divisions]
    has_ballots = [_has_ballots(each) for each in loaded]
    return _of_divisions(divisions, np.concatenate([np.zeros(0, np.bool_), *has_ballots]), (), view)


def _has_ballots(loaded: LoadedSheet) -> Flags:
    found: Flags = np.any(loaded.sheet.cast | loaded.sheet.is_paired, axis=1)
    return found


def of_tallies(loaded: LoadedTallies, period: str, view: View) -> PeriodCoverage:
    """The coverage of a session, or of all since the House publishes its votes."""
    tallies = loaded.tallies
    has_ballots = (tallies.cast + tallies.paired + tallies.casting).sum(axis=1) > 0
    held = {division.session for division in loaded.divisions}
    return _of_divisions(
        loaded.divisions, has_ballots, missing_sessions(held, FIRST_VOTES) if period == ALL else (), view
    )


def of_bills(sessions: Iterable[str], period: str, view: View) -> PeriodCoverage:
    """The coverage of bills: LEGISinfo's list of a session has all of its bills."""
    held = {*sessions}
    missing = missing_sessions(held, min(SESSIONS)) if period == ALL else []
    en, fr = "All listed bills are available.", "Tous les projets de loi inscrits sont conservés."
    if missing:
        named = ", ".join(missing)
        en = f"There are no bills for these sessions: {named}."
        fr = f"Aucun projet de loi de ces sessions n’est conservé\u00a0: {named}."
    return PeriodCoverage(complete=not missing, text=view.text(en, fr), sessions=[], missing_sessions=missing)


def missing_sessions(held: Iterable[str], first_parliament: int) -> list[str]:
    """The sessions without data between the first one of a Parliament and the latest one with data."""
    known = {SessionCode.parse(session) for session in held}
    real = {code for code in known if code.parliament < _SIMULATED}
    if not real:
        return []
    latest = max(real)
    every = [
        SessionCode(parliament, number)
        for parliament in range(first_parliament, latest.parliament + 1)
        for number in range(1, max(SESSIONS.get(parliament, 1), latest.number * (parliament == latest.parliament)) + 1)
    ]
    return [str(code) for code in every if code not in known and code < latest]


def _of_divisions(
    divisions: Sequence[Division], has_ballots: Flags, missing: Sequence[str], view: View
) -> PeriodCoverage:
    found: dict[str, list[tuple[int, bool]]] = {}
    for division, has in zip(divisions, has_ballots, strict=True):
        found.setdefault(division.session, []).append((division.number, bool(has)))
    sessions = [
        DivisionCoverage(
            session=session,
            divisions=len(rows),
            of=max(number for number, _ in rows),
            with_ballots=sum(has for _, has in rows),
        )
        for session, rows in found.items()
    ]
    partly = [each for each in sessions if each.divisions < each.of or each.with_ballots < each.divisions]
    held, of, with_ballots = (
        sum(getattr(each, name) for each in sessions) for name in ("divisions", "of", "with_ballots")
    )
    en = f"{held} of {of} divisions are available, {with_ballots} of them with ballots."
    fr = f"{held} votes sur {of} sont conservés, dont {with_ballots} avec le vote de chaque député."
    if missing:
        named = ", ".join(missing)
        en += f" There is no data for these sessions: {named}."
        fr += f" Rien n’est conservé de ces sessions\u00a0: {named}."
    return PeriodCoverage(
        complete=not partly and not missing, text=view.text(en, fr), sessions=sessions, missing_sessions=[*missing]
    )


class ParliamentOfDay(msgspec.Struct, frozen=True, kw_only=True):
    """The Parliament of a day."""

    parliament: int | None
    is_dissolved: bool
    sessions: list[SessionHeld]
    """Its sessions that are known."""

    def house_seats(self, on: dt.date) -> int | None:
        """The seats of the House on that day; null if unknown, as for an invented House."""
        return None if self.parliament is None or self.parliament >= _SIMULATED else house_seats(on)


def parliament_of(on: dt.date, held: Sequence[SessionHeld]) -> ParliamentOfDay:
    """The Parliament of a day: by the general elections, or for invented ones by their sessions."""
    simulated = [each for each in held if SessionCode.parse(each.session).parliament >= _SIMULATED]
    if simulated:
        begun = [each for each in simulated if (each.opened_on or each.first_on or dt.date.max) <= on] or simulated[:1]
        parliament: int | None = SessionCode.parse(begun[-1].session).parliament
    else:
        parliament = max((number for number, elected in GENERAL_ELECTIONS.items() if elected <= on), default=None)
    own = [each for each in held if SessionCode.parse(each.session).parliament == parliament]
    is_dissolved = parliament in DISSOLUTIONS and DISSOLUTIONS[parliament] < on
    return ParliamentOfDay(parliament=parliament, is_dissolved=is_dissolved, sessions=own)


def of_seats(found: SeatsOnDay, term: ParliamentOfDay, view: View) -> PeriodCoverage:
    """Whether the members of a day are known: there is a session with ballots whose votes surround the day."""
    voted = [each for each in term.sessions if each.with_ballots]
    sessions = [
        DivisionCoverage(
            session=each.session, divisions=each.divisions, of=each.highest, with_ballots=each.with_ballots
        )
        for each in voted
    ]
    size = term.house_seats(found.on)
    first = min((each.first_on for each in voted if each.first_on), default=None)
    last = max((each.closed_on or dt.date.max for each in voted), default=None)
    is_near = first is not None and last is not None and first <= found.on <= last
    count = len(found.holders)
    complete = is_near and (size is None or count >= _NEARLY_ALL * size)
    of_en, of_fr = (f" of {size}", f" sur {size}") if size else ("", "")
    en, fr = f"{count}{of_en} seats have a known holder.", f"{count} sièges{of_fr} ont un titulaire connu."
    if not is_near:
        en += " No session with ballots covers this day, so members are missing."
        fr += (
            " Aucune session avec le vote de chaque député n’est disponible pour ce jour\u00a0: il manque des députés."
        )
    missing = missing_of(term) if not is_near else []
    return PeriodCoverage(complete=complete, text=view.text(en, fr), sessions=sessions, missing_sessions=missing)


def missing_of(term: ParliamentOfDay) -> list[str]:
    """The sessions of a Parliament without ballots."""
    if term.parliament is None or term.parliament not in SESSIONS:
        return []
    held = {each.session for each in term.sessions if each.with_ballots}
    every = (f"{term.parliament}-{number}" for number in range(1, SESSIONS[term.parliament] + 1))
    return [session for session in every if session not in held]
