"""The events of a new kind go through real Kafka, in the topic that its entry names."""

from pathlib import Path

import pytest

from tests.integration.new_kind.test_new_kind import events, report_of

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]


def test_a_new_kind_has_its_topic_on_the_brokers(kafka_url: str, own_database_urls: list[str], tmp_path: Path) -> None:
    found = report_of(own_database_urls, tmp_path, kafka_url)
    assert found["topics"][0] == ["petition.events", 2, 14]
    assert found["events"] == events()
