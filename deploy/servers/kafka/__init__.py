"""Kafka brokers in KRaft mode on this machine: `python -m deploy.servers.kafka start --brokers 3`."""
