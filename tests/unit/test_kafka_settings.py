"""Where Kafka is: read from a URL, refused where it is none."""

import pytest

from warehouse.kafka.addresses import bootstrap
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import read_settings


def test_several_brokers_are_one_url() -> None:
    settings = read_settings({"OPENPOLICY_KAFKA_URL": "kafka://a:9092,b:9092,c:9092"})
    assert bootstrap(settings.kafka_url) == ["a:9092", "b:9092", "c:9092"]


def test_unset_means_none() -> None:
    assert read_settings({}).kafka_url == ""


def test_another_scheme_is_refused() -> None:
    with pytest.raises(SettingInvalid, match="OPENPOLICY_KAFKA_URL"):
        read_settings({"OPENPOLICY_KAFKA_URL": "a:9092"})
