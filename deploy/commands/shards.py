"""`openpolicy shards`: lists shards, adds one, and moves buckets while everything runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from assets.progress import Progress
from deploy.local.attached import databases, found_stores
from deploy.local.folder import named_folder
from deploy.local.supervisor import Say
from warehouse.model.keys import BUCKETS
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.migrate import create_database, migrate_shard
from warehouse.postgres.roles import LOADER
from warehouse.postgres.shards import bucket_fences as gates
from warehouse.postgres.shards import moves
from warehouse.postgres.shards import placement as shard_facts
from warehouse.postgres.shards.placement import Placement
from warehouse.postgres.shards.shard_map import Shards, jump_hash
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import Settings, mask_url
from warehouse.workers.upkeep.reshard import Mover, Resharded


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """An added shard, and the next step."""

    shard: str
    database: str
    """Its URL without the password."""
    planned: int
    """Number of buckets planned to move to it."""
    next: str


def placement(data_dir: Path | None, settings: Settings, say: Say) -> Placement:
    """The rows of each shard, and the open moves."""
    with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, shards):
        return shard_facts.read(catalog, shards)


def add(url: str | None, data_dir: Path | None, settings: Settings, say: Say) -> Added:
    """Make a database the next shard and plan which buckets move to it. Idempotent.

    Without a URL the embedded server gets one more database.

    Raises:
        SettingInvalid: the database is a shard already, is not the next one, or has other data.
    """
    is_embedded = named_folder(data_dir) is not None or not (settings.catalog_url and settings.shard_urls)
    if url is None and not is_embedded:
        raise SettingInvalid(
            "No database named.", fix="Set OPENPOLICY_NEW_SHARD_URL to its URL, then `openpolicy shards add`."
        )
    with found_stores(data_dir, settings, say) as found, databases(found) as (catalog, shards):
        number = moves.known_shards(catalog)
        target = url or urlunsplit(urlsplit(found.shard_urls[0])._replace(path=f"/shard_{number}"))
        create_database(target)
        database = Database(target)
        try:
            said = _number_of(database, catalog, shards)
            if said is not None and said < number:
                number, planned = said, sum(move.target == said for move in moves.open_moves(catalog))
            else:
                _require_next(target, number, found.shard_urls)
                planned = _add(database, number, catalog)
        finally:
            database.close()
    where = (
        "`openpolicy stop` and `openpolicy run`"
        if is_embedded
        else "append its URL to OPENPOLICY_SHARD_URLS of every process and restart them"
    )
    return Added(
        shard=f"shard_{number}",
        database=mask_url(target),
        planned=planned,
        next=f"Make it known to every process: {where}. Then run `openpolicy shards move`.",
    )


def _number_of(database: Database, catalog: Database, shards: Shards) -> int | None:
    """The shard number of a database; None if it is no shard yet. Migrates it to this version.

    Raises:
        SettingInvalid: it is the catalog or one of the first shards, or has other data.
    """
    identity = gates.identity_of(database)
    if identity == gates.identity_of(catalog):
        raise SettingInvalid(f"{mask_url(database.url)} is the catalog.", fix="Name a new database.")
    migrate_shard(database.url)
    said = gates.number_of(database)
    if said is not None:
        return said
    for number, known in enumerate(shards.databases):
        if identity == gates.identity_of(known) and shards.map.buckets_of(number):
            raise SettingInvalid(f"{mask_url(database.url)} is shard_{number} already.", fix="Name a new database.")
    if not gates.is_new(database):
        raise SettingInvalid(f"{mask_url(database.url)} holds data.", fix="Name a new database.")
    return None


def _require_next(url: str, number: int, urls: Sequence[str]) -> None:
    """A shard's number is its position in OPENPOLICY_SHARD_URLS, so an added one must come next."""
    if len(urls) < number:
        raise SettingInvalid(
            f"OPENPOLICY_SHARD_URLS lists {len(urls)} shards, there are {number}.", fix="List all of them, in order."
        )
    if len(urls) > number and urls[number] != url:
        raise SettingInvalid(
            f"OPENPOLICY_SHARD_URLS lists {mask_url(urls[number])} as shard_{number}.", fix="Add that one first."
        )


def _add(database: Database, number: int, catalog: Database) -> int:
    """Number the database and plan the moves of jump hashing with one more shard."""
    if gates.number_of(database) is None:
        gates.set_number(database, number)
    buckets = [bucket for bucket in range(BUCKETS) if jump_hash(bucket, number + 1) == number]
    return moves.add_shard(catalog, number, buckets)


def move(
    choice: tuple[Sequence[int], int | None],
    data_dir: Path | None,
    settings: Settings,
    limits: tuple[float, float],
    *,
    progress: Progress,
    say: Say,
) -> Resharded:
    """Complete the open moves, or plan and complete moves of chosen buckets to a shard.

    `limits` are the grace and the patience of `Mover`, in seconds.
    """
    buckets, target = choice
    with found_stores(data_dir, settings, say) as found, databases(found) as (catalog, shards):
        if target is not None:
            if not 0 <= target < len(shards.databases):
                raise SettingInvalid(f"There is no shard_{target}.", fix="`openpolicy shards list` shows them.")
            moves.plan(catalog, buckets, target)
        waiting = [each for each in moves.open_moves(catalog) if not buckets or each.bucket in buckets]
        mover = Mover(catalog, shards, grace_s=limits[0], patience_s=limits[1])
        shown = _Steps(progress, sum(each.state != "switched" for each in waiting), len(waiting))
        try:
            return mover.run(buckets or None, shown.switched, shown.deleted)
        finally:
            progress.done()


class _Steps:
    """Progress in two tasks: buckets that get another owner, then buckets whose former rows are deleted."""

    def __init__(self, progress: Progress, to_switch: int, to_delete: int) -> None:
        self._progress, self._to_delete = progress, to_delete
        self._left = to_switch
        if to_switch:
            progress.start("Moving buckets", to_switch)
        else:
            self._start_deleting()

    def switched(self) -> None:
        """One more bucket has another owner."""
        self._progress.advance()
        self._left -= 1
        if self._left == 0:
            self._progress.done()
            self._start_deleting()

    def _start_deleting(self) -> None:
        self._progress.start("Deleting old copies", self._to_delete)

    def deleted(self) -> None:
        """One more bucket was deleted at its source."""
        self._progress.advance()


def as_json(found: Placement) -> dict[str, Any]:
    """The facts for `--json`."""
    built: dict[str, Any] = msgspec.to_builtins(found)
    shards = [{"shard": each.pop("shard"), **each.pop("rows"), **each} for each in built["shards"]]
    return {**built, "shards": shards}
