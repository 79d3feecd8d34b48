"""Relay and consumers: from the change logs through Kafka to the read models."""
