"""Caucuses over a period."""

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.parameters.values import party
from serving.core.process.platform import Platform
from serving.statistics import coverage
from serving.statistics.figures import parties
from serving.statistics.figures.frame import FigureTable
from serving.statistics.request import Basis, StatisticsRequest, about, no_votes
from warehouse.model.vocabulary.codes import CAUCUSES
from warehouse.statistics.inputs import LoadedTallies


class PartyController(Controller):
    """Statistics of caucuses."""

    path = "/api/v1/statistics"
    tags = ("statistics",)

    @get(
        "/parties",
        operation_id="listStatisticsOfParties",
        summary="Cohesion of caucuses / Cohésion des caucus",
        description=about(
            "Over a session, or over `all`. Recorded divisions are a selection of decisions.",
            "D’une session, ou de toutes (`all`). Les votes par appel nominal ne sont qu’une partie des décisions.",
        ),
    )
    async def list_parties(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[FigureTable[parties.PartyOut]]:
        """Cohesion of every caucus over a period."""
        asked = StatisticsRequest(platform, request)
        loaded, basis = await _tallied(asked, parties.COHESION_METHODS)
        return asked.table(parties.PartyOut, await asked.compute(parties.parties, loaded, asked.view), basis)

    @get(
        "/parties/agreement",
        operation_id="listAgreementOfParties",
        summary="Agreement of caucuses / Concordance des caucus",
        description=about(
            "How often two caucuses have the same line, and their members vote alike.",
            "À quelle fréquence deux caucus ont la même ligne, et leurs membres votent de même.",
        ),
    )
    async def list_party_pairs(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[FigureTable[parties.PartyPairOut]]:
        """Every two caucuses over a period."""
        asked = StatisticsRequest(platform, request)
        loaded, basis = await _tallied(asked, parties.PAIR_METHODS)
        pairs = await asked.compute(parties.party_pairs, loaded, asked.view)
        return asked.table(parties.PartyPairOut, pairs, basis)

    @get(
        "/free-votes",
        operation_id="listFreeVotes",
        summary="Free votes, declared or suspected / Votes libres, annoncés ou présumés",
        description=about(
            "A label with its evidence; dissent is counted all the same.",
            "Une qualification avec ses preuves; la dissidence est comptée quand même.",
        ),
    )
    async def list_free_votes(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[FigureTable[parties.FreeVoteRow]]:
        """The labels of a period."""
        asked = StatisticsRequest(platform, request)
        loaded, basis = await _tallied(asked, parties.FREE_VOTE_METHODS)
        rows = await asked.compute(parties.free_vote_rows, loaded, asked.view)
        return asked.table(parties.FreeVoteRow, rows, basis)

    @get(
        "/splits",
        operation_id="listSplitCaucuses",
        summary="Votes in which a caucus split / Votes où un caucus s’est divisé",
        description=about(
            "One row a division and caucus with members on both sides, the largest minority first.",
            "Une ligne par vote et caucus ayant des membres des deux côtés, la plus grande minorité d’abord.",
        ),
    )
    async def list_splits(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[FigureTable[parties.SplitRow]]:
        """The splits of a period."""
        asked = StatisticsRequest(platform, request)
        caucus = asked.text("caucus")
        words = None if caucus is None else frozenset(CAUCUSES.code_or_text(word) for word in party("caucus", caucus))
        fewest = asked.whole("min_minority", 1, 1, 500)
        loaded, basis = await _tallied(asked, parties.SPLIT_METHODS)
        rows = await asked.compute(parties.split_rows, loaded, words, fewest, asked.view)
        return asked.table(parties.SplitRow, rows, basis)


async def _tallied(asked: StatisticsRequest, methods: tuple[str, ...]) -> tuple[LoadedTallies, Basis]:
    """The tallies of the requested period, and the basis of their figures."""
    session, chamber = asked.session(or_all=True), asked.chamber()
    asked.finish()
    loaded = await asked.read(("tallies", session, chamber), lambda facts: facts.tallies(session, chamber))
    if not loaded.divisions:
        raise no_votes(session, chamber)
    rows = "/votes?" + ("" if session == "all" else f"session={session}&") + f"chamber={chamber}"
    basis = Basis(
        methods=methods,
        exclusions=parties.left_out(loaded.tallies),
        notes=("selection",),
        disputed=sum(division.disputed for division in loaded.divisions),
        rows=rows,
        watermark=loaded.watermark,
        coverage=coverage.of_tallies(loaded, session, asked.view),
    )
    return loaded, basis
