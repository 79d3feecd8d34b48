"""Pools, their budget, readers, row types and listeners."""
