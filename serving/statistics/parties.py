"""Caucuses over a period."""

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers import Answer, AnyRequest
from serving.core.fields import party
from serving.core.platform import Platform
from serving.statistics import coverage, of_parties
from serving.statistics.asked import COMMON, Asked, Basis, no_votes
from serving.statistics.frames import Table
from warehouse.model.codes import CAUCUSES
from warehouse.statistics.loaded import LoadedTallies


class PartyController(Controller):
    """Statistics of caucuses."""

    path = "/api/v1/statistics"
    tags = ("statistics",)

    @get(
        "/parties",
        operation_id="listStatisticsOfParties",
        summary="Cohesion of caucuses / Cohésion des caucus",
        description=COMMON + "Over a session, or over `all`. Recorded divisions are a selection of decisions.",
    )
    async def list_parties(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Table[of_parties.PartyOut]]:
        """Cohesion of every caucus over a period."""
        asked = Asked(platform, request)
        loaded, basis = await _tallied(asked, of_parties.COHESION_METHODS)
        return asked.table(of_parties.PartyOut, await asked.compute(of_parties.parties, loaded, asked.view), basis)

    @get(
        "/parties/agreement",
        operation_id="listAgreementOfParties",
        summary="Agreement of caucuses / Concordance des caucus",
        description=COMMON + "How often two caucuses have the same line, and their members vote alike.",
    )
    async def list_party_pairs(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Table[of_parties.PartyPairOut]]:
        """Every two caucuses over a period."""
        asked = Asked(platform, request)
        loaded, basis = await _tallied(asked, of_parties.PAIR_METHODS)
        pairs = await asked.compute(of_parties.party_pairs, loaded, asked.view)
        return asked.table(of_parties.PartyPairOut, pairs, basis)

    @get(
        "/free-votes",
        operation_id="listFreeVotes",
        summary="Free votes, declared or suspected / Votes libres, annoncés ou présumés",
        description=COMMON + "A label with its evidence; dissent is counted all the same.",
    )
    async def list_free_votes(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Table[of_parties.FreeVoteRow]]:
        """The labels of a period."""
        asked = Asked(platform, request)
        loaded, basis = await _tallied(asked, of_parties.FREE_VOTE_METHODS)
        rows = await asked.compute(of_parties.free_vote_rows, loaded, asked.view)
        return asked.table(of_parties.FreeVoteRow, rows, basis)

    @get(
        "/splits",
        operation_id="listSplitCaucuses",
        summary="Votes in which a caucus split / Votes où un caucus s’est divisé",
        description=COMMON + "One row a division and caucus with members on both sides, the largest minority first.",
    )
    async def list_splits(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Table[of_parties.SplitRow]]:
        """The splits of a period."""
        asked = Asked(platform, request)
        caucus = asked.text("caucus")
        words = None if caucus is None else frozenset(CAUCUSES.code_or_text(word) for word in party("caucus", caucus))
        fewest = asked.whole("min_minority", 1, 1, 500)
        loaded, basis = await _tallied(asked, of_parties.SPLIT_METHODS)
        rows = await asked.compute(of_parties.split_rows, loaded, words, fewest, asked.view)
        return asked.table(of_parties.SplitRow, rows, basis)


async def _tallied(asked: Asked, methods: tuple[str, ...]) -> tuple[LoadedTallies, Basis]:
    """The tallies of the period asked for, and what their figures rest on."""
    session, chamber = asked.session(or_all=True), asked.chamber()
    asked.finish()
    loaded = await asked.read(("tallies", session, chamber), lambda facts: facts.tallies(session, chamber))
    if not loaded.divisions:
        raise no_votes(session, chamber)
    rows = "/votes?" + ("" if session == "all" else f"session={session}&") + f"chamber={chamber}"
    basis = Basis(
        methods=methods, exclusions=of_parties.left_out(loaded.tallies), notes=("selection",),
        disputed=sum(division.disputed for division in loaded.divisions), rows=rows, watermark=loaded.watermark,
        coverage=coverage.of_tallies(loaded, session, asked.view),
    )  # fmt: skip
    return loaded, basis
