"""What is held and what is not, by session and kind, each with its reason in plain words."""

import datetime as dt
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

import msgspec

from serving.core.answers.envelope import Meta
from serving.core.answers.texts import Text, View
from warehouse.model.keys import SessionCode, session_order
from warehouse.model.quality import Coverage, SessionCoverage
from warehouse.model.vocabulary.codes import SESSIONS_OF_PARLIAMENT

Status = Literal["held", "partly", "none"]
Words = tuple[str, str]
KINDS: Final[dict[str, Words]] = {
    "bills": ("Bills", "Projets de loi"),
    "bill_details": ("Details and stages of bills", "Détails et étapes des projets de loi"),
    "votes": ("Recorded votes", "Votes par appel nominal"),
    "ballots": ("Ballots of each vote", "Vote de chaque député"),
    "members_list": ("List of members", "Liste des membres"),
    "member_roles": ("Roles of members", "Rôles des membres"),
    "bills_french": ("French titles of bills", "Titres français des projets de loi"),
    "votes_french": ("French subjects of votes", "Sujets français des votes"),
}
STATUSES: Final[dict[Status, Words]] = {
    "held": ("available", "disponible"),
    "partly": ("partly available", "disponible en partie"),
    "none": ("not available", "non disponible"),
}
_NOT_LOADED: Final = (
    "No document of it has been loaded here. The live source loads the current session unless asked for all.",
    "Aucun de ses documents n’a été chargé ici. La source en direct charge la session en cours, sauf demande "
    "contraire.",
)
_NO_LIST: Final = (
    "The list has not been published, or the source loaded here does not have it.",
    "La liste n’est pas publiée, ou la source chargée ici ne l’a pas.",
)
_TOO_EARLY: Final = (
    "The House publishes no recorded votes as data for it.",
    "La Chambre n’en publie pas les votes en données.",
)
_NOT_COVERED: Final[tuple[tuple[Words, Words], ...]] = (
    (
        ("Recorded votes of the Senate", "Votes par appel nominal du Sénat"),
        (
            "The Senate publishes them as web pages only; they are not read here yet.",
            "Le Sénat ne les publie qu’en pages Web; elles ne sont pas encore lues ici.",
        ),
    ),
    (
        ("Decisions without a recorded vote", "Décisions sans vote par appel nominal"),
        (
            "Most decisions are taken by voice or by unanimous consent; nobody's position is recorded.",
            "La plupart des décisions se prennent de vive voix ou par consentement; aucune position n’est inscrite.",
        ),
    ),
    (
        ("Parliaments before the 35th", "Législatures avant la 35e"),
        ("LEGISinfo begins with the 35th Parliament (1994).", "LEGISinfo commence à la 35e législature (1994)."),
    ),
    (
        ("Votes before the 38th Parliament", "Votes avant la 38e législature"),
        (
            "The House publishes recorded votes as data from October 2004 on.",
            "La Chambre publie les votes sous forme de données depuis octobre 2004.",
        ),
    ),
    (
        ("Debates and committees", "Débats et comités"),
        ("They are not part of this platform yet.", "Ils ne font pas encore partie de cette plateforme."),
    ),
)
FIRST_WITH_VOTES: Final = 38


