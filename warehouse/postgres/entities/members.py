"""One member from the catalog, with every riding and caucus they sat for."""

from uuid import UUID

import msgspec

from warehouse.model.entities import Identifier, Member, Membership, Office
from warehouse.model.keys import bucket_of, entity_id
from warehouse.model.past import Past
from warehouse.model.stored import Stored, Withdrawn
from warehouse.postgres.connections.rows import Tail, columns_of, query, stored
from warehouse.postgres.entities import history, listed
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.sqlfiles import queries

_FILE = "postgres/catalog/queries/read_members.sql"
_PLAIN = [
    field.name
    for field in msgspec.structs.fields(Member)
    if field.name not in {"other_names", "identifiers", "offices", "memberships"}
]
_names = msgspec.json.Decoder(tuple[str, ...])
_identifiers = msgspec.json.Decoder(tuple[Identifier, ...])
_offices = msgspec.json.Decoder(tuple[Office, ...])
_memberships = msgspec.json.Decoder(tuple[Membership, ...])


async def by_key(readers: Readers, key: str, past: Past | None = None) -> Stored[Member] | Withdrawn | None:
    """The member; None when there is none."""
    if past is not None and past.version is not None:
        return (await listed.at_version(readers.catalog, "member", Member, [key], past.version)).get(key)
    if past is not None:
        return await history.at(readers.catalog, "member", Member, key, past)
    columns = columns_of(Member, without=("memberships",), text=("other_names", "identifiers", "offices"))
    text = query(_FILE, "by_id", columns=columns)
    rows = await readers.catalog.fetch(text, (bucket_of(key), entity_id("member", key)))
    if not rows:
        return await history.withdrawn(readers.catalog, "member", key)
    row, count = rows[0], len(_PLAIN)
    member = Member(
        **dict(zip(_PLAIN, row, strict=False)),
        other_names=_names.decode(row[count]),
        identifiers=_identifiers.decode(row[count + 1]),
        offices=_offices.decode(row[count + 2]),
        memberships=_memberships.decode(row[count + 3]),
    )
    return stored(member, Tail._make(row[count + 4 :]))


async def key_of_id(readers: Readers, member_id: UUID) -> str | None:
    """The key of a member by the internal id."""
    rows = await readers.catalog.fetch(queries(_FILE)["key_of"], (member_id,))
    return str(rows[0][0]) if rows else None
