"""Loading a whole Parliament: the first time, and again when nothing has changed."""

import sys

import msgspec

from deploy.local.system.children import child_environment
from tests.benchmarks.harness import parliament
from tests.benchmarks.harness.installation import Installation
from tests.benchmarks.harness.processes import Cost, run
from tests.benchmarks.harness.tables import Table

_ENTITIES = (
    "bills", "bill_stages", "votes", "ballots", "members", "memberships", "sessions", "ballot_runs",
    "bill_list", "vote_list", "member_list", "change_log", "bucket_versions",
)  # fmt: skip
_GOALS = {"first": (45.0, 1024.0), "again": (8.0, 1024.0)}


class Written(msgspec.Struct, frozen=True):
    """What the databases have written since they were made."""

    rows: int
    """In the tables of entities, lists and logs, each insert, update and delete."""
    log_entries: int
    registers: int
    """In the registers of documents, loads and findings: when something was last looked at is written down."""


def measure(installed: Installation) -> list[Table]:
    """Load twice into an empty installation; the second time must write nothing."""
    with parliament.upstream(installed.folder) as url:
        first, first_server = _ingest(installed, url, "first")
        after_first = written(installed)
        installed.settle()
        again, again_server = _ingest(installed, url, "again")
        after_again = written(installed)
    rows = after_again.rows - after_first.rows
    entries = after_again.log_entries - after_first.log_entries
    assert (rows, entries) == (0, 0), f"an unchanged load wrote {rows} rows and {entries} log entries"
    table = Table(
        f"Loading {parliament.description()}",
        ["load", "wall s", "CPU s of it", "peak MiB", "PostgreSQL CPU s", "rows written", "log entries", "goal", ""],
    )
    table.add(
        "first",
        *_columns("first", first, first_server),
        str(after_first.rows),
        str(after_first.log_entries),
        *_verdict("first", first),
    )
    table.add(
        "again, unchanged", *_columns("again", again, again_server), str(rows), str(entries), *_verdict("again", again)
    )
    table.note(f"Held: {holdings(installed)}.")
    table.note(
        "The load is `openpolicy ingest`, a process of its own, measured with its start. An unchanged load asks for "
        f"every document again and notes that it did: {after_again.registers - after_first.registers} rows in the "
        "registers of documents and loads, none in tables of entities."
    )
    return [table]


def _ingest(installed: Installation, url: str, name: str) -> tuple[Cost, float]:
    """One load in a process of its own: its cost, and the CPU seconds of the database server meanwhile."""
    variables = installed.environment | {"OPENPOLICY_LEGISINFO_URL": url, "OPENPOLICY_OURCOMMONS_URL": url}
    command = [sys.executable, "-m", "deploy.cli", "ingest", "--json"]
    before = installed.cpu()
    cost = run(command, child_environment(variables), installed.folder / f"ingest-{name}.log")
    return cost, installed.cpu() - before


def _columns(name: str, cost: Cost, server: float) -> list[str]:
    return [f"{cost.wall_s:.1f}", f"{cost.cpu_s:.1f}", f"{cost.peak_mib:.0f}", f"{server:.1f}"]


def _verdict(name: str, cost: Cost) -> list[str]:
    if not parliament.is_recorded():
        return ["–", ""]
    seconds, mib = _GOALS[name]
    held = cost.wall_s <= seconds and cost.peak_mib <= mib
    return [f"≤ {seconds:.0f} s, ≤ {mib:.0f} MiB", "held" if held else "MISSED"]


def written(installed: Installation) -> Written:
    """What the statistics of every table say was written, and the length of the logs."""
    everywhere = (installed.catalog_url, *installed.shard_urls)
    counts = installed.ask("select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables", everywhere)
    entries = installed.ask("select count(*) from change_log", everywhere)
    return Written(
        rows=sum(count for name, count in counts if name in _ENTITIES),
        log_entries=sum(count for (count,) in entries),
        registers=sum(count for name, count in counts if name not in _ENTITIES),
    )


def holdings(installed: Installation) -> str:
    """How much is stored."""
    counts = installed.ask("select (select count(*) from bills), (select count(*) from votes), count(*) from ballots")
    bills, votes, ballots = (sum(column) for column in zip(*counts, strict=True))
    return f"{bills:,} bills, {votes:,} votes, {ballots:,} ballots"
