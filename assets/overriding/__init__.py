"""Editors' corrections merged into what Parliament publishes, by loads and at once. No command line, no SQL."""
