"""Kafka: topics, producer, consumer. The only package that knows its client; what an event means is in the model."""
