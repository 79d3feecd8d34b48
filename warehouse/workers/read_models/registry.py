"""The read models, by name. One generic loop keeps each of them up to date."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.model.read_models.facts import SessionTotals
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.bill_statistics import open_bill_statistics
from warehouse.workers.read_models.facts import open_facts
from warehouse.workers.read_models.lists import open_lists
from warehouse.workers.read_models.search import open_search

Row = TypeVar("Row")


class ReadModel(Protocol[Row]):
    """One read model. Its name is that of its consumer group, `openpolicy.<name>`, and of its positions in the logs."""

    name: str
    whole: bool
    """Entries come with a vote's ballots in their state."""

    def projected(self, entry: LogEntry) -> Row | None:
        """The row of a change; None if the read model does not need it. Pure.

        Raises:
            BadEvent, ValueError, msgspec.MsgspecError: the change can never give a row.
        """

    def insert(self, rows: Sequence[Row]) -> None:
        """Apply one batch; durable when it returns. An older or equal revision of an entity changes nothing.

        Raises:
            RowRefused: a row can never be applied; possibly none was.
            StoreUnavailable: the store is unavailable; the batch comes again.
        """

    def rebuild(self, batches: Iterable[Sequence[LogEntry]]) -> int:
        """Rebuild from the newest change of every entity, next to the old rows, and swap without interrupting readers.
        Returns the number of rows."""

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """The revision that readers see now of every entity: entity → key → revision."""

    def close(self) -> None:
        """Close what was opened."""


@runtime_checkable
class CatalogReadModel(Protocol):
    """A read model in the catalog itself: rows and positions are committed together."""

    def insert_within(self, connection: Connection, rows: Sequence[Any]) -> None:
        """Apply one batch within a transaction of the catalog.

        Raises:
            RowRefused: a row can never be applied; none was, and the transaction can continue.
        """


@runtime_checkable
class SelfExamining(Protocol):
    """A read model that can find further problems, besides wrong revisions, in its rows."""

    def problems(self) -> list[str]:
        """Contradictions within it, one line each."""


@runtime_checkable
class Totalling(Protocol):
    """A read model of votes with their ballots, whose sums can be compared with those of the shards."""

    def totals(self) -> dict[str, SessionTotals]:
        """Sums over the votes that readers see, by session."""


class Registered(msgspec.Struct, frozen=True):
    """How a read model is opened, and whether the settings ask for it."""

    open: Callable[[Settings, Database], ReadModel[Any]]
    """With the settings and the catalog."""
    is_configured: Callable[[Settings], bool] = lambda _settings: True
    takes_turns: bool = False
    """Several processes of its consumer group may write, one at a time; otherwise only the leader."""


READ_MODELS: dict[str, Registered] = {
    "lists": Registered(open_lists, takes_turns=True),
    "bill_statistics": Registered(open_bill_statistics),
    "search": Registered(open_search, lambda settings: bool(settings.search_url)),
    "facts": Registered(open_facts, is_configured=lambda settings: bool(settings.clickhouse_url)),
}
"""All read models. One without a URL for its store is not kept."""
RENAMED: Final = {"tallies": "bill_statistics"}
"""Former names of read models, which dead letters in Kafka may still have."""


def group_of(name: str) -> str:
    """The consumer group of a read model."""
    return f"openpolicy.{name}"


def configured(settings: Settings) -> list[str]:
    """The read models that the settings ask for."""
    return [name for name, registered in READ_MODELS.items() if registered.is_configured(settings)]


def select_read_models(name: str, settings: Settings) -> list[str]:
    """The read models with a name: one of them, or `all` that the settings ask for.

    Raises:
        SettingInvalid: there is none of this name, or its store has no URL.
    """
    known = configured(settings)
    if name == "all":
        return known
    if name in RENAMED:
        raise SettingInvalid(f"The consumer {name!r} was renamed.", fix=f"Use its new name, {RENAMED[name]}.")
    if name not in READ_MODELS:
        raise SettingInvalid(
            f"There is no consumer {name!r}.", fix=f"It must be one of {', '.join(READ_MODELS)}, or all."
        )
    if name not in known:
        raise SettingInvalid(f"The store of {name} has no URL.", fix="`openpolicy settings` shows which are set.")
    return [name]


def open_read_model(name: str, settings: Settings, catalog: Database) -> ReadModel[Any]:
    """Open a read model by its name."""
    return READ_MODELS[name].open(settings, catalog)