class KindOut(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one kind of data is available for a session.
    / Ce qui est disponible d’un genre de données pour une session."""

    kind: str
    """The kind, for programs. / Le genre, pour les programmes."""
    name: Text
    """The kind, for people. / Le genre, pour les personnes."""
    status: Status
    """How much of it is available. / Combien en est disponible."""
    held: int
    """How many are available. / Combien sont disponibles."""
    expected: int | None
    """How many there are; null where nobody publishes that. / Combien il y en a; nul si personne ne le publie."""
    reason: Text | None
    """Why it is not all there; null where it is. / Pourquoi tout n’y est pas; nul si tout y est."""


class SessionCoverageOut(msgspec.Struct, frozen=True, kw_only=True):
    """What is available of one session. / Ce qui est disponible d’une session."""

    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    opened_on: dt.date | None
    """The Ottawa date of the opening; null where it is not known.
    / La date d’ouverture à Ottawa; nul si elle n’est pas connue."""
    closed_on: dt.date | None
    """The Ottawa date of prorogation or dissolution; null while it runs, or where it is not known.
    / La date de prorogation ou de dissolution à Ottawa; nul tant qu’elle dure ou si elle n’est pas connue."""
    status: Status
    """How much of it is available. / Combien en est disponible."""
    text: Text
    """The same in a sentence. / Le même en une phrase."""
    kinds: list[KindOut]
    """Each kind of data. / Chaque genre de données."""


class NotCovered(msgspec.Struct, frozen=True, kw_only=True):
    """What no session has here. / Ce qu’aucune session n’a ici."""

    what: Text
    """What it is. / De quoi il s’agit."""
    reason: Text
    """Why it is not here. / Pourquoi ce n’est pas ici."""


class CoverageOut(msgspec.Struct, frozen=True, kw_only=True):
    """What is available and what is not. / Ce qui est disponible et ce qui ne l’est pas."""

    text: Text
    """All of it in a sentence. / Le tout en une phrase."""
    sessions: list[SessionCoverageOut]
    """The sessions, newest first; also those of which nothing is available.
    / Les sessions, la plus récente d’abord; aussi celles dont rien n’est disponible."""
    not_covered: list[NotCovered]
    """What no session has here, with the reason. / Ce qu’aucune session n’a ici, avec la raison."""


class CoverageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer about coverage. / La réponse sur la couverture."""

    data: CoverageOut
    meta: Meta


def coverage_out(found: Coverage, view: View) -> CoverageOut:
    """What is held, as published."""
    held = {each.session: each for each in found.sessions}
    every = set(held) if view.dataset == "simulated" else set(held) | set(_known())
    sessions = [
        _session(held.get(session) or SessionCoverage(session=session), found, view)
        for session in sorted(every, key=session_order, reverse=True)
    ]
    some = [each for each in sessions if each.status != "none"]
    bills, votes = (sum(getattr(each, name) for each in found.sessions) for name in ("bills", "votes"))
    text = (
        f"Available: {bills} bills and {votes} recorded votes. Sessions with data: {len(some)}; without: "
        f"{len(sessions) - len(some)}.",
        f"Disponibles\u00a0: {bills} projets de loi et {votes} votes par appel nominal. Sessions avec données\u00a0: "
        f"{len(some)}; sans données\u00a0: {len(sessions) - len(some)}.",
    )
    absent = [] if view.dataset == "simulated" else _NOT_COVERED
    return CoverageOut(
        text=view.text(*text),
        sessions=sessions,
        not_covered=[NotCovered(what=view.text(*what), reason=view.text(*reason)) for what, reason in absent],
    )


def _known() -> Iterable[str]:
    """The sessions that there were, whether or not anything of them is held."""
    for parliament, sessions in SESSIONS_OF_PARLIAMENT.items():
        yield from (f"{parliament}-{number}" for number in range(1, sessions + 1))


def _session(each: SessionCoverage, found: Coverage, view: View) -> SessionCoverageOut:
    kinds = list(_kinds(each, found, view))
    main = [kind for kind in kinds if kind.kind in {"bills", "votes"}]
    if all(kind.status == "none" for kind in main):
        status: Status = "none"
    else:
        status = "held" if all(kind.status == "held" for kind in kinds) else "partly"
    lacking = [kind for kind in kinds if kind.status != "held"]
    if status == "none":
        words = _NOT_LOADED
    elif not lacking:
        words = (
            "Everything that Parliament publishes for it is available.",
            "Tout ce que le Parlement en publie est disponible.",
        )
    else:
        listed = [", ".join(KINDS[kind.kind][place].lower() for kind in lacking) for place in (0, 1)]
        words = (f"Not everything is available: {listed[0]}.", f"Tout n’est pas disponible\u00a0: {listed[1]}.")
    return SessionCoverageOut(
        session=each.session,
        opened_on=each.opened_on,
        closed_on=each.closed_on,
        status=status,
        text=view.text(*words),
        kinds=kinds,
    )


def _kinds(each: SessionCoverage, found: Coverage, view: View) -> Iterable[KindOut]:
    for count in (*_of_bills(each, found), *_of_votes(each), *_of_members(each, found), *_of_french(each)):
        whole = count.held > 0 and (count.expected is None or count.held >= count.expected) and not count.is_excerpt
        yield KindOut(
            kind=count.kind,
            name=view.text(*KINDS[count.kind]),
            status="held" if whole else "partly" if count.held else "none",
            held=count.held,
            expected=count.expected,
            reason=None if whole else view.text(*count.lack),
        )


class _Count(NamedTuple):
    """How much of one kind is there, how much there should be, and what to say where it falls short."""

    kind: str
    held: int
    expected: int | None
    lack: Words
    is_excerpt: bool = False
    """What is there is known to be a part, though nobody says of how many."""


def _of_bills(each: SessionCoverage, found: Coverage) -> Iterable[_Count]:
    if not each.bills:
        nothing = _NO_LIST if each.votes else _NOT_LOADED
        yield _Count("bills", 0, each.bills_provisional or None, nothing)
        yield _Count("bill_details", 0, None, nothing)
        return
    named = each.bills_provisional
    words = (
        f"Named by votes and not in the list yet: {named}.",
        f"Nommés par des votes et pas encore dans la liste\u00a0: {named}.",
    )
    yield _Count("bills", each.bills, each.bills + named, words)
    missing = _documents(found, "legisinfo_bill_detail", each.session, ("missing", "broken"))
    lack = each.bills - each.bills_detailed
    words = (
        f"The detail record of {lack} bills is missing: {missing} were requested and not found.",
        f"Le détail de {lack} projets de loi manque\u00a0: {missing} ont été demandés sans résultat.",
    )
    yield _Count("bill_details", each.bills_detailed, each.bills, words)


def _of_votes(each: SessionCoverage) -> Iterable[_Count]:
    if not each.votes:
        yield _Count("votes", 0, each.last_number or None, _no_votes(each))
        yield _Count("ballots", 0, None, _no_votes(each))
        return
    gaps = each.last_number - each.votes
    words = (
        f"{gaps} numbers are missing up to the latest vote.",
        f"{gaps} numéros manquent jusqu’au dernier vote.",
    )
    yield _Count("votes", each.votes, each.last_number, words)
    silent = each.votes - each.votes_with_ballots
    words = (
        f"Parliament has published no ballots for {_votes(silent)[0]}, or the source loaded here lacks them.",
        f"Le Parlement n’a pas publié le vote de chaque député pour {_votes(silent)[1]}, ou la source chargée ici ne "
        "l’a pas.",
    )
    yield _Count("ballots", each.votes_with_ballots, each.votes, words)


def _no_votes(each: SessionCoverage) -> Words:
    if SessionCode.parse(each.session).parliament < FIRST_WITH_VOTES:
        return _TOO_EARLY
    return _NO_LIST if each.bills else _NOT_LOADED


def _of_members(each: SessionCoverage, found: Coverage) -> Iterable[_Count]:
    parliament = SessionCode.parse(each.session).parliament
    seated, roles = found.members.get(parliament, (0, 0))
    lists = sum(
        document.count
        for document in found.documents
        if document.source == "ourcommons_members"
        and document.outcome in {"changed", "unchanged"}
        and (document.parliament == str(parliament) or (each.is_current and not document.parliament))
    )
    # The list of sitting members is compared with those who voted; before the first vote there is nothing to compare.
    excerpt = each.is_current and each.votes_with_ballots > 0 and parliament not in found.listed
    words = (
        f"Only a part of the list of sitting members is available; most of the {seated} members known come from "
        "ballots and other lists.",
        f"Seule une partie de la liste des députés en fonction est disponible; la plupart des {seated} députés connus "
        "viennent des votes et d’autres listes.",
    )
    if not lists:
        words = (
            f"There is no list of the members of Parliament {parliament}; the {seated} members known come from ballots "
            "and other lists.",
            f"Il n’y a pas de liste des membres de la {parliament}e législature; les {seated} membres connus viennent "
            "des votes et d’autres listes.",
        )
    yield _Count("members_list", lists, None, words, excerpt)
    lack = seated - roles
    words = (
        f"The roles document of {lack} members is missing; their terms come from lists and ballots.",
        f"Le document des rôles de {lack} membres manque; leurs mandats viennent des listes et des votes.",
    )
    yield _Count("member_roles", roles, seated or None, words)


def _of_french(each: SessionCoverage) -> Iterable[_Count]:
    nothing = _NO_LIST if each.bills or each.votes else _NOT_LOADED
    for kind, held, of, none in (
        ("bills_french", each.bills_french, each.bills, nothing),
        ("votes_french", each.votes_french, each.votes, _no_votes(each)),
    ):
        words = (f"The French list lacks {of - held} of {of}.", f"Il en manque {of - held} sur {of} en français.")
        yield _Count(kind, held, of or None, words if of else none)


def _votes(number: int) -> Words:
    return (f"{number} vote{'' if number == 1 else 's'}", f"{number} vote{'s' if number > 1 else ''}")


def _documents(found: Coverage, source: str, session: str, outcomes: tuple[str, ...]) -> int:
    return sum(
        each.count
        for each in found.documents
        if each.source == source and each.outcome in outcomes and each.session == session
    )
