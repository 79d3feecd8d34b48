"""The frame of every answer of this service, and the figures in it. Field names are the public contract."""

import math
from collections.abc import Iterable, Sequence
from typing import Final, Generic, TypeVar

import msgspec

from serving.core.answers.envelope import Meta
from serving.core.answers.texts import Coded, Text, View
from serving.statistics.coverage import PeriodCoverage
from warehouse.statistics.counting.intervals import Band, band, is_reliable, wilson
from warehouse.statistics.methods import METHODS
from warehouse.statistics.parties.cohesion import Mean

T = TypeVar("T")


class Figure(msgspec.Struct, frozen=True):
    """A number with its method. / Un nombre avec sa méthode."""

    value: float | None
    """The number; null where the method does not define it, as a share of nothing.
    / Le nombre; nul si la méthode ne le définit pas, comme une part de rien."""
    method: str
    """The id of the method; `methods` says how it computes.
    / L’identifiant de la méthode; `methods` dit comment elle calcule."""
    n: int
    """How many things it was computed over: ballots, votes, bills or seats, as the method says.
    / Sur combien de choses il a été calculé : voix, votes, projets de loi ou sièges, selon la méthode."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A share with its 95 % interval after Wilson. / Une part avec son intervalle à 95 % de Wilson."""

    value: float | None
    """`count`/`n`, 0 to 1; null where `n` is 0. / `count`/`n`, de 0 à 1; nul si `n` est 0."""
    method: str
    """The id of the method; `methods` says how it computes.
    / L’identifiant de la méthode; `methods` dit comment elle calcule."""
    n: int
    """How many it is a share of. / De combien c’est une part."""
    count: int
    """How many of them. / Combien d’entre eux."""
    low: float | None
    """The lower end of the interval; null where `n` is 0. / Le bas de l’intervalle; nul si `n` est 0."""
    high: float | None
    """The upper end of the interval; null where `n` is 0. / Le haut de l’intervalle; nul si `n` est 0."""
    reliable: bool
    """Whether `n` is 30 or more; below that show it grey. / Si `n` est d’au moins 30; en deçà, montrez-la en gris."""
    band: Band
    """Where it stands to the share of everybody; most of a ranking is `not_distinguishable`.
    / Sa place par rapport à la part de tous; la plupart d’un classement est `not_distinguishable`."""


class MethodOut(msgspec.Struct, frozen=True):
    """How figures that name it are computed. / Comment sont calculés les chiffres qui la nomment."""

    id: str
    """Its id; the number behind the slash changes with what is computed.
    / Son identifiant; le nombre après la barre change avec ce qui est calculé."""
    formula: Text
    """The formula in words. / La formule en mots."""
    source: str
    """Where it was published, or `OpenPolicy`. / Où elle a été publiée, ou `OpenPolicy`."""


class Exclusion(msgspec.Struct, frozen=True):
    """What was left out, and how many of it. / Ce qui a été laissé de côté, et combien."""

    reason: Coded
    """What it is and why. / De quoi il s’agit et pourquoi."""
    count: int
    """How many; 0 where it could have been and was not. / Combien; 0 si cela aurait pu être et ne fut pas."""


class FigureLinks(msgspec.Struct, frozen=True, rename={"self_": "self"}):
    """Addresses of the figures, and of the rows they were counted from.
    / Les adresses des chiffres et des lignes d’où ils sont comptés."""

    self_: str
    """The address of the figures. / L’adresse des chiffres."""
    rows: str
    """The address of the rows that they were counted from. / L’adresse des lignes d’où ils sont comptés."""


