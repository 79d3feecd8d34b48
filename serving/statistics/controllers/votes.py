"""The breakdown of one vote."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.canonical_paths import vote_at
from serving.core.http.errors import NotFound
from serving.core.process.platform import Platform
from serving.statistics.figures import votes
from serving.statistics.figures.frame import Single
from serving.statistics.request import JSON, Basis, StatisticsRequest, about


class VoteStatisticsController(Controller):
    """Statistics of one vote."""

    path = "/api/v1/statistics"
    tags = ("statistics",)

    @get(
        "/votes/{session:str}/{chamber:str}/{number:str}",
        operation_id="getStatisticsOfVote",
        summary="A vote by caucus, province and side / Un vote par caucus, province et camp",
        description=about(
            "With the cohesion and line of each caucus and who voted otherwise.",
            "Avec la cohésion et la ligne de chaque caucus, et qui a voté autrement.",
        ),
    )
    async def get_vote(
        self,
        session: FromPath[str],
        chamber: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[Single[votes.VoteStatistics]]:
        """The breakdown of one division."""
        asked = StatisticsRequest(platform, request, JSON)
        asked.finish()
        key = vote_at(asked.exchange, session, chamber, number, base="/statistics/votes")
        loaded = await asked.read_vote(key)
        if loaded is None:
            raise NotFound(f"There is no vote {key}.", f"Introuvable\u00a0: le vote {key}.")
        data = votes.vote_statistics(loaded, asked.view)
        left = {"casting_ballots": int((loaded.sheet.casting != 0).sum()), "broken_pairs": loaded.sheet.broken_pairs}
        notes = ["eligible", "deputies", *(["doubtful_house"] if loaded.sheet.doubtful[0] else [])]
        return asked.single(
            data,
            Basis(
                methods=votes.METHODS,
                exclusions=left,
                notes=notes,
                disputed=int(data.disputed),
                rows=f"/votes/{key}/ballots",
                watermark=loaded.watermark,
            ),
        )
