"""Recorded votes of the House with every member's ballot."""
