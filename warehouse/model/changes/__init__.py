"""A change of an entity: what differs, what is a correction, the event, its topic, the change feed, dead letters.

Not here: how the log is stored (`warehouse.postgres.log`) or sent (`warehouse.kafka`, `warehouse.workers.stream`).
"""
