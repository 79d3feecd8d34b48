"""Storing roots with their parts and change-log rows, one transaction a shard."""
