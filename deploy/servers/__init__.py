"""Real servers that are not Python packages: brought by their own ecosystem's client, kept in a cache, run on loopback.

Tests and developers use them; an installation names its own by URL.
"""
