"""Dagster: when things run and with what. No parsing, no SQL and no rule of Parliament belongs here."""
