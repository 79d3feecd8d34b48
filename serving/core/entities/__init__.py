"""Reads of one entity at a revision or an instant, and its history."""
