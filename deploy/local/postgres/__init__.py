"""The embedded PostgreSQL: programs, homes, roles, start and stop."""
