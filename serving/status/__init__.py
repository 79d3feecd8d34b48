"""The freshness of the data."""
