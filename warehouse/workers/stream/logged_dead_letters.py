"""Dead letters of read models that read the change logs themselves: applied again, or dropped."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read, read_model_positions
from warehouse.postgres.log.read_model_positions import DeadLetter
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import ReadModel, open_read_model
from warehouse.workers.stream.apply import logs
from warehouse.workers.stream.batches import insert_or_park, row_of
from warehouse.workers.stream.replay import Replayed


def replay(dead_letters: Sequence[DeadLetter], settings: Settings, catalog: Database, shards: Shards) -> Replayed:
    """Apply dead letters again from their logs, and settle those that succeed. A newer revision that was applied
    meanwhile stays.

    Raises:
        StoreUnavailable: a store is unavailable; those not settled stay dead letters.
    """
    done = Replayed([], {})
    for name in dict.fromkeys(each.read_model for each in dead_letters):
        own = [each for each in dead_letters if each.read_model == name]
        with (
            read_model_positions.lead(catalog, name, wait=True),
            closing(open_read_model(name, settings, catalog)) as read_model,
        ):
            _replay(own, read_model, catalog, shards, done)
    return done


def _replay(
    dead_letters: Sequence[DeadLetter], read_model: ReadModel[Any], catalog: Database, shards: Shards, done: Replayed
) -> None:
    databases = logs(catalog, shards)
    found = {each: read.read_one(databases[each.log], each.seq) for each in dead_letters if each.log in databases}
    entries = [(each, entry) for each, entry in found.items() if entry is not None]
    rejected = insert_or_park(entries, lambda pair: row_of(pair[1], read_model.projected), read_model.insert)
    done.left.update({each.id: reason for (each, _), reason in rejected})
    done.left.update({each.id: "It is in no log any more." for each in dead_letters if found.get(each) is None})
    with catalog.connection() as connection:
        for each in dead_letters:
            if each.id not in done.left:
                read_model_positions.settle(connection, each)
                done.sent.append(each.id)


def drop(dead_letters: Sequence[DeadLetter], catalog: Database) -> list[str]:
    """Settle dead letters without applying them; returns their ids."""
    with catalog.connection() as connection:
        for each in dead_letters:
            read_model_positions.settle(connection, each)
    return [each.id for each in dead_letters]
