"""Verify, rebuild, reshard, archive."""
