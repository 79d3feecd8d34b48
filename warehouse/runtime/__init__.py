"""Shared by all packages: settings, errors, logging, clock, failpoints, SQL files. It knows no store."""
