"""The votes of a bill: an address below the bill's, served by this service because it has the data."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.canonical_paths import bill_at
from serving.core.answers.envelope import Many
from serving.core.entities.past import past_of, present
from serving.core.http.exchange import exchange_of
from serving.core.lists.versioned_list import versioned_list
from serving.core.process.platform import Platform
from serving.votes.filters import VOTES_OF_BILL
from serving.votes.schemas import VoteOut, vote_out
from warehouse.model.entities import Vote
from warehouse.model.read_models.selection import Condition
from warehouse.postgres.entities import bills


class BillVotesController(Controller):
    """Votes by bill."""

    path = "/api/v1/bills"
    tags = ("bills",)

    @get(
        "/{session:str}/{number:str}/votes",
        operation_id="listVotesOfBill",
        summary="The votes on a bill / Les votes sur un projet de loi",
        description="Amendments, closure and stages alike: never add their yeas together. "
        "/ Amendements, clôture et étapes\u00a0: n’additionnez jamais leurs voix.",
    )
    async def list_votes(
        self,
        session: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[Many[VoteOut]]:
        """A page of the votes that name a bill."""
        exchange = exchange_of(request.scope)
        key = bill_at(exchange, session, number, "/votes")
        past = past_of(platform, exchange, "")
        past = past if past is not None and past.version is not None else None
        await present(platform, await bills.by_key(platform.readers, key, past), ("bill", key), past)
        fixed = (Condition("bill", "eq", (key,)),)
        return await versioned_list(platform, request, VOTES_OF_BILL, Vote, VoteOut, out=vote_out, fixed=fixed)
