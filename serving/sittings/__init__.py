"""Sitting days, and what happened on them."""
