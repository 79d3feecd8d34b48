"""`openpolicy status`: running servers, stored data and progress on one screen."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from deploy.local.attached import databases, running_settings
from deploy.local.folder import DataFolder
from deploy.local.system import processes
from deploy.terminal.invocation import runnable
from deploy.terminal.output import age, print_table
from warehouse.model.kinds import shard_tables
from warehouse.model.quality import HeldBack
from warehouse.postgres.status import StoreStatus, read_status
from warehouse.runtime.clock import now
from warehouse.runtime.settings import Settings
from warehouse.workers.stream.lag import StreamStatus, read_stream

_SHOWN = 20


def collect(folder: DataFolder | None, settings: Settings) -> dict[str, Any]:
    """Collect the facts about a data folder and its servers or, without one, about the stores that the environment
    names."""
    facts: dict[str, Any] = {"state": "external", "servers": [], "stores": None, "stream": None, "down": []}
    instance = folder.read() if folder else None
    if folder is not None and instance is not None:
        servers = [_server(server) for server in instance.servers]
        facts |= {
            "data_dir": str(folder.path),
            "source": instance.source,
            "version": instance.version,
            "started_at": instance.started_at,
            "servers": servers,
            "state": instance.state if any(server["running"] for server in servers) else "stopped",
            "is_watched": folder.is_watched(),
            "run_command": instance.run_command,
            "down": [server.name for server in instance.ended()],
            "next_step": folder.next_step(instance),
        }
        found = running_settings(folder)
        if found is None:
            return facts
        if "postgres" in facts["down"]:  # nothing below can be read
            return facts
        settings = found
    with databases(settings) as (catalog, shards):
        stream = read_stream(settings, catalog, shards)
        stores = read_status(catalog, shards)
        if stream.source == "kafka":  # positions of read models from before Kafka was set are outdated
            stores = msgspec.structs.replace(
                stores, positions=[each for each in stores.positions if each.reader == "relay"]
            )
        facts |= {"stores": stores, "stream": stream}
    return facts


def _server(server: Any) -> dict[str, Any]:
    return {
        "name": server.name,
        "pid": server.process.pid,
        "address": server.address,
        "running": processes.is_alive(server.process),
        "restarts": server.restarts,
        "trouble": server.trouble,
        "started_at": dt.datetime.fromtimestamp(server.process.started, dt.UTC).isoformat(timespec="seconds"),
    }


def show(facts: dict[str, Any]) -> None:
    """Print the facts as tables, starting with what is missing."""
    stores: StoreStatus | None = facts["stores"]
    if stores is not None:
        _show_held_back(stores.held_back)
    if "data_dir" in facts:
        print(f"{facts['data_dir']}: {facts['state']}, source {facts['source']}, version {facts['version']}")
    if facts["servers"]:
        _show_servers(facts)
    elif facts["state"] == "stopped":
        print(runnable(f"Start it with {facts['run_command']}."))
    if stores is not None:
        _show_stores(stores)
    stream: StreamStatus | None = facts["stream"]
    if stream is not None:
        _show_stream(stream)


def _show_servers(facts: dict[str, Any]) -> None:
    print_table(
        "Servers",
        ("name", "state", "pid", "restarts", "address"),
        [
            (
                server["name"],
                "running" if server["running"] else "ended",
                str(server["pid"]),
                server["restarts"],
                server["address"],
            )
            for server in facts["servers"]
        ],
    )
    for server in facts["servers"]:
        if server["trouble"]:
            print(f"{server['name']} ended by itself, last at {server['trouble']}")
    if facts["down"]:
        print(runnable(f"Down: {', '.join(facts['down'])}. {facts['next_step']}"))
    elif not facts["is_watched"]:
        print(runnable(f"Servers that end are not restarted. {facts['next_step']}"))


def _show_held_back(held_back: Sequence[HeldBack]) -> None:
    """Print what is missing, why, and what to do."""
    for each in held_back[:_SHOWN]:
        print(runnable(each.line))
    if len(held_back) > _SHOWN:
        print(runnable(f"Held back: {len(held_back) - _SHOWN} more; `openpolicy quality` names them."))


def _show_stores(stores: StoreStatus) -> None:
    print_table(
        f"Sources ({stores.dataset or 'nothing loaded yet'})",
        ("source", "loaded", "checked", "sessions", "records", "quarantined", "documents", "not yet", "broken"),
        [
            (
                source.source,
                _age(source.loaded_at),
                _age(source.checked_at),
                source.sessions,
                source.records,
                source.quarantined,
                source.documents,
                source.missing,
                source.broken,
            )
            for source in stores.sources
        ],
    )
    print_table(
        "Shards",
        ("shard", *shard_tables(), "log entries"),
        [(shard.shard, *shard.rows.values(), shard.log) for shard in stores.shards],
    )
    print_table(
        "Positions in the change logs",
        ("reader", "log", "position", "applied", "waiting", "lag (s)"),
        [
            (item.reader, item.log, f"{item.xid}/{item.seq}", item.applied, item.waiting, item.lag_s)
            for item in stores.positions
        ],
    )
    for title, counts in (("Open findings", stores.findings), ("Quarantine", stores.quarantine)):
        if counts:
            print_table(title, ("about", "rule", "open"), [(item.about, item.rule, item.open) for item in counts])
        else:
            print(f"{title}: none")


def _show_stream(stream: StreamStatus) -> None:
    print_table(
        f"Read models of the {'logs by Kafka' if stream.source == 'kafka' else 'change logs'}",
        ("read model", "waiting", "lag (s)", "dead letters"),
        [(each.name, each.waiting, each.lag_s, each.dead_letters) for each in stream.consumers],
    )
    partitions = [partition for each in stream.consumers for partition in each.partitions]
    if partitions:
        print_table(
            "Partitions",
            ("group", "partition", "committed", "end", "lag"),
            [
                (
                    each.group,
                    f"{each.topic}/{each.partition}",
                    "never" if each.committed is None else each.committed,
                    each.end,
                    each.lag,
                )
                for each in partitions
            ],
        )
    if stream.why:
        print(f"Kafka did not report the position of its consumers: {stream.why}")
    print(f"Oldest unprocessed event: {age(stream.oldest_unprocessed_s) if stream.oldest_unprocessed_s else 'none'}")


def _age(instant: dt.datetime | None) -> str:
    return age((now() - instant).total_seconds()) if instant else "never"


def as_json(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts for `--json`."""
    stores = msgspec.to_builtins(facts["stores"])
    if stores is not None:
        stores["shards"] = [{"shard": each["shard"], **each["rows"], "log": each["log"]} for each in stores["shards"]]
    stream: StreamStatus | None = facts["stream"]
    told = None
    if stream is not None:
        told = msgspec.to_builtins(stream) | {"oldest_unprocessed_s": stream.oldest_unprocessed_s}
    return {**facts, "stores": stores, "stream": told}
