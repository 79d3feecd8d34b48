"""Addresses under `/api/v1/votes`."""

from functools import partial

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, answer_one, require_format
from serving.core.answers.canonical_paths import move, session_of, uuid_of, vote_at
from serving.core.answers.envelope import Many, One
from serving.core.entities.history import DESCRIPTION, RevisionOut, history
from serving.core.entities.past import asked_of, included_with, past_of, pinned, present, stamp_of
from serving.core.http.errors import NotFound
from serving.core.http.exchange import Exchange, exchange_of
from serving.core.lists.ballots import BallotOut, ballot_out
from serving.core.lists.listing import ListRequest, ListVersion
from serving.core.lists.versioned_list import versioned_list
from serving.core.process.platform import Platform
from serving.votes.filters import BALLOTS, PAST_BALLOTS, VOTES
from serving.votes.schemas import VoteOut, vote_out
from warehouse.model.entities import Vote
from warehouse.model.keys import bucket_of, entity_id
from warehouse.model.past import Past
from warehouse.postgres.entities import past_ballots, votes
from warehouse.postgres.lists import pages


class VoteController(Controller):
    """Recorded votes of a chamber."""

    path = "/api/v1/votes"
    tags = ("votes",)

    @get(
        "/",
        operation_id="listVotes",
        summary="Recorded votes / Votes par appel nominal",
        description="Newest first. / Le plus récent d’abord.",
    )
    async def list_votes(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Many[VoteOut]]:
        """A page of votes."""
        return await versioned_list(platform, request, VOTES, Vote, VoteOut, out=vote_out)

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
        key = await votes.key_of_id(platform.readers, vote_id)
        if key is None:
            raise NotFound("There is no vote with this id.", "Aucun vote n’a cet identifiant.")
        move(exchange, f"/votes/{key}")

    @get("/{session:str}/{number:str}", include_in_schema=False)
    async def find_commons_vote(
        self, session: FromPath[str], number: FromPath[str], request: AnyRequest
    ) -> Answer[None]:
        """Redirect `45-1/43` to the House's vote."""
        exchange = exchange_of(request.scope)
        number, pin = pinned(number)
        move(exchange, f"/votes/{vote_at(exchange, session, 'commons', number, pin)}{pin}")

    @get("/{session:str}/{number:str}/ballots", include_in_schema=False)
    async def find_commons_ballots(
        self, session: FromPath[str], number: FromPath[str], request: AnyRequest
    ) -> Answer[None]:
        """Redirect the ballots of `45-1/43` to those of the House's vote."""
        exchange = exchange_of(request.scope)
        number, pin = pinned(number)
        move(exchange, f"/votes/{vote_at(exchange, session, 'commons', number, f'{pin}/ballots')}{pin}/ballots")

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
        number, pin = pinned(number)
        asked = asked_of(platform, exchange, pin, of="vote")
        require_format(exchange, ("json",))
        key = vote_at(exchange, session, chamber, number, pin)
        stamp = stamp_of(asked.past, platform.versions.of_sharded(key), asked.lists)
        read = await votes.by_key(platform.readers, key, asked.past)
        stored = await present(platform, read, ("vote", key), asked.past)
        included = await included_with(platform, asked, stored)
        return answer_one(stamp, stored, vote_out(stored, asked.view), asked.view, asked.past, included=included)

    @get(
        "/{session:str}/{chamber:str}/{number:str}/history",
        operation_id="listHistoryOfVote",
        summary="How a vote's record changed / L’historique d’un vote",
        description=DESCRIPTION,
    )
    async def list_history(
        self,
        session: FromPath[str],
        chamber: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[Many[RevisionOut]]:
        """A page of a vote's revisions."""
        exchange = exchange_of(request.scope)
        key = vote_at(exchange, session, chamber, number, "/history")
        stamp = platform.versions.of_sharded(key)
        return await history(platform, exchange, ("vote", key), platform.readers.shard_of(key), stamp)

    @get(
        "/{session:str}/{chamber:str}/{number:str}/ballots",
        operation_id="listBallotsOfVote",
        summary="Every ballot of a vote / Le vote de chaque député",
        description="By name. A member without a recorded position has no ballot. "
        "/ Par nom. Un député sans position inscrite n’y figure pas.",
    )
    async def list_ballots(
        self,
        session: FromPath[str],
        chamber: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[Many[BallotOut]]:
        """A page of the ballots of one revision of a vote."""
        exchange = exchange_of(request.scope)
        number, pin = pinned(number)
        key = vote_at(exchange, session, chamber, number, f"{pin}/ballots")
        if (past := past_of(platform, exchange, pin)) is not None:
            return await _past_ballots(platform, exchange, key, past)
        scope = {"bucket": bucket_of(key), "vote_id": entity_id("vote", key)}
        shard = platform.readers.shard_of(key)
        while True:
            stamp = platform.versions.of_sharded(key)
            stored = await present(platform, await votes.by_key(platform.readers, key), ("vote", key), None)
            moment = ListVersion(prefix="r", number=stored.revision, oldest=stored.revision, made_at=stored.recorded_at)
            asked = ListRequest(platform, exchange, BALLOTS, moment, scope=scope)
            found = await asked.find(partial(pages.page, shard), partial(pages.count, shard))
            if pages.revisions(found[0]) <= {stored.revision}:
                break  # the vote was corrected between the two reads: read both again
        items = [ballot_out(each, asked.view) for each in pages.ballots(found[0], stored)]
        return asked.answer(stamp, BallotOut, items, found)


async def _past_ballots(platform: Platform, exchange: Exchange, key: str, past: Past) -> Answer[Many[BallotOut]]:
    """A page of the ballots that a vote once had. Cursors stay with one revision, which never changes."""
    stamp = stamp_of(past, platform.versions.of_sharded(key))
    stored = await present(platform, await votes.by_key(platform.readers, key, past), ("vote", key), past)
    token = None if past.version is None else platform.snapshots.token(past.version, past.made_at)
    moment = ListVersion(prefix="r", number=stored.revision, made_at=stored.recorded_at, snapshot=token)
    asked = ListRequest(platform, exchange, PAST_BALLOTS, moment, scope={"key": key, "revision": stored.revision})
    shard = platform.readers.shard_of(key)
    found = await asked.find(partial(past_ballots.page, shard), partial(past_ballots.count, shard))
    items = [ballot_out(each, asked.view) for each in pages.ballots(found[0], stored)]
    return asked.answer(stamp, BallotOut, items, found, (stored, past))
