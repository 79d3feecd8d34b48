"""Reads of entities by key, from the shard or the catalog that holds them."""