class FigureTable(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Figures in rows of one kind, all of them. / Des chiffres en lignes d’un même genre, toutes."""

    data: list[T]
    """The rows. / Les lignes."""
    methods: list[MethodOut]
    """The methods that the figures name. / Les méthodes que les chiffres nomment."""
    exclusions: list[Exclusion]
    """What was left out, and how many of it. / Ce qui a été laissé de côté, et combien."""
    notes: list[Text]
    """Sentences that belong to the figures. / Des phrases qui vont avec les chiffres."""
    coverage: PeriodCoverage | None
    """Whether all of the period is available; null where the figures are of one vote.
    / Si toute la période est disponible; nul si les chiffres sont d’un seul vote."""
    meta: Meta
    links: FigureLinks


class Single(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One thing with all its figures. / Une chose avec tous ses chiffres."""

    data: T
    """The figures. / Les chiffres."""
    methods: list[MethodOut]
    """The methods that the figures name. / Les méthodes que les chiffres nomment."""
    exclusions: list[Exclusion]
    """What was left out, and how many of it. / Ce qui a été laissé de côté, et combien."""
    notes: list[Text]
    """Sentences that belong to the figures. / Des phrases qui vont avec les chiffres."""
    coverage: PeriodCoverage | None
    """Whether all of the period is available; null where the figures are of one vote.
    / Si toute la période est disponible; nul si les chiffres sont d’un seul vote."""
    meta: Meta
    links: FigureLinks


_REASONS: Final = {
    "no_ballots": ("Divisions without published ballots", "Votes dont les voix ne sont pas publiées"),
    "casting_ballots": ("Ballots cast from the Chair", "Voix prépondérantes de la présidence"),
    "broken_pairs": ("Pairs whose member voted; the ballot counts", "Pairages rompus; la voix compte"),
    "independent_ballots": ("Ballots of members in no caucus", "Voix de membres sans caucus"),
    "below_two": ("Caucus and division with a single ballot", "Caucus et vote à une seule voix"),
    "few_shared": ("Pairs with too few divisions in common", "Paires ayant trop peu de votes communs"),
    "doubtful_house": (
        "Divisions of days with two holders of a riding or more members than seats",
        "Votes de jours où une circonscription a deux titulaires ou la Chambre trop de députés",
    ),
    "no_cabinet": (
        "Divisions of days on which no document names a minister",
        "Votes de jours où aucun document ne nomme de ministre",
    ),
    "applied": ("Divisions repeating the ballots of another", "Votes répétant les voix d’un autre"),
    "uncontested": ("Uncontested divisions", "Votes non contestés"),
    "pro_forma": ("Pro forma bills", "Projets de loi pro forma"),
    "provisional": ("Bills that LEGISinfo does not list yet", "Projets de loi absents de LEGISinfo"),
    "undated": ("Steps without a usable first or last day", "Étapes sans jours utilisables"),
    "began_before": ("Steps that began in an earlier session", "Étapes entamées lors d’une session antérieure"),
    "no_sponsor": ("Bills without a published sponsor", "Projets de loi sans parrain publié"),
    "ambiguous_sponsor": (
        "Bills whose sponsor's name several members have",
        "Projets de loi dont plusieurs membres portent le nom du parrain",
    ),
    "no_caucus": (
        "Bills whose sponsor's caucus is not known; they are the rows without a caucus",
        "Projets de loi dont on ignore le caucus du parrain; ce sont les lignes sans caucus",
    ),
    "votes_gone": ("Votes of the card that are no longer available", "Votes de la fiche qui ne sont plus conservés"),
}
NOTES: Final = {
    "doubtful_house": (
        "On this day a riding has two holders, or there are more members than the House has seats; what depends on who "
        "held a seat is not published.",
        "Ce jour-là, une circonscription a deux titulaires, ou la Chambre compte plus de membres que de sièges; ce qui "
        "en dépend n’est pas publié.",
    ),
    "dissolved": (
        "Parliament was dissolved on this day: the House had no members.",
        "Le Parlement était dissous ce jour-là\u00a0: la Chambre n’avait aucun député.",
    ),
    "disputed": (
        "{count} divisions have ballots that differ from the announced totals; the ballots are counted.",
        "{count} votes ont des voix qui diffèrent des totaux annoncés; les voix sont comptées.",
    ),
    "selection": (
        "Recorded divisions are not a random sample of decisions: most are taken by voice or unanimous consent.",
        "Les votes par appel nominal ne sont pas un échantillon aléatoire des décisions\u00a0: la plupart sont "
        "prises de vive voix ou par consentement unanime.",
    ),
    "eligible": (
        "Eligible members held a seat on that day by their terms of office, each with the source of its end; the "
        "Speaker is left out.",
        "Habilités à voter\u00a0: siège occupé ce jour-là selon les mandats, dont chacun dit d’où vient sa fin; la "
        "présidence est exclue.",
    ),
    "terms": (
        "A seat is held on a day by the terms of office, each of which says what gave its end.",
        "Un siège est occupé un jour donné selon les mandats, dont chacun dit d’où vient sa fin.",
    ),
    "deputies": (
        "Deputy Speakers do not vote while presiding; no feed says when they do, so they count as without a vote.",
        "La vice-présidence ne vote pas en présidant; aucune source ne dit quand, elle compte donc comme n’ayant pas "
        "voté.",
    ),
    "calendar_days": (
        "Calendar days: no calendar of sittings is available yet. Milestones are readings and royal assent.",
        "Jours civils\u00a0: aucun calendrier des séances n’est conservé. Les étapes sont les lectures et la sanction.",
    ),
    "sponsors_by_name": (
        "Where LEGISinfo names the sponsor without an id, the member of that Parliament who has the name is meant; of "
        "older Parliaments bills are joined by the name without its honorific.",
        "Sans identifiant, il s’agit du membre de cette législature qui porte le nom; pour les législatures plus "
        "anciennes, les projets de loi sont regroupés selon le nom sans titre honorifique.",
    ),
    "caucus_then": (
        "The caucus on the day of introduction, which need not be the sponsor's caucus today.",
        "Le caucus du jour du dépôt, qui n’est pas forcément le caucus actuel du parrain.",
    ),
    "stale": (
        "ClickHouse does not answer; these are the last good figures.",
        "ClickHouse ne répond pas; ce sont les derniers chiffres valables.",
    ),
}


def figure(value: float | None, method: str, n: int) -> Figure:
    """A figure; NaN becomes null."""
    return Figure(None if value is None or math.isnan(value) else float(value), method, int(n))


def of_mean(found: Mean, method: str) -> Figure:
    """A mean as published."""
    return Figure(found.value, method, found.n)


def rate(count: int, n: int, method: str, everybody: float) -> Rate:
    """A share with its interval, compared with the share of everybody."""
    interval = wilson(count, n)
    low, high = interval or (None, None)
    return Rate(
        value=count / n if n else None,
        method=method,
        n=n,
        count=count,
        low=low,
        high=high,
        reliable=is_reliable(n),
        band=band(count, n, everybody),
    )


def methods(view: View, ids: Iterable[str]) -> list[MethodOut]:
    """The named methods, described in words."""
    found = [METHODS[name] for name in ids]
    return [MethodOut(method.id, view.text(method.en, method.fr), method.source) for method in found]


def exclusions(view: View, counts: dict[str, int]) -> list[Exclusion]:
    """What was left out, with 0 for reasons that did not occur."""
    return [Exclusion(view.coded(reason, *_REASONS[reason]), count) for reason, count in counts.items()]


def notes(view: View, names: Sequence[str], **values: int) -> list[Text]:
    """Sentences that belong to the figures."""
    return [view.text(*(text.format(**values) for text in NOTES[name])) for name in names]
