"""Frozen structs of the domain, its keys and its code lists. No I/O, no database, no source format."""
