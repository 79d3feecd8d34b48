"""The brokers, which only these tests ask for; `make test-cluster` runs them. An installation that gets a shard."""

from tests.support.processes.resharding import growing
from tests.support.servers.kafka import brokers, kafka_url
from warehouse.runtime import logging

logging.configure(level="ERROR")
__all__ = ["brokers", "growing", "kafka_url"]
