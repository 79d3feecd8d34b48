"""Real servers that are not Python packages: installed by their ecosystem's client, cached, and run on loopback.

They are for tests and developers; an installation names its servers by URL.
"""
