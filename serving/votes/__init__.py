"""Recorded votes and the ballots in them."""
