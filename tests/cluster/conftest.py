"""The brokers, which only these tests ask for; `make test-cluster` runs them."""

from tests.support.kafka import brokers, kafka_url
from warehouse.runtime import logging

logging.configure(level="ERROR")
__all__ = ["brokers", "kafka_url"]
