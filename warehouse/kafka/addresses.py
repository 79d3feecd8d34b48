"""Where the brokers are, and the one error for when they are away."""

from urllib.parse import urlsplit

from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import mask_url

REQUEST_TIMEOUT_MS = 15_000
BOOTSTRAP_TIMEOUT_MS = 10_000


def bootstrap(url: str) -> list[str]:
    """`kafka://host:port,host:port` as the client wants it."""
    return urlsplit(url).netloc.rpartition("@")[2].split(",")


def unavailable(url: str, error: Exception) -> StoreUnavailable:
    """The error a person can act on."""
    return StoreUnavailable(
        f"Kafka at {mask_url(url)} did not do what was asked: {type(error).__name__}: {error}",
        fix="Start it, or correct OPENPOLICY_KAFKA_URL.",
    )
