"""A whole service as a new one would be written: sittings of sessions, one list with filters. Only tests serve it."""
