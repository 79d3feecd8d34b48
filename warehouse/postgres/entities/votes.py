"""One vote from its shard, without its ballots."""

from uuid import UUID

import msgspec

from warehouse.model.entities import CaucusCount, Vote
from warehouse.model.keys import bucket_of, entity_id
from warehouse.model.past import Past
from warehouse.model.stored import Stored, Withdrawn
from warehouse.postgres.connections.rows import Tail, columns_of, query, stored
from warehouse.postgres.entities import history, listed
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.sqlfiles import queries

_FILE = "postgres/shard/queries/read_votes.sql"
_COLUMNS = [field.name for field in msgspec.structs.fields(Vote) if field.name not in {"ballots", "caucuses"}]
_caucuses = msgspec.json.Decoder(tuple[CaucusCount, ...])


async def by_key(readers: Readers, key: str, past: Past | None = None) -> Stored[Vote] | Withdrawn | None:
    """The vote without its ballots; None when there is none."""
    if past is not None and past.version is not None:
        return (await listed.at_version(readers.catalog, "vote", Vote, [key], past.version)).get(key)
    if past is not None:
        return await history.at(readers.shard_of(key), "vote", Vote, key, past)
    text = query(_FILE, "by_id", columns=columns_of(Vote, without=("ballots",), text=("caucuses",)))
    rows = await readers.shard_of(key).fetch(text, (bucket_of(key), entity_id("vote", key)))
    if not rows:
        return await history.withdrawn(readers.shard_of(key), "vote", key)
    row, count = rows[0], len(_COLUMNS)
    vote = Vote(**dict(zip(_COLUMNS, row, strict=False)), caucuses=_caucuses.decode(row[count] or b"[]"))
    return stored(vote, Tail._make(row[count + 1 :]))


async def key_of_id(readers: Readers, vote_id: UUID) -> str | None:
    """The key of a vote by its internal id, wherever it lives."""
    for shard in readers.shards:
        for (key,) in await shard.fetch(queries(_FILE)["key_of"], (vote_id,)):
            return str(key)
    return None
