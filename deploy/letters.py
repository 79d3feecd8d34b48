"""What `openpolicy dlq` does."""

from collections.abc import Sequence
from pathlib import Path

from deploy.load import found_stores
from deploy.local.attached import databases
from deploy.local.supervisor import Say
from deploy.stream import require_kafka
from warehouse.kafka.dead_letters import settle, unsettled
from warehouse.kafka.producer import Producer
from warehouse.model.letters import Letter
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import Settings
from warehouse.workers.project import logs
from warehouse.workers.replay import Replayed
from warehouse.workers.replay import replay as send_again


def waiting(kafka_url: str) -> list[Letter]:
    """Every letter that waits, oldest first."""
    return list(unsettled(kafka_url).values())


def chosen(kafka_url: str, ids: Sequence[str], *, everything: bool) -> list[Letter]:
    """The letters of these ids.

    Raises:
        SettingInvalid: an id is not known, or neither ids nor all letters are asked for.
    """
    if bool(ids) == everything:
        raise SettingInvalid("Which letters?", fix="Name them as `openpolicy dlq list` shows them, or say --all.")
    letters = unsettled(kafka_url)
    if unknown := [name for name in ids if name not in letters]:
        raise SettingInvalid(f"There is no dead letter {unknown[0]}.", fix="Look with `openpolicy dlq list`.")
    return [letters[name] for name in ids] if ids else list(letters.values())


def replay(ids: Sequence[str], data_dir: Path | None, settings: Settings, say: Say, *, everything: bool) -> Replayed:
    """Send letters again and settle them."""
    kafka_url = require_kafka(settings)
    letters = chosen(kafka_url, ids, everything=everything)
    with found_stores(data_dir, settings, say) as found, databases(found) as (catalog, shards):
        return send_again(letters, logs(catalog, shards), kafka_url)


def drop(kafka_url: str, ids: Sequence[str], *, everything: bool) -> list[str]:
    """Settle letters; returns their ids."""
    letters = chosen(kafka_url, ids, everything=everything)
    with Producer(kafka_url) as producer:
        settle(producer, letters)
    return [letter.id for letter in letters]
