"""Long-running loops that move facts: the change log into Kafka and the read models."""
