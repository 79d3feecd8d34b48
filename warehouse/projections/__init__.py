"""Change-log event to row: pure functions, no clock, no network."""
