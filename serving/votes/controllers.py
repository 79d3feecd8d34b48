"""Addresses under `/api/v1/votes`."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.addresses import move, session_of, uuid_of, vote_at
from serving.core.answers import Answer, AnyRequest, one, require_format, view_of
from serving.core.errors import NotFound
from serving.core.exchange import exchange_of
from serving.core.platform import Platform
from serving.core.shapes import One
from serving.votes.schemas import VoteOut, vote_out
from warehouse.postgres import read_votes


class VoteController(Controller):
    """Recorded votes of a chamber."""

    path = "/api/v1/votes"
    tags = ("votes",)

    @get("/{session:str}", include_in_schema=False)
    async def find_vote(
        self, session: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[None]:
        """A vote by its internal id, or the votes of a session, at their canonical address."""
        exchange = exchange_of(request.scope)
        vote_id = uuid_of(session)
        if vote_id is None:
            exchange.query = f"session={session_of(session)}" + (f"&{exchange.query}" if exchange.query else "")
            move(exchange, "/votes")
        key = await read_votes.key_of_id(platform.readers, vote_id)
        if key is None:
            raise NotFound("There is no vote with this id here.")
        move(exchange, f"/votes/{key}")

    @get("/{session:str}/{number:str}", include_in_schema=False)
    async def find_commons_vote(
        self, session: FromPath[str], number: FromPath[str], request: AnyRequest
    ) -> Answer[None]:
        """`45-1/43` is the House's."""
        exchange = exchange_of(request.scope)
        move(exchange, "/votes/" + vote_at(exchange, session, "commons", number))

    @get(
        "/{session:str}/{chamber:str}/{number:str}",
        operation_id="getVote",
        summary="One recorded vote / Un vote par appel nominal",
        description="With its totals, announced and counted. / Avec les totaux annoncés et comptés.",
    )
    async def get_vote(
        self,
        session: FromPath[str],
        chamber: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[One[VoteOut]]:
        """One recorded vote with its totals."""
        exchange = exchange_of(request.scope)
        view = view_of(platform, exchange)
        require_format(exchange, ("json",))
        key = vote_at(exchange, session, chamber, number)
        stamp = platform.versions.of_sharded(key)
        stored = await read_votes.by_key(platform.readers, key)
        if stored is None:
            raise NotFound(f"There is no vote {key} here.")
        return one(stamp, stored, vote_out(stored, view), view)
