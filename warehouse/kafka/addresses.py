"""The brokers' addresses, the client's credentials, and the error for unavailable brokers."""

from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from warehouse.runtime.errors import SettingInvalid, StoreUnavailable
from warehouse.runtime.settings import mask_url

_REQUEST_TIMEOUT_MS: Final = 15_000
_BOOTSTRAP_TIMEOUT_MS: Final = 10_000
_MECHANISMS: Final = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")
_OPTIONS: Final = ("mechanism", "tls", "ca")


def bootstrap(url: str) -> list[str]:
    """`kafka://host:port,host:port` as the client wants it."""
    return urlsplit(url).netloc.rpartition("@")[2].split(",")


def client_settings(url: str) -> dict[str, Any]:
    """The settings of every client, from `kafka://user:password@host:port,…?mechanism=…&tls=true&ca=FILE`.

    Without a user there is no authentication. The default of `mechanism` is SCRAM-SHA-512. Without `tls` nothing is
    encrypted. `ca` is the file of the authority that signed the brokers' certificates, if the system does not trust it.

    Raises:
        SettingInvalid: an option or mechanism is unknown.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if unknown := sorted(options.keys() - set(_OPTIONS)):
        raise _invalid(f"has the unknown option {unknown[0]}", f"The options are {', '.join(_OPTIONS)}.")
    mechanism = options.get("mechanism", _MECHANISMS[0])
    if mechanism not in _MECHANISMS:
        raise _invalid(f"has the mechanism {mechanism!r}", f"It must be one of {', '.join(_MECHANISMS)}.")
    if options.get("tls", "false") not in {"true", "false"}:
        raise _invalid("has a `tls` that is neither true nor false", "Write tls=true, or leave it out.")
    is_encrypted = options.get("tls") == "true"
    settings: dict[str, Any] = {
        "bootstrap_servers": bootstrap(url),
        "request_timeout_ms": _REQUEST_TIMEOUT_MS,
        "bootstrap_timeout_ms": _BOOTSTRAP_TIMEOUT_MS,
        "security_protocol": ("SASL_" if parts.username else "") + ("SSL" if is_encrypted else "PLAINTEXT"),
    }
    if parts.username:
        settings |= {
            "sasl_mechanism": mechanism,
            "sasl_plain_username": unquote(parts.username),
            "sasl_plain_password": unquote(parts.password or ""),
        }
    if options.get("ca"):
        settings["ssl_cafile"] = options["ca"]
    return settings


def _invalid(what: str, fix: str) -> SettingInvalid:
    return SettingInvalid(f"OPENPOLICY_KAFKA_URL {what}.", fix=fix)


def unavailable(url: str, error: Exception) -> StoreUnavailable:
    """The error of the client as one that names the next step."""
    return StoreUnavailable(
        f"Kafka at {mask_url(url)} failed: {type(error).__name__}: {error}",
        fix="Start it, or correct OPENPOLICY_KAFKA_URL, and the user and password in it.",
    )
