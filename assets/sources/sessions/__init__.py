"""Sessions of Parliament, read from the session text that every bill of LEGISinfo's list carries."""
