"""How alike members vote."""

from collections.abc import Collection
from functools import partial
from operator import methodcaller

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.canonical_paths import digits_of
from serving.core.answers.envelope import PersonRef
from serving.core.answers.links import API
from serving.core.answers.texts import View
from serving.core.http.errors import InvalidValue, NotFound
from serving.core.process.platform import Platform
from serving.statistics import coverage, of_pairs
from serving.statistics.figures import agreement
from serving.statistics.figures.frame import FigureTable, Single
from serving.statistics.request import APPLIED, JSON, Basis, StatisticsRequest, about, no_ballot_of, no_votes
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.agreement import FEWEST_SHARED, VARIANTS, Variant


class AgreementController(Controller):
    """Statistics of pairs of members."""

    path = "/api/v1/statistics"
    tags = ("statistics",)

    @get(
        "/agreement",
        operation_id="listAgreementOfMembers",
        summary="Members who vote alike / Membres qui votent de même",
        description=about(
            "The nearest and furthest pairs of a session, or of one member (`of`). Pairs that share too few divisions "
            "are left out.",
            "Les paires les plus proches et les plus éloignées d’une session, ou d’une personne (`of`). Les paires "
            "ayant trop peu de votes communs sont omises.",
        ),
    )
    async def list_agreement(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[FigureTable[agreement.PairOut]]:
        """Pairs from both ends."""
        asked = StatisticsRequest(platform, request)
        wanted, loaded, rows = await _loaded(asked)
        pairs, left = await asked.compute(agreement.pairs, loaded, wanted)
        return asked.table(agreement.PairOut, pairs, _basis(asked, loaded, left, rows))

    @get(
        "/agreement/matrix",
        operation_id="getAgreementMatrix",
        summary="Every pair of a session / Toutes les paires d’une session",
        description=about(
            "Counts, which add up over sessions.",
            "Des comptes, qui s’additionnent d’une session à l’autre.",
        ),
    )
    async def get_matrix(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Single[agreement.Matrix]]:
        """The counts of every pair."""
        asked = StatisticsRequest(platform, request, JSON)
        wanted, loaded, rows = await _loaded(asked)
        data, left = await asked.compute(agreement.matrix, loaded, wanted)
        return asked.single(data, _basis(asked, loaded, left, rows))

    @get(
        "/members/{person:str}/agreement",
        operation_id="getAgreementOfTwoMembers",
        summary="Two members compared / Deux membres comparés",
        description=about(
            "`with` is the other member. Over all sessions, or those named by `session`: agreement, divisions in which "
            "both cast a ballot, and those in which they differed.",
            "`with` est l’autre personne. Sur toutes les sessions, ou celles de `session`\u00a0: l’accord, les votes "
            "communs, et ceux où elles ont voté autrement.",
        ),
    )
    async def get_pair(
        self, person: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Single[of_pairs.PairOverSessions]]:
        """Two members over sessions."""
        asked = StatisticsRequest(platform, request, JSON)
        options = _pair_options(asked, person)
        sheets = await _sheets_of_both(asked, options)
        compared = [
            (loaded, result)
            for session, loaded in sheets.items()
            if (result := await asked.compute(partial(_compare, loaded, session, options, asked.view))) is not None
        ]
        names = await _names_of_both(asked, options, sheets.values())
        found = [result for _, result in compared]
        left = {"no_ballots": sum(each.no_ballots for each in found)}
        left |= {"applied": sum(each.applied for each in found)} if options.applied_once else {}
        data = of_pairs.over_sessions(*names, found, options.limit, f"{API}{options.rows}&agrees=false")
        return asked.single(
            data,
            Basis(
                methods=of_pairs.METHODS,
                exclusions=left,
                notes=("selection",),
                disputed=sum(division.disputed for loaded, _ in compared for division in loaded.sheet.divisions),
                rows=options.rows,
                watermark=max((loaded.watermark for loaded in sheets.values() if loaded.watermark), default=None),
                coverage=coverage.of_sheets([*sheets.values()], asked.view),
            ),
        )


class _PairOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The two members to compare, and how."""

    one: int
    other: int
    sessions: Collection[str] | None
    """Null for all sessions in which both voted."""
    variant: Variant
    applied_once: bool
    limit: int

    @property
    def rows(self) -> str:
        """Where the ballots are that the comparison counts."""
        chosen = f"&session={','.join(self.sessions)}" if self.sessions else ""
        return f"/members/{self.one}/ballots?with={self.other}{chosen}"


def _pair_options(asked: StatisticsRequest, person: str) -> _PairOptions:
    """The options of a comparison.

    Raises:
        RequestError: one of them cannot be used.
    """
    one, other = _person(person), asked.person("with")
    if other is None or other == one:
        raise InvalidValue(
            "Say `with` which other member, by PersonId, for example `with=89156`.",
            "Dites avec quelle autre personne (`with`), par PersonId, par exemple `with=89156`.",
            param="with",
        )
    options = _PairOptions(
        one=one,
        other=other,
        sessions=asked.sessions(),
        variant=asked.word("variant", VARIANTS, "all"),
        applied_once=asked.word("applied", APPLIED, "all") == "once",
        limit=asked.whole("limit", of_pairs.DEFAULT_LIMIT, 1, of_pairs.MAX_LIMIT),
    )
    asked.finish()
    return options


async def _sheets_of_both(asked: StatisticsRequest, options: _PairOptions) -> dict[str, LoadedSheet]:
    """The sheets of the chosen sessions in which both members cast ballots, by session.

    Raises:
        NotFound: there is no ballot of one of the two.
    """
    one, other = [
        await asked.read(("sessions", each), methodcaller("sessions_of", each, "commons"))
        for each in (options.one, options.other)
    ]
    if not one:
        raise no_ballot_of(options.one, "person")
    if not other:
        raise no_ballot_of(options.other, "with")
    return {
        session: await asked.read(("sheet", session, "commons"), methodcaller("sheet", session, "commons"))
        for session in one
        if session in other and (options.sessions is None or session in options.sessions)
    }


def _compare(loaded: LoadedSheet, session: str, options: _PairOptions, view: View) -> of_pairs.ComparedSession | None:
    """The two members in one session."""
    both = (options.one, options.other)
    return of_pairs.compare(loaded, session, both, options.variant, view, applied_once=options.applied_once)


async def _names_of_both(
    asked: StatisticsRequest, options: _PairOptions, sheets: Collection[LoadedSheet]
) -> tuple[PersonRef, PersonRef]:
    """Both members by name, as in the last sheet; without sheets, as in the list of all names."""
    names = [*sheets][-1].names if sheets else await asked.read("names", methodcaller("names"))
    return PersonRef(options.one, names.get(options.one, "")), PersonRef(options.other, names.get(options.other, ""))


def _person(text: str) -> int:
    """The PersonId in a path."""
    found = digits_of(text)
    if found is None:
        raise NotFound(
            "A member's id is a whole number.", "L’identifiant d’une personne est un nombre entier.", param="person"
        )
    return found


async def _loaded(asked: StatisticsRequest) -> tuple[agreement.AgreementOptions, LoadedSheet, str]:
    """The options of the request, the sheet to count, and the address of its rows."""
    session, chamber = asked.session(), asked.chamber()
    wanted = agreement.AgreementOptions(
        variant=asked.word("variant", VARIANTS, "all"),
        fewest=asked.whole("min_overlap", FEWEST_SHARED, FEWEST_SHARED, agreement.MOST_SHARED),
        limit=asked.whole("limit", 10, 1, agreement.MOST_RANKED),
        applied_once=asked.word("applied", APPLIED, "all") == "once",
        of=asked.person("of"),
    )
    asked.finish()
    loaded = await asked.read(("sheet", session, chamber), lambda facts: facts.sheet(session, chamber))
    if not loaded.sheet.divisions:
        raise no_votes(session, chamber)
    if wanted.of is not None and loaded.sheet.column(wanted.of) is None:
        raise NotFound(
            f"There are no ballots of person {wanted.of} in session {session}.",
            f"Aucun vote de la personne {wanted.of} à la session {session} n’est disponible.",
            param="of",
        )
    return wanted, loaded, f"/votes?session={session}&chamber={chamber}"


def _basis(asked: StatisticsRequest, loaded: LoadedSheet, left: dict[str, int], rows: str) -> Basis:
    return Basis(
        methods=agreement.METHODS,
        exclusions=left,
        notes=("selection",),
        disputed=sum(division.disputed for division in loaded.sheet.divisions),
        rows=rows,
        watermark=loaded.watermark,
        coverage=coverage.of_sheet(loaded, asked.view),
    )
