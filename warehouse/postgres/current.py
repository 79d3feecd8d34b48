"""One entity as it is now, whole, for those who change it."""

from typing import TypeVar

import msgspec

from warehouse.model.entities import Bill, Member, Provenance, Session, Vote
from warehouse.model.keys import bucket_of, entity_id
from warehouse.model.overrides import refs_of
from warehouse.postgres.aggregates import Aggregate, Incoming
from warehouse.postgres.pools import Database

Root = TypeVar("Root", Bill, Vote, Member, Session)
_FILE = "postgres/common/queries/current.sql"


def current(database: Database, aggregate: Aggregate[Root], struct: type[Root], key: str) -> Incoming[Root] | None:
    """The entity with all its parts and where it is from; None where there is none, or none any more."""
    parameters = {"bucket": bucket_of(key), "id": entity_id(aggregate.entity, key)}
    with database.connection() as connection:
        row = connection.execute(aggregate.statement("current", _FILE), parameters).fetchone()
    if row is None:
        return None
    state, source, url, sha256, fetched_at, refs = row
    provenance = Provenance(
        source=source, url=url, document_sha256=sha256, fetched_at=fetched_at, overrides=refs_of(refs)
    )
    return Incoming(msgspec.json.decode(state, type=struct), provenance)
