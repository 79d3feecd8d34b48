"""Creating, removing and expiring overrides. This package uses the domains; no domain uses it."""
