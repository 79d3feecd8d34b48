"""What is held and what is not, by session and kind, each with its reason in plain words."""

import datetime as dt
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from serving.core.answers.envelope import Meta
from serving.core.answers.texts import Text
from serving.core.answers.view import View
from warehouse.model.keys import SessionCode, session_order
from warehouse.model.quality import Coverage, SessionCoverage
from warehouse.model.vocabulary.codes import SESSIONS_OF_PARLIAMENT

Status = Literal["held", "partly", "none"]
Words = tuple[str, str]
KINDS: Final[dict[str, Words]] = {
    "bills": ("Bills", "Projets de loi"),
    "bill_details": ("Details and stages of bills", "Détails et étapes des projets de loi"),
    "votes": ("Recorded votes", "Votes par appel nominal"),
    "ballots": ("Ballots of each vote", "Bulletins de chaque vote"),
    "members_list": ("List of members", "Liste des membres"),
    "member_roles": ("Roles of members", "Rôles des membres"),
    "bills_french": ("French titles of bills", "Titres français des projets de loi"),
    "votes_french": ("French subjects of votes", "Sujets français des votes"),
}
STATUSES: Final[dict[Status, Words]] = {
    "held": ("held", "conservé"),
    "partly": ("partly held", "conservé en partie"),
    "none": ("not held", "non conservé"),
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
    """How much of one kind is held. `expected` is null where nobody says how many there are."""

    kind: str
    name: Text
    status: Status
    held: int
    expected: int | None
    reason: Text | None
    """Why it is not all there; null where it is."""


class SessionCoverageOut(msgspec.Struct, frozen=True, kw_only=True):
    """What of one session is held."""

    session: str
    opened_on: dt.date | None
    closed_on: dt.date | None
    status: Status
    text: Text
    kinds: list[KindOut]


class NotCovered(msgspec.Struct, frozen=True, kw_only=True):
    """What no session has here."""

    what: Text
    reason: Text


class CoverageOut(msgspec.Struct, frozen=True, kw_only=True):
    """What is held and what is not."""

    text: Text
    sessions: list[SessionCoverageOut]
    """Newest first; also the sessions that there were and of which nothing is held."""
    not_covered: list[NotCovered]


class CoverageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer."""

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
        f"{bills} bills and {votes} recorded votes of {len(some)} sessions are held; of {len(sessions) - len(some)} "
        "sessions nothing is held.",
        f"{bills} projets de loi et {votes} votes par appel nominal de {len(some)} sessions sont conservés; de "
        f"{len(sessions) - len(some)} sessions, rien n’est conservé.",
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
        words = ("All that Parliament publishes of it is held.", "Tout ce que le Parlement en publie est conservé.")
    else:
        listed = [", ".join(KINDS[kind.kind][place].lower() for kind in lacking) for place in (0, 1)]
        words = (f"Not all is held: {listed[0]}.", f"Tout n’est pas conservé\u00a0: {listed[1]}.")
    return SessionCoverageOut(
        session=each.session,
        opened_on=each.opened_on,
        closed_on=each.closed_on,
        status=status,
        text=view.text(*words),
        kinds=kinds,
    )


def _kinds(each: SessionCoverage, found: Coverage, view: View) -> Iterable[KindOut]:
    def kind(name: str, held: int, expected: int | None, lack: Words) -> KindOut:
        whole = held > 0 and (expected is None or held >= expected)
        return KindOut(
            kind=name,
            name=view.text(*KINDS[name]),
            status="held" if whole else "partly" if held else "none",
            held=held,
            expected=expected,
            reason=None if whole else view.text(*lack),
        )

    parliament = SessionCode.parse(each.session).parliament
    has_any = bool(each.bills or each.votes)
    nothing = _NO_LIST if has_any else _NOT_LOADED
    named = each.bills_provisional
    yield kind(
        "bills",
        each.bills,
        each.bills + named if each.bills or named else None,
        (
            f"Named by votes and not in the list held here yet: {named}.",
            f"Nommés par des votes et pas encore dans la liste conservée\u00a0: {named}.",
        )
        if each.bills
        else nothing,
    )
    missing = _documents(found, "legisinfo_bill_detail", each.session, ("missing", "broken"))
    lack = each.bills - each.bills_detailed
    yield kind(
        "bill_details",
        each.bills_detailed,
        each.bills or None,
        (
            f"The detail record of {lack} bills is not held: {missing} were looked for and not found.",
            f"Le détail de {lack} projets de loi n’est pas conservé\u00a0: {missing} ont été cherchés sans résultat.",
        )
        if each.bills
        else nothing,
    )
    too_early = parliament < FIRST_WITH_VOTES
    early = (
        "The House publishes no recorded votes as data for it.",
        "La Chambre n’en publie pas les votes en données.",
    )
    gaps = each.last_number - each.votes
    yield kind(
        "votes",
        each.votes,
        each.last_number or None,
        early
        if too_early
        else (
            f"{gaps} numbers are missing up to the last vote held.",
            f"{gaps} numéros manquent jusqu’au dernier vote conservé.",
        )
        if each.votes
        else nothing,
    )
    silent = each.votes - each.votes_with_ballots
    yield kind(
        "ballots",
        each.votes_with_ballots,
        each.votes or None,
        early
        if too_early
        else (
            f"Parliament has published no ballots of {_votes(silent)[0]}, or the source loaded here lacks them.",
            f"Le Parlement n’a pas publié les bulletins de {_votes(silent)[1]}, ou la source chargée ici ne les a pas.",
        )
        if each.votes
        else nothing,
    )
    lists = sum(
        document.count
        for document in found.documents
        if document.source == "ourcommons_members"
        and document.outcome in {"changed", "unchanged"}
        and (document.parliament == str(parliament) or (each.is_current and not document.parliament))
    )
    seated, roles = found.members.get(parliament, (0, 0))
    yield kind(
        "members_list",
        lists,
        None,
        (
            f"No list of the members of Parliament {parliament} is available; the {seated} members known come from "
            "ballots and other lists.",
            f"Aucune liste des membres de la {parliament}e législature n’est conservée; les {seated} membres connus "
            "viennent des bulletins et d’autres listes.",
        ),
    )
    yield kind(
        "member_roles",
        roles,
        seated or None,
        (
            f"The roles document of {seated - roles} members is not held; their terms are from lists and ballots.",
            f"Le document des rôles de {seated - roles} membres n’est pas conservé; leurs mandats viennent des "
            "listes et des bulletins.",
        ),
    )
    for name, held, of in (
        ("bills_french", each.bills_french, each.bills),
        ("votes_french", each.votes_french, each.votes),
    ):
        yield kind(
            name,
            held,
            of or None,
            (f"The French list held here lacks {of - held} of {of}.", f"Il en manque {of - held} sur {of} en français.")
            if of
            else nothing
            if name == "bills_french" or not too_early
            else early,
        )


def _votes(number: int) -> Words:
    return (f"{number} vote{'' if number == 1 else 's'}", f"{number} vote{'s' if number > 1 else ''}")


def _documents(found: Coverage, source: str, session: str, outcomes: tuple[str, ...]) -> int:
    return sum(
        each.count
        for each in found.documents
        if each.source == source and each.outcome in outcomes and each.session == session
    )
