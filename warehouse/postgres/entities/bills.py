"""One bill from its shard: a prepared statement by primary key, no builder on the way."""

from uuid import UUID

import msgspec

from warehouse.model.entities import Bill, FormerSponsor, Publication, Stage
from warehouse.model.keys import bucket_of, entity_id
from warehouse.model.past import Past
from warehouse.model.stored import Stored, Withdrawn
from warehouse.postgres.connections.rows import Tail, columns_of, query, stored
from warehouse.postgres.entities import history, listed
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.sqlfiles import queries

_FILE = "postgres/shard/queries/read_bills.sql"
_COLUMNS = [
    field.name
    for field in msgspec.structs.fields(Bill)
    if field.name not in {"publications", "stages", "former_sponsors"}
]
_STAGE_COLUMNS = [field.name for field in msgspec.structs.fields(Stage)]
_publications = msgspec.json.Decoder(tuple[Publication, ...])
_former_sponsors = msgspec.json.Decoder(tuple[FormerSponsor, ...])


async def by_key(readers: Readers, key: str, past: Past | None = None) -> Stored[Bill] | Withdrawn | None:
    """The bill, without its stages as it is now and with them as it was; None when there is none."""
    if past is not None and past.version is not None:
        return (await listed.at_version(readers.catalog, "bill", Bill, [key], past.version)).get(key)
    if past is not None:
        return await history.at(readers.shard_of(key), "bill", Bill, key, past)
    text = query(
        _FILE, "by_id", columns=columns_of(Bill, without=("stages",), text=("former_sponsors", "publications"))
    )
    rows = await readers.shard_of(key).fetch(text, (bucket_of(key), entity_id("bill", key)))
    if not rows:
        return await history.withdrawn(readers.shard_of(key), "bill", key)
    row, count = rows[0], len(_COLUMNS)
    values = dict(zip(_COLUMNS, row, strict=False))
    former, publications = row[count : count + 2]
    bill = Bill(
        **values,
        former_sponsors=_former_sponsors.decode(former or b"[]"),
        publications=_publications.decode(publications),
    )
    return stored(bill, Tail._make(row[count + 2 :]))


async def stages(readers: Readers, key: str) -> list[Stage]:
    """The stages of a bill in Parliament's order."""
    text = query(_FILE, "stages", stages=columns_of(Stage))
    rows = await readers.shard_of(key).fetch(text, (bucket_of(key), entity_id("bill", key)))
    return [Stage(**dict(zip(_STAGE_COLUMNS, row, strict=True))) for row in rows]


async def key_of_id(readers: Readers, bill_id: UUID) -> str | None:
    """The key of a bill by its internal id, wherever it lives."""
    for shard in readers.shards:
        for (key,) in await shard.fetch(queries(_FILE)["key_of"], (bill_id,)):
            return str(key)
    return None


async def key_of_legisinfo_id(readers: Readers, legisinfo_id: int) -> str | None:
    """The key of a bill by LEGISinfo's id of it."""
    text = queries("postgres/catalog/queries/read_catalog.sql")["bill_by_legisinfo_id"]
    rows = await readers.catalog.fetch(text, {"id": legisinfo_id})
    return str(rows[0][0]) if rows else None
