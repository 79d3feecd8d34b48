"""Dagster's web server behind a guard: its UI has no login and runs mutations for any page a browser has open.

Not here: the daemon, which Dagster's own program starts, and Dagster's settings (`deploy.local.dagster_home`).
"""
