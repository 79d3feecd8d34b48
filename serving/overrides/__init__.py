"""Editors' corrections, with their reasons. Read-only: they are created with `openpolicy override`."""
