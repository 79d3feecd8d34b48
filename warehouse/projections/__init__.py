"""Pure functions from an event of the change log to a row: no clock, no network."""
