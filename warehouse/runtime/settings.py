"""One frozen struct of settings, read once from the environment. A store's URL that is unset means embedded."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.masking import mask_url as mask_url  # noqa: PLC0414 (for those who take it from here)

PREFIX = "OPENPOLICY_"
LEGISINFO_URL = "https://www.parl.ca"
OURCOMMONS_URL = "https://www.ourcommons.ca"

_SCHEMES = {
    "catalog_url": ("postgresql",),
    "shard_urls": ("postgresql",),
    "dagster_url": ("postgresql",),
    "kafka_url": ("kafka",),
    "redis_url": ("redis", "rediss", "unix"),
    "clickhouse_url": ("http", "https"),
    "objects_url": ("file", "s3"),
    "search_url": ("tantivy", "http", "https"),
    "legisinfo_url": ("http", "https"),
    "ourcommons_url": ("http", "https"),
}
_WITHOUT_HOST = ("file", "tantivy", "unix", "s3")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BALLOT_FORMATS = ("csv", "xml")
_HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
WINDOW_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_WINDOW = re.compile(r"[1-9][0-9]{0,8}/(" + "|".join(WINDOW_SECONDS) + ")")
_CONTACT = re.compile(r"(mailto:[^\s@,]+@[^\s@,]+|https://[^\s,]+|tel:[-+0-9.()]+)")
_NUMBERS = {
    "cache_mb": (1, 65_536),
    "api_workers": (1, 1024),
    "api_connections": (0, 100_000),
    "deadline_ms": (100, 600_000),
    "drain_s": (0, 600),
    "stop_s": (1, 600),
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything is. Each field is the variable `OPENPOLICY_<FIELD>`."""

    catalog_url: str = ""
    shard_urls: tuple[str, ...] = ()
    """One database URL a shard, separated by commas; their order is the shard number."""
    dagster_url: str = ""
    dagster_hosts: tuple[str, ...] = ()
    """Further names by which browsers call the Dagster UI, as `dagster.example.org`, separated by commas."""
    kafka_url: str = ""
    """`kafka://host:port,host:port`; unset, what follows the change logs reads them itself."""
    redis_url: str = ""
    clickhouse_url: str = ""
    """`http(s)://user:password@host:port/database`; `openpolicy run` starts one where it is unset."""
    objects_url: str = ""
    search_url: str = ""
    """`tantivy:/folder`, or the address of an Elasticsearch cluster. Unset: nothing is indexed and nothing searched."""
    legisinfo_url: str = LEGISINFO_URL
    ourcommons_url: str = OURCOMMONS_URL
    cursor_secret: str = ""
    """Signs list cursors; every process that serves the same data needs the same one."""
    ballot_format: str = "csv"
    log_level: str = "INFO"
    cache_mb: int = 64
    """How much memory one API process may fill with encoded answers."""
    api_workers: int = 1
    """How many API processes share the connections of a PostgreSQL server; `openpolicy serve --workers` sets it."""
    api_services: tuple[str, ...] = ()
    """The services that an API process has, by name, separated by commas; unset: all. `openpolicy serve --service` sets
    it."""
    api_connections: int = 0
    """Connections that all API processes together may hold at one PostgreSQL server; 0: what its `max_connections`
    leaves when loaders, relay, consumers and Dagster have theirs."""
    metrics_dir: str = ""
    """A folder in which several API processes keep their counts, so that `/metrics` of any answers for all of them;
    `openpolicy serve --workers` makes one."""

    deadline_ms: int = 2_000
    """Milliseconds that a request may take, what it waits for included; streams, and what waits for changes, take as
    long as they do."""
    drain_s: int = 0
    """Seconds after SIGTERM for which an API process still answers while `/ready` says no: as long as what distributes
    requests takes to hear of it."""
    stop_s: int = 10
    """Seconds after that in which requests that are being answered may end; then the process is killed."""

    rate_limit: tuple[str, ...] = ()
    """How many requests one caller may make, as `60/minute,1000/hour`: all of them hold. Unset: any number."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks, as `10.0.0.0/8`, whose `X-Forwarded-For` is believed, separated by commas."""

    security_contact: tuple[str, ...] = ()
    """Whom to tell of a vulnerability, as `mailto:` or `https:` addresses separated by commas: what
    `/.well-known/security.txt` says. Unset: that address is not found."""

    def masked(self) -> dict[str, object]:
        """The settings for people to read: no password and no secret in them."""
        shown: dict[str, object] = {}
        for name, value in msgspec.structs.asdict(self).items():
            if name == "cursor_secret":
                shown[name] = "***" if value else ""
            elif isinstance(value, tuple):
                shown[name] = [mask_url(part) if name.endswith("_urls") else part for part in value]
            else:
                shown[name] = mask_url(value) if name.endswith("_url") else value
        return shown


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every `OPENPOLICY_…` variable.

    Raises:
        SettingInvalid: a value is not allowed; the message names the variable and what it may be.
    """
    environment = os.environ if environment is None else environment
    given: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        variable = PREFIX + field.name.upper()
        text = environment.get(variable, "").strip()
        if text:
            given[field.name] = _value(field.name, variable, text)
    return msgspec.convert(given, Settings)


def _value(name: str, variable: str, text: str) -> object:
    if name in _SCHEMES:
        urls = tuple(part.strip() for part in text.split(",")) if name == "shard_urls" else (text,)
        for url in urls:
            _require_url(name, variable, url)
        return urls if name == "shard_urls" else text.rstrip("/")
    if name == "dagster_hosts":
        hosts = tuple(part.strip() for part in text.split(","))
        if not all(_HOST.fullmatch(host) for host in hosts):
            raise SettingInvalid(f"{variable} is {text!r}.", fix="It must be names of hosts, separated by commas.")
        return hosts
    readers = {
        "rate_limit": _windows,
        "trusted_proxies": _networks,
        "api_services": _names,
        "security_contact": _contacts,
    }
    if name in readers:
        return readers[name](variable, text)
    allowed_words = {"ballot_format": _BALLOT_FORMATS, "log_level": _LOG_LEVELS}.get(name)
    if allowed_words is not None and text not in allowed_words:
        raise SettingInvalid(f"{variable} is {text!r}.", fix=f"It must be one of {', '.join(allowed_words)}.")
    if name in _NUMBERS:
        least, most = _NUMBERS[name]
        if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
            raise SettingInvalid(f"{variable} is {text!r}.", fix=f"It must be a whole number from {least} to {most}.")
        return int(text)
    return text


def _names(_variable: str, text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _contacts(variable: str, text: str) -> tuple[str, ...]:
    contacts = _names(variable, text)
    if not all(_CONTACT.fullmatch(contact) for contact in contacts):
        raise SettingInvalid(
            f"{variable} is {text!r}.", fix="It must be as mailto:security@example.org or https://…, with commas."
        )
    return contacts


def _windows(variable: str, text: str) -> tuple[str, ...]:
    windows = tuple(part.strip() for part in text.split(","))
    units = [window.rpartition("/")[2] for window in windows]
    if not all(_WINDOW.fullmatch(window) for window in windows) or len(set(units)) < len(units):
        raise SettingInvalid(
            f"{variable} is {text!r}.",
            fix=f"It must be as 60/minute,1000/hour; units are {', '.join(WINDOW_SECONDS)}, each at most once.",
        )
    return windows


def _networks(variable: str, text: str) -> tuple[str, ...]:
    networks = tuple(part.strip() for part in text.split(","))
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise SettingInvalid(
                f"{variable} has {network!r}.", fix="It must be addresses or networks as 10.0.0.0/8, with commas."
            ) from None
    return networks


def _require_url(name: str, variable: str, url: str) -> None:
    """Refuse what a driver could not read: its own error would show the password.

    Raises:
        SettingInvalid: the scheme is another one, or the rest is no address.
    """
    scheme = url.partition(":")[0]
    if scheme not in _SCHEMES[name]:
        allowed = " or ".join(f"{scheme}://…" for scheme in _SCHEMES[name])
        shown = mask_url(url) if "://" in url else f"{scheme}:…" if ":" in url else "no URL"
        raise SettingInvalid(f"{variable} is {shown!r}.", fix=f"It must be {allowed}.")
    if scheme in _WITHOUT_HOST:
        return
    try:
        userinfo, _, hosts = urlsplit(url).netloc.rpartition("@")
    except ValueError:
        userinfo, hosts = "", ""
    readable = all(_HOST.fullmatch(host) for host in hosts.split(",")) if hosts else scheme == "postgresql"
    if not readable or userinfo.count(":") > 1 or _BROKEN_PERCENT.search(url) or "@" in url.partition("@")[2]:
        raise SettingInvalid(
            f"{variable} is not a valid URL.",  # without the value: where its password ends is unknown
            fix="Percent-encode user name and password: @ is %40, / is %2F, : is %3A, comma is %2C, % is %25.",
        )


def file_url_path(url: str) -> Path:
    """The folder of a `file:` URL."""
    return Path(unquote(urlsplit(url).path))
