"""Frozen structs of the domain and their keys: entities, documents, overrides, quality.

No I/O, no database, no source format. How entities change, their vocabulary and what read models hold have folders.
"""
