"""Where Kafka is: read from a URL, refused where it is none."""

import pytest

from warehouse.kafka.addresses import bootstrap, client_settings, unavailable
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


def test_user_password_and_encryption_are_in_the_url() -> None:
    assert client_settings("kafka://a:9092")["security_protocol"] == "PLAINTEXT"
    found = client_settings("kafka://me:p%40ss@a:9092,b:9092")
    assert found["bootstrap_servers"] == ["a:9092", "b:9092"]
    assert (found["security_protocol"], found["sasl_mechanism"]) == ("SASL_PLAINTEXT", "SCRAM-SHA-512")
    assert (found["sasl_plain_username"], found["sasl_plain_password"]) == ("me", "p@ss")
    found = client_settings("kafka://me:p@a:9092?mechanism=PLAIN&tls=true&ca=/etc/kafka/ca.pem")
    assert (found["security_protocol"], found["sasl_mechanism"]) == ("SASL_SSL", "PLAIN")
    assert found["ssl_cafile"] == "/etc/kafka/ca.pem"
    assert client_settings("kafka://a:9092?tls=true")["security_protocol"] == "SSL"


@pytest.mark.parametrize("query", ["mechanism=GSSAPI", "mechanism=", "tls=yes", "password=x"])
def test_an_option_that_is_not_known_is_refused(query: str) -> None:
    with pytest.raises(SettingInvalid, match="OPENPOLICY_KAFKA_URL"):
        client_settings(f"kafka://me:p@a:9092?{query}")


def test_a_broker_that_refuses_us_is_named_without_the_password() -> None:
    error = unavailable("kafka://me:hidden@a:9092", ValueError("Authentication failed for kafka://me:hidden@a:9092"))
    assert "hidden" not in str(error)
    assert "OPENPOLICY_KAFKA_URL" in str(error)
