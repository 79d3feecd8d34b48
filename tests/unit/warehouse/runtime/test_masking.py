"""Passwords in URLs, also in those that were written wrongly, are in no text of ours."""

import json

import pytest

from warehouse.runtime import logging
from warehouse.runtime.errors import SettingInvalid, StoreUnavailable
from warehouse.runtime.masking import mask_text, mask_url
from warehouse.runtime.settings import Settings, read_settings

URLS = [
    "postgresql://me:hidden@db:5432/catalog",
    "postgresql://me:hid/hidden@db/catalog",
    "postgresql://me:hid@hidden@db/catalog",
    "postgresql://me:hid#hidden?x@db/catalog",
    "postgresql://db/catalog?user=me&password=hidden",
    "redis://:hidden@127.0.0.1:6379/0",
    "kafka://me:hidden@a:9092,b:9092",
    "http://me:hidden@[::1]:8123/openpolicy",
    "http://me:hidden@[::1:8123",
    "me:hidden@db/catalog",
]


@pytest.mark.parametrize("url", URLS)
def test_a_url_is_shown_without_its_password(url: str) -> None:
    assert "hidden" not in mask_url(url)
    assert "***" in mask_url(url)


@pytest.mark.parametrize(
    "url", ["postgresql://db/catalog", "file:///var/lib/x", "http://a:8100/members@v2", "tantivy:/a"]
)
def test_what_has_no_password_stays(url: str) -> None:
    assert mask_text(url) == url


def test_a_text_keeps_all_but_passwords() -> None:
    text = 'from postgresql://me:hidden@db/a to "redis://:hidden@h/0", see https://example.org:8000/bills/45-1/C-3@v2'
    assert mask_text(text) == (
        'from postgresql://me:***@db/a to "redis://:***@h/0", see https://example.org:8000/bills/45-1/C-3@v2'
    )


def test_errors_and_logs_mask_what_drivers_say(capsys: pytest.CaptureFixture[str]) -> None:
    said = 'missing "=" after "postgresql+psycopg://me:hidden@db/a" in connection info string'
    error = StoreUnavailable(said, fix="Correct postgresql://me:hidden@db/a.")
    assert "hidden" not in f"{error} {error.args} {error.message} {error.fix}"
    logging.configure()
    try:
        raise ValueError(said)
    except ValueError:
        logging.get_logger("tests").exception("it failed", url="http://me:hidden@h/x")
    shown = capsys.readouterr().err
    assert "hidden" not in shown
    assert "me:***@db/a" in json.loads(shown)["exception"]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("catalog_url", "postgresql://me:hid/hidden@db/catalog"),
        ("catalog_url", "postgresql://me:hid%hidden@db/catalog"),
        ("catalog_url", "postgresql://me:hid:hidden@db/catalog"),
        ("catalog_url", "postgresql+psycopg://me:hidden@db/catalog"),
        ("catalog_url", "postgresql://me:hidden@db:port/catalog"),
        ("shard_urls", "postgresql://me:a@db/0,postgresql://me:hidden,x@db/1"),
        ("redis_url", "redis://:hid@hidden@h/0"),
        ("clickhouse_url", "http://me:hidden@[::1"),
        ("search_url", "http://me:hidden@"),
    ],
)
def test_a_url_that_no_driver_could_read_is_refused_without_showing_it(name: str, url: str) -> None:
    variable = f"OPENPOLICY_{name.upper()}"
    with pytest.raises(SettingInvalid) as refused:
        read_settings({variable: url})
    assert variable in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_urls_that_drivers_read_are_taken() -> None:
    given = {
        "OPENPOLICY_CATALOG_URL": "postgresql://me:p%40ss%2F%25@a:5432,b:5433/catalog?target_session_attrs=read-write",
        "OPENPOLICY_SHARD_URLS": "postgresql://me@[::1]:5432/shard_0, postgresql:///shard_1?host=/run/postgresql",
        "OPENPOLICY_REDIS_URL": "unix:///run/redis.sock",
        "OPENPOLICY_KAFKA_URL": "kafka://a:9092,b:9092",
        "OPENPOLICY_OBJECTS_URL": "s3://bucket",
        "OPENPOLICY_DAGSTER_HOSTS": "dagster.example.org, dagster.example.org:8443",
    }
    settings = read_settings(given)
    assert settings.shard_urls[1] == "postgresql:///shard_1?host=/run/postgresql"
    assert settings.dagster_hosts == ("dagster.example.org", "dagster.example.org:8443")
    assert settings.masked()["dagster_hosts"] == ["dagster.example.org", "dagster.example.org:8443"]
    with pytest.raises(SettingInvalid, match="OPENPOLICY_DAGSTER_HOSTS"):
        read_settings({"OPENPOLICY_DAGSTER_HOSTS": "https://dagster.example.org"})


def test_no_setting_that_may_hold_a_secret_is_shown_as_it_is() -> None:
    secret = {name: "x://me:hidden@h/a" for name in Settings.__struct_fields__ if name.endswith("_url")}
    settings = Settings(shard_urls=("x://me:hidden@h/a",), cursor_secret="hidden", **secret)  # type: ignore[arg-type]
    assert "hidden" not in str(settings.masked())
