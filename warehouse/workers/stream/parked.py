"""Changes that a sink could not take when it read the change logs itself: applied again, or dropped."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read, sink_positions
from warehouse.postgres.log.sink_positions import DeadLetter
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import Sink, open_sink
from warehouse.workers.stream.apply import logs
from warehouse.workers.stream.batches import insert_or_park, row_of
from warehouse.workers.stream.replay import Replayed


def replay(parked: Sequence[DeadLetter], settings: Settings, catalog: Database, shards: Shards) -> Replayed:
    """Apply parked changes from their logs and settle those that are taken. Newer revisions were applied meanwhile
    and stay: an older one changes nothing.

    Raises:
        StoreUnavailable: a store is away; what was not settled stays parked.
    """
    done = Replayed([], {})
    for name in dict.fromkeys(each.sink for each in parked):
        own = [each for each in parked if each.sink == name]
        with sink_positions.lead(catalog, name, wait=True), closing(open_sink(name, settings, catalog)) as sink:
            _replay(own, sink, catalog, shards, done)
    return done


def _replay(parked: Sequence[DeadLetter], sink: Sink[Any], catalog: Database, shards: Shards, done: Replayed) -> None:
    databases = logs(catalog, shards)
    found = {each: read.read_one(databases[each.log], each.seq) for each in parked if each.log in databases}
    entries = [(each, entry) for each, entry in found.items() if entry is not None]
    unfit = insert_or_park(entries, lambda pair: row_of(pair[1], sink.projected), sink.insert)
    done.left.update({each.id: reason for (each, _), reason in unfit})
    done.left.update({each.id: "It is in no log any more." for each in parked if found.get(each) is None})
    with catalog.connection() as connection:
        for each in parked:
            if each.id not in done.left:
                sink_positions.settle(connection, each)
                done.sent.append(each.id)


def drop(parked: Sequence[DeadLetter], catalog: Database) -> list[str]:
    """Settle parked changes without applying them; returns their ids."""
    with catalog.connection() as connection:
        for each in parked:
            sink_positions.settle(connection, each)
    return [each.id for each in parked]
