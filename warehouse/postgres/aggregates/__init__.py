"""Stores roots with their parts and change-log rows, in one transaction for each shard."""
