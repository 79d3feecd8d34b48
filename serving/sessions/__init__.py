"""Sessions of Parliament."""
